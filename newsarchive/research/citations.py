"""Citations: who said what, where and when, and the capture that proves it: its moment and the digest of its bytes.

Written for BibTeX and biblatex (``@online``), as CSL-JSON (version 1.0.2: Zotero, pandoc, citeproc), as RIS, and as one
line for people. What pages say is hostile text to each of these formats: a title cannot end its field or its entry,
run a LaTeX command or begin a line of its own.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO
from urllib.parse import quote

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive

# Controls, and separators that some reader may take for the end of a line.
_NOT_PLAIN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_LATEX = str.maketrans(
    {
        # Braces as commands: BibTeX counts those behind a backslash too, and a lone one would swallow the next entries.
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: "\\" + char for char in "&%$#_"},
    }
)


@dataclass(frozen=True, slots=True)
class Citation:
    """What is cited: texts on one line each; ``date`` is EDTF, ``captured_at`` UTC ISO 8601, ``gone_at`` when the site
    was seen to have it no more; ``place`` is the WARC file and byte of the captured record."""

    key: str
    title: str
    byline: str | None
    outlet: str
    date: str | None
    url: str
    captured_at: str
    digest: str
    place: str
    gone_at: str | None

    @property
    def evidence(self) -> str:
        """The capture in words."""
        gone = f"; no longer on the site on {self.gone_at}" if self.gone_at else ""
        return f"Captured {self.captured_at}, {self.digest}, {self.place}{gone}"


def citation(archive: Archive, article: Mapping[str, Any] | sqlite3.Row) -> Citation:
    """The citation of a row of ``articles``, or of one with a version's title, date, byline and ``capture_id``."""
    site = archive.row("SELECT title FROM sites WHERE name = ?", article["site"])
    capture = archive.capture(article["capture_id"])
    assert capture is not None
    return Citation(
        key=re.sub(r"[^A-Za-z0-9-]", "-", article["site"]) + f"-{article['id']}",
        title=plain(article["title"]),
        byline=plain(article["byline"]) or None,
        outlet=plain(site["title"] if site else article["site"]),
        date=plain(article["date"]) or None,
        url=address(article["url"]),
        captured_at=plain(capture.fetched_at),
        digest=plain(capture.digest),
        place=plain(f"warc/{capture.warc_file} at byte {capture.warc_offset}"),
        gone_at=plain(article["last_changed"]) if article["state"] == "gone" else None,
    )


def as_line(cited: Citation) -> str:
    """One line for people."""
    author = f"{cited.byline}: " if cited.byline else ""
    return (
        f"{author}“{cited.title}”. {cited.outlet}, {cited.date or 'undated'}. {cited.url}. "
        f"Captured {cited.captured_at}, {cited.digest}."
    )


def as_bibtex(cited: Citation) -> str:
    """An entry ``@online``. biblatex reads ``date`` (its dates are EDTF) and ``urldate``, older styles ``year``."""
    year = _year(cited.date)
    fields = {
        # In braces of their own: a pen name is no "first name, last name", a title keeps its capitals.
        "author": f"{{{_latex(cited.byline)}}}" if cited.byline else None,
        "title": f"{{{_latex(cited.title)}}}",
        "organization": f"{{{_latex(cited.outlet)}}}",
        "date": _latex(cited.date) if cited.date else None,
        "year": year,
        "url": cited.url,
        "urldate": _latex(cited.captured_at[:10]),
        "langid": "vietnamese",
        "note": _latex(cited.evidence),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@online{{{cited.key},\n{lines}}}\n"


def as_csl(cited: Citation) -> dict[str, Any]:
    """An item of CSL-JSON."""
    item: dict[str, Any] = {"id": cited.key, "type": "webpage", "title": cited.title, "container-title": cited.outlet}
    if cited.byline:
        item["author"] = [{"literal": cited.byline}]
    if cited.date:
        item["issued"] = _csl_date(cited.date)
    item["accessed"] = _csl_date(cited.captured_at[:10])
    return item | {
        "URL": cited.url,
        "language": "vi",
        "archive": "newsarchive",
        "archive_location": f"{cited.place}, {cited.digest}",
        "note": cited.evidence,
    }


def as_ris(cited: Citation) -> str:
    """A record of type ELEC. A date that is known by bounds only goes into the notes: RIS has no intervals."""
    day = _DAY.fullmatch(cited.date or "")
    bounds = cited.date if cited.date and not day else None
    tags = (
        ("TY", "ELEC"),
        ("ID", cited.key),
        ("AU", cited.byline),
        ("TI", cited.title),
        ("PB", cited.outlet),
        ("PY", _year(cited.date)),
        ("DA", "/".join(part or "" for part in (*day.groups(), "")) if day else None),
        ("UR", cited.url),
        ("Y2", cited.captured_at[:10].replace("-", "/") + "/"),
        ("LA", "vi"),
        ("N1", cited.evidence),
        ("N1", f"Published {bounds} (EDTF)" if bounds else None),
        ("ER", ""),
    )
    return "".join(f"{tag}  - {value}\r\n" for tag, value in tags if value is not None) + "\r\n"


def write_bibtex(archive: Archive, rows: Iterable[sqlite3.Row], out: TextIO) -> int:
    """Write articles' citations as BibTeX; returns how many."""
    count = 0
    for row in rows:
        out.write(("\n" if count else "") + as_bibtex(citation(archive, row)))
        count += 1
    return count


def write_csl_json(archive: Archive, rows: Iterable[sqlite3.Row], out: TextIO) -> int:
    """Write articles' citations as a list of CSL-JSON; returns how many."""
    count = 0
    for row in rows:
        out.write(",\n" if count else "[\n")
        json.dump(as_csl(citation(archive, row)), out, ensure_ascii=False)
        count += 1
    out.write("\n]\n" if count else "[]\n")
    return count


def write_ris(archive: Archive, rows: Iterable[sqlite3.Row], out: TextIO) -> int:
    """Write articles' citations as RIS; returns how many."""
    count = 0
    for row in rows:
        out.write(as_ris(citation(archive, row)))
        count += 1
    return count


def plain(text: str | None) -> str:
    """A text on one line, without controls; empty for None."""
    return " ".join(_NOT_PLAIN.sub(" ", text or "").split())


def address(url: str) -> str:
    """An address that no format can take for anything else: what is no part of one is written as percent codes."""
    return quote(url, safe="%:/?#[]@!$&'()*+,;=-._~")


def _latex(text: str) -> str:
    return text.translate(_LATEX)


def _year(date: str | None) -> str | None:
    """The year of a date all of which lies in it."""
    years = {part[:4] for part in (date or "").split("/")}
    (year,) = years if len(years) == 1 else ("",)
    return year if _DAY.fullmatch(year) else None


def _csl_date(date: str) -> dict[str, Any]:
    """An EDTF date as CSL has it. Between two days means about then: ``circa``."""
    days = [_DAY.fullmatch(part) for part in date.split("/")]
    parts = [[int(part) for part in day.groups() if part] for day in days if day]
    if len(parts) < len(days):
        return {"literal": f"not after {date[3:]}" if date.startswith("../") else date}
    return {"date-parts": parts, **({"circa": True} if len(parts) > 1 else {})}
