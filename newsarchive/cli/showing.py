"""``newsarchive show``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.common import CommandError, folder, json_option, print_json, printable, reading, say, show
from newsarchive.research.evidence import why_this_date
from newsarchive.research.record import ADDED, REMOVED, Change, changes, fate, find, record, version

if TYPE_CHECKING:
    from newsarchive.archive.store import Archive


@click.command("show")
@click.argument("key", metavar="ID|URL")
@click.option("--version", "number", type=click.IntRange(min=1), metavar="N", help="The article as its version N was.")
@click.option("--diff", is_flag=True, help="What the last version changed, or version N.")
@json_option
@click.pass_context
def show_command(context: click.Context, key: str, number: int | None, diff: bool, as_json: bool) -> int:
    """Show one article by its id or address, with its date's evidence, pictures, links, versions and capture."""
    with reading(folder(context)) as archive:
        article_id = find(archive, key)
        if article_id is None:
            known = fate(archive, key)
            raise CommandError(
                f"{key}: no such article; {known or '`newsarchive search` finds articles by their words'}", 2
            )
        article = record(archive, article_id)
        if diff:
            return _show_changes(archive, article, number or len(article["versions"]), as_json)
        if number is not None:
            return _show_version(_version(archive, article, number), as_json)
    if as_json:
        print_json(article)
    else:
        _show_article(article)
    return 0


def _version(archive: Archive, article: dict[str, Any], number: int) -> dict[str, Any]:
    try:
        return version(archive, article["id"], number)
    except LookupError:
        count = len(article["versions"])
        raise CommandError(
            f"article {article['id']} has {count} version{'s' * (count != 1)}, none is {number}", 2
        ) from None


def _show_article(article: dict[str, Any]) -> None:
    show(article["title"], bold=True)
    _field("site", ", ".join(article["sites"]))
    _field("address", article["url"])
    gone = f"gone: the site had it no more on {article['last_changed']}" if article["state"] == "gone" else None
    _field("state", gone or article["state"])
    _field("withheld", article["withheld"])
    _field("date", article["date"] or "unknown", *why_this_date(article))
    _field("published", article["published_at"])
    if article["event_date"]:
        _field("event", f"{article['event_date']} (the day the text speaks of)")
    if article["page_date"]:
        _field("page clock", f"{article['page_date']} (the day of the visit as the page printed it)")
    for name in ("section", "byline", "source"):
        _field(name, article[name])
    _field("seen", f"first {article['first_seen']}, last {article['last_seen']}, changed {article['last_changed']}")
    _field("capture", *_capture_lines(article["capture"]))
    _field("cite", article["citation"])
    _field("proof", *_capture_lines(article["gone_capture"]))
    _field("versions", *(f"{v['number']}  {v['seen_at']}  {_cause(v)}" for v in article["versions"]))
    _field("pictures", *(line for image in article["images"] for line in _picture(image)))
    for kind in dict.fromkeys(link["kind"] for link in article["links"]):
        _field(kind, *(_link(link) for link in article["links"] if link["kind"] == kind))
    _text(article)


def _show_version(kept: dict[str, Any], as_json: bool) -> int:
    if as_json:
        print_json(kept)
        return 0
    show(kept["title"] or "", bold=True)
    _field("version", f"{kept['number']}  {kept['seen_at']}  {_cause(kept)}")
    _field("date", kept["date"] or "unknown")
    _field("byline", kept["byline"])
    _field("capture", *_capture_lines(kept["capture"]))
    _field("cite", kept["citation"])
    _text(kept)
    return 0


def _show_changes(archive: Archive, article: dict[str, Any], number: int, as_json: bool) -> int:
    after = _version(archive, article, number)
    if number == 1:
        raise CommandError(f"article {article['id']}: version 1 is the first, nothing is before it to compare with", 2)
    before = _version(archive, article, number - 1)
    found = changes(before, after)
    if as_json:
        print_json(
            {
                "article_id": article["id"],
                "before": number - 1,
                "after": number,
                "cause": after["cause"],
                "changes": [
                    {"field": c.field, "before": c.before, "after": c.after, "words": [list(part) for part in c.words]}
                    for c in found
                ],
            }
        )
        return 0
    show(f"version {number - 1} of {before['seen_at']} → version {number} of {after['seen_at']}", bold=True)
    show(_cause(after))
    for change in found:
        click.echo(f"\n{change.field}\n{_marked_up(change)}")
    if not found:
        say(
            "newsarchive: the versions' texts are the same; a caption or the source, which early versions lack, changed"
        )
    return 0


def _marked_up(change: Change) -> str:
    """A changed text as ``git diff --word-diff`` shows it, in colours on a terminal."""
    forms = {REMOVED: ("[-", "-]", "red"), ADDED: ("{+", "+}", "green")}
    line = ""
    for kind, words in change.words:
        before, after, colour = forms.get(kind, ("", "", None))
        text = words.rstrip()
        line += click.style(f"{before}{printable(text)}{after}", fg=colour) + printable(words[len(text) :])
    return line


def _field(name: str, *lines: str | None) -> None:
    """A named field, further lines under the first; nothing where there is none."""
    for n, line in enumerate(filter(None, lines)):
        show(f"{name if n == 0 else '':<12}{line}")


def _text(article: dict[str, Any]) -> None:
    # The body has the sapo in it.
    show("\n" + (article["body"] or article["lead"] or ""))


def _cause(kept: dict[str, Any]) -> str:
    if kept["number"] == 1:
        return "as it was first read"
    return {"site": "as the site changed it", "extractor": "as it was read anew"}.get(kept["cause"], str(kept["cause"]))


def _capture_lines(capture: dict[str, Any] | None) -> Iterable[str]:
    if capture:
        yield f"warc/{capture['warc_file']} at byte {capture['warc_offset']}, {capture['warc_length']} long"
        yield capture["digest"]
        yield f"{capture['url']} fetched {capture['fetched_at']}, HTTP {capture['status']}"


def _picture(image: dict[str, Any]) -> Iterable[str]:
    credit = f" (photo: {image['credit']})" if image["credit"] else ""
    yield f"{image['url']}" + (f"  {image['caption']}" if image["caption"] else "") + credit
    kept = image["capture"]
    place = f": warc/{kept['warc_file']} at byte {kept['warc_offset']}, fetched {kept['fetched_at']}" if kept else ""
    yield f"  {image['fate']}{place}"


def _link(link: dict[str, Any]) -> str:
    here = f" [{link['target_id']}]" if link["target_id"] else ""
    return f"{link['url']}  {link['title'] or ''}{here}"
