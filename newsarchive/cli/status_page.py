"""The page of ``newsarchive status --html``: one file, no scripts, nothing fetched; for a phone and for the dark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from newsarchive.cli.common import printable

_STYLE = """
:root{color-scheme:light dark;--line:#ccc;--soft:#595959;--back:#fff;--text:#1a1a1a;--call:#9c1c1c;--ok:#1d6b3a}
@media(prefers-color-scheme:dark){:root{--line:#444;--soft:#a8a8a8;--back:#16181a;--text:#e8e8e8;
--call:#ff9c91;--ok:#7fd19b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:70rem;padding:1rem;background:var(--back);color:var(--text);
font:1rem/1.45 system-ui,sans-serif}
h1{font-size:1.35rem;margin:.3rem 0}
p{margin:.3rem 0}
.soft,dt{color:var(--soft)}
ul{list-style:none;margin:1rem 0;padding:0}
li{border-top:1px solid var(--line);padding:.7rem 0;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:0;display:inline}
.state{border:1px solid currentColor;border-radius:.25rem;padding:0 .4rem;margin-left:.4rem;
font-size:.9rem;white-space:nowrap}
.needs .state,.needs h2{color:var(--call)}.well .state{color:var(--ok)}
code{font:.92em ui-monospace,monospace;background:color-mix(in srgb,var(--text) 9%,transparent);padding:.05rem .25rem}
dl{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;margin:.3rem 0 0;font-size:.9rem}
dl div{display:flex;gap:.35rem}dd{margin:0}
"""


def status_page(sites: Sequence[dict[str, Any]], archive: str, now: datetime) -> str:
    """The page of some sites' states (as :func:`newsarchive.research.health.site_states` gives them), those that need a
    person first; ``archive`` is the folder's name, ``now`` (UTC) the moment it is of."""
    needing = sum(bool(site["needs"]) for site in sites)
    called = {0: "nobody is needed", 1: "one site needs a person"}.get(needing, f"{needing} sites need a person")
    title = f"{archive}: {called}"
    items = "\n".join(
        map(_item, sorted(sites, key=lambda site: (not site["needs"], site["state"] in _LAST, site["site"])))
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_text(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{_text(title)}</h1>\n"
        f'<p class="soft">{len(sites)} sites, {now:%Y-%m-%d %H:%M} UTC</p>\n'
        f"<ul>\n{items}\n</ul>\n</main>\n</body>\n</html>\n"
    )


_LAST = ("well", "never", "kept")


def _item(site: dict[str, Any]) -> str:
    kind = "needs" if site["needs"] else "well" if site["state"] == "well" else "other"
    since = f" since {site['since'][:10]}" if site["since"] else ""
    run = site["last_run"]
    facts = {
        "last crawl": run["started_at"][:16].replace("T", " ") if run else "never",
        "articles": f"{site['articles']:,}",
        "gone": site["gone"],
        "due": site["due"],
        "failed": site["failed"] + site["refused"],
        "days": f"{site['first_day']} to {site['last_day']}" if site["first_day"] else None,
    }
    listed = "".join(
        f"<div><dt>{name}</dt><dd>{_text(str(value))}</dd></div>" for name, value in facts.items() if value
    )
    name = f"{site['title']} " if site["title"] else ""
    next_ = f"<p>{_marked(site['next'])}</p>" if site["next"] else ""
    return (
        f'<li class="{kind}"><h2>{_text(name)}<span class="soft">{_text(site["site"])}</span></h2>'
        f'<span class="state">{_text(site["state"])}</span>{_text(since)}'
        f"<p>{_marked(site['reason'])}</p>{next_}<dl>{listed}</dl></li>"
    )


def _marked(text: str) -> str:
    """A sentence with its commands, which stand in backticks, as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", _text(text))


def _text(text: str) -> str:
    return escape(printable(text))
