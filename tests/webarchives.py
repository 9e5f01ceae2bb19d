"""A web archive in tests: a CDX server and the replay of captures, as the Wayback Machine or pywb answer.

museum = WebArchive()
museum.capture("http://sen-hong.example.vn/tin/1.html", "20190203040506", html("<h1>…"))
with serve(museum) as base: …                     # --server base
"""

import gzip
import hashlib
import json
import re
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

from newsarchive.demo import Response

FIELDS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]


@dataclass
class Held:
    """A capture: where and when, what was answered, and how the list has it where that differs."""

    url: str
    timestamp: str
    answer: Response
    listed: dict = field(default_factory=dict)

    @property
    def key(self):
        parts = urlsplit(self.url)
        host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
        return f"{host}){parts.path}" + (f"?{parts.query}" if parts.query else "")

    @property
    def row(self):
        digest = b32encode(hashlib.sha1(self.answer.body).digest()).decode()
        media_type = self.answer.headers.get("Content-Type", "unk").split(";")[0]
        row = [self.key, self.timestamp, self.url, media_type, str(self.answer.status), digest, "1234"]
        return [self.listed.get(name, value) for name, value in zip(FIELDS, row, strict=True)]


@dataclass
class WebArchive:
    """What it holds, and how it answers.

    ``most`` rows at a time, ``pywb`` in pywb's way, ``packed`` lists, ``others`` answers for other paths; ``lines`` are
    put into each list as they are.
    """

    held: list = field(default_factory=list)
    most: int = 1000
    pywb: bool = False
    packed: bool = False
    others: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)

    def capture(self, url, timestamp, answer, **listed):
        """Put a capture in; ``listed`` overrules fields of its row."""
        self.held.append(Held(url, timestamp, answer, listed))

    def handle(self, path):
        if path in self.others:
            return self.others[path]
        parts = urlsplit(path)
        if parts.path in ("/cdx/search/cdx", "/coll/cdx"):
            return self._list({name: values[0] for name, values in parse_qs(parts.query).items()})
        if found := re.match(r"/(?:web|coll)/(\d+)id_/(.+)", path):
            return self._replay(found[1], unquote(found[2]))
        return Response(404, {"Content-Type": "text/plain"}, b"")

    def _list(self, asked):
        rows = sorted(held.row for held in self.held if _matches(held, asked))
        start = int(asked.get("resumeKey", "+0").rpartition("+")[2])
        limit = min(int(asked.get("limit", self.most)), self.most)
        if self.pywb:
            names = {"original": "url", "mimetype": "mime", "statuscode": "status"}
            dicts = [dict(zip((names.get(name, name) for name in FIELDS), row, strict=True)) for row in rows]
            text = "".join(json.dumps(row) + "\n" for row in dicts[: int(asked.get("limit", len(rows)))])
        else:
            shown = [json.dumps(row) for row in [FIELDS, *rows[start : start + limit]]] + self.lines
            if start + limit < len(rows) and asked.get("showResumeKey"):
                shown += ["[]", json.dumps([f"key+{start + limit}"])]
            text = "[" + ",\n ".join(shown) + "]\n" if rows else "[]\n"
        body = text.encode()
        if self.packed:
            return Response(200, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, gzip.compress(body))
        return Response(200, {"Content-Type": "application/json"}, body)

    def _replay(self, timestamp, url):
        there = [held for held in self.held if held.url == url]
        if not there:
            return Response(404, {"Content-Type": "text/html"}, b"<h1>Not in the archive</h1>")
        held = min(there, key=lambda held: abs(int(held.timestamp) - int(timestamp)))
        if held.timestamp != timestamp:
            where = f"/web/{held.timestamp}id_/{url}"
            return Response(302, {"Location": where, "X-Archive-Redirect-Reason": "found capture at another time"}, b"")
        taken = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        memento = {"Memento-Datetime": format_datetime(taken, usegmt=True), "Link": f'<{url}>; rel="original"'}
        if self.pywb:
            return Response(held.answer.status, {**held.answer.headers, **memento}, held.answer.body)
        original = {f"X-Archive-Orig-{name}": value for name, value in held.answer.headers.items()}
        shown = {name: value for name, value in held.answer.headers.items() if name == "Content-Type"}
        if location := held.answer.headers.get("Location"):
            shown["Location"] = f"/web/{timestamp}id_/{location}"
        return Response(
            held.answer.status, {**original, **shown, **memento, "X-Archive-Src": "x.warc"}, held.answer.body
        )


def _matches(held, asked):
    page, wanted = held.url.partition("://")[2].removeprefix("www."), asked["url"].removeprefix("www.")
    fits = {
        "host": page.partition("/")[0].partition(":")[0] == wanted,
        "prefix": page.startswith(wanted),
        "exact": page == wanted,
    }[asked["matchType"]]
    first, last = asked.get("from", ""), asked.get("to", "")
    return fits and held.timestamp >= first and held.timestamp <= (last or "9") + "~"
