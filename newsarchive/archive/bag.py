"""The whole archive as a bag (BagIt 1.0, RFC 8493), for a library or repository to take over.

The payload, ``data/``, is an archive as newsarchive opens it: the database by SQLite's own backup, which is of one
moment also while a crawl writes, the WARC files that it names, the profiles. Every file is listed with its SHA-256.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from newsarchive import __version__
from newsarchive.archive.disk import sync_folder
from newsarchive.archive.store import Archive, utc_now
from newsarchive.archive.warc import SealedFile, seal, warc_path
from newsarchive.archive.withheld import WITHHELD

_README = """\
What this is
============

News pages of Viet Nam's districts, as newsarchive (version {version}) captured and read them.

This folder is a bag by RFC 8493 (BagIt). `manifest-sha256.txt` lists every file below `data` with its SHA-256.

data/news.db       an SQLite 3 database: articles, their versions, pictures and links, every capture, every crawl.
                   Text is UTF-8 in Unicode's form NFC. A date is EDTF, as precise as the evidence and no more;
                   all other times are UTC by ISO 8601.
data/warc/         what the sites answered, byte for byte, in WARC 1.1 (ISO 28500) files. A row of the table
                   `captures` says in which file and at which byte the record of an answer lies, and the SHA-256 of
                   its body. The table `warc_files` has each file's length and SHA-256.
data/sites/        what was to be crawled: a TOML file a site, where the archivist wrote one.

What it holds
=============

{articles} articles of {sites} sites, published {published};
{captures} captured answers of {first} to {last}.
{withheld}"""

_WITHHELD = """
Articles that are not to be shown
=================================

Articles here that were withheld from search, export and the web: {count}. The table `withholdings` names them, with the
reason and the day. Who opens this archive to others leaves them out:

    WHERE id NOT IN ({sql})
"""


class WithheldError(Exception):
    """Something in the archive is withheld, and nobody said that it may go along."""


@dataclass(slots=True)
class Bagged:
    """What went into a bag: files of the payload and their bytes; ``notes``: what a person should look at."""

    files: int = 0
    bytes: int = 0
    notes: list[str] = field(default_factory=list)


def write_bag(archive: Archive, folder: Path, *, contact: str = "", with_withheld: bool = False) -> Bagged:
    """Write the whole archive into a new folder as a bag; the folder comes to be only when the bag is complete.

    ``contact`` says who hands it over. The archive's withheld articles lie in its database and WARC files: a bag of
    such an archive is made only ``with_withheld``. Raises :class:`WithheldError`, :class:`FileExistsError` where the
    folder exists and is not empty, :class:`OSError` where something cannot be read or written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(folder)
    part = Path(tempfile.mkdtemp(prefix=".newsarchive-", suffix=".part", dir=folder.absolute().parent))
    try:
        part.chmod(0o777 & ~_umask())
        done = _fill(archive, part, contact, with_withheld)
        sync_folder(part)
        part.replace(folder)
        sync_folder(folder.absolute().parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return done


def _fill(archive: Archive, part: Path, contact: str, with_withheld: bool) -> Bagged:
    done, payload = Bagged(), part / "data"
    payload.mkdir()
    manifest: dict[str, str] = {}
    with contextlib.closing(sqlite3.connect(payload / "news.db", isolation_level=None)) as copy:
        archive.connection.backup(copy)
        # One file, complete in itself: reading it from the bag then makes no other files beside it.
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.row_factory = sqlite3.Row
        (withheld,) = copy.execute(f"SELECT count(*) FROM articles WHERE id IN ({WITHHELD})").fetchone()
        if withheld and not with_withheld:
            raise WithheldError(withheld)
        readme, described = _described(copy, withheld)
        for name, listed, end in _warc_files(copy):
            _keep_file(archive.warc_folder, payload / "warc", name, listed, end, copy, manifest, done)
    manifest["data/news.db"] = _hashed(payload / "news.db")
    for profile in sorted((archive.folder / "sites").glob("[!.]*.toml")):
        manifest[f"data/sites/{profile.name}"] = _copied(profile, payload / "sites" / profile.name)
    for path in manifest:
        done.files += 1
        done.bytes += (part / path).stat().st_size
    info = {
        "Source-Organization": " ".join(contact.split()),
        "External-Description": described,
        "Bagging-Date": utc_now()[:10],
        "Bag-Software-Agent": f"newsarchive/{__version__}",
        "Payload-Oxum": f"{done.bytes}.{done.files}",
    }
    tags = {
        "README.txt": readme,
        "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in info.items() if value),
        "bagit.txt": "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "manifest-sha256.txt": _listing(manifest),
    }
    for name, text in tags.items():
        (part / name).write_text(text, encoding="utf-8", newline="")
    listing = _listing({name: hashlib.sha256(text.encode()).hexdigest() for name, text in tags.items()})
    (part / "tagmanifest-sha256.txt").write_text(listing, encoding="utf-8", newline="")
    return done


def _described(copy: sqlite3.Connection, withheld: int) -> tuple[str, str]:
    """The README, and its sum in one line."""
    articles, first_day, last_day = copy.execute(
        "SELECT count(*), min(date_earliest), max(date_latest) FROM articles"
    ).fetchone()
    captures, first, last = copy.execute("SELECT count(*), min(fetched_at), max(fetched_at) FROM captures").fetchone()
    (sites,) = copy.execute("SELECT count(*) FROM sites").fetchone()
    published = f"{first_day or 'at unknown times'} to {last_day}" if last_day else "at unknown times"
    readme = _README.format(
        version=__version__,
        articles=articles,
        sites=sites,
        published=published,
        captures=captures,
        first=first or "-",
        last=last or "-",
        withheld=_WITHHELD.format(count=withheld, sql=WITHHELD) if withheld else "",
    )
    described = (
        f"News pages of Viet Nam's districts, captured by newsarchive: {articles} articles of {sites} sites,"
        f" {captures} captures of {first or '-'} to {last or '-'}; WARC files and an SQLite database"
    )
    return readme, described


def _warc_files(copy: sqlite3.Connection) -> Iterator[tuple[str, SealedFile | None, int]]:
    """Every WARC file that the database names: what its list says of it, and where its last capture ends."""
    listed = {row["name"]: SealedFile(*row) for row in copy.execute("SELECT name, length, digest FROM warc_files")}
    ends = dict(copy.execute("SELECT warc_file, max(warc_offset + warc_length) FROM captures GROUP BY 1").fetchall())
    for name in sorted(listed.keys() | ends.keys()):
        yield name, listed.get(name), ends.get(name, 0)


def _keep_file(
    source: Path,
    target: Path,
    name: str,
    listed: SealedFile | None,
    end: int,
    copy: sqlite3.Connection,
    manifest: dict[str, str],
    done: Bagged,
) -> None:
    """Copy a WARC file. One that is still written goes along up to its last whole record, and onto the copy's list."""
    try:
        place = warc_path(target, name)
        digest = _copied(warc_path(source, name), place)
    except (FileNotFoundError, ValueError) as error:
        reason = "it is missing" if isinstance(error, FileNotFoundError) else error
        done.notes.append(f"warc/{name}: not in the bag, {reason}")
        return
    if listed is None:
        listed = seal(place, name, end)
        if listed is not None:
            digest = listed.digest.removeprefix("sha256:")
            copy.execute(
                "INSERT INTO warc_files (name, length, digest, sealed_at) VALUES (?, ?, ?, ?)",
                (name, listed.length, listed.digest, utc_now()),
            )
    if listed is None or f"sha256:{digest}" != listed.digest:
        done.notes.append(f"warc/{name}: damaged, and in the bag as it is; `newsarchive verify` says where")
    manifest[f"data/warc/{name}"] = digest


def _copied(path: Path, place: Path) -> str:
    """Copy a file; returns its SHA-256. Raises :class:`OSError`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    hasher = hashlib.sha256()
    with path.open("rb") as source, place.open("xb") as target:
        while data := source.read(1 << 20):
            hasher.update(data)
            target.write(data)
        target.flush()
        os.fsync(target.fileno())
    return hasher.hexdigest()


def _hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listing(digests: dict[str, str]) -> str:
    """A manifest: a line a file; what would end a line is written as RFC 8493 (section 2.1.3) has it."""
    codes = {ord("%"): "%25", ord("\r"): "%0D", ord("\n"): "%0A"}
    lines = sorted((path.translate(codes), digest) for path, digest in digests.items())
    return "".join(f"{digest}  {path}\n" for path, digest in lines)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
