"""The front page: the districts, how much of each is kept and until when, what needs a person; the newest articles."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from newsarchive.archive.withheld import WITHHELD
from newsarchive.research.holdings import Tally
from newsarchive.web.charts import chart, years_between
from newsarchive.web.counted import Counted, counted
from newsarchive.web.language import Language, of_request
from newsarchive.web.pages.health import health
from newsarchive.web.pages.places import site_order

if TYPE_CHECKING:
    from datasette.utils.asgi import Request

    from newsarchive.archive.store import Archive

NEWEST = 6
"""Articles shown on the front page."""


def read(archive: Archive, request: Request) -> dict[str, Any]:
    """The context of ``front.html``."""
    known = counted(archive)
    everything = known.holdings.all
    by_year = everything.by_year
    years = years_between(min(by_year), max(by_year)) if by_year else []
    return {
        "all": everything,
        "provinces": _provinces(archive, known, of_request(request)),
        "districts": len(known.holdings.sites),
        "chart": chart(years, by_year, width=420),
        "unplaced": everything.spread + everything.undated,
        "newest": newest(archive, limit=NEWEST),
    }


def newest(archive: Archive, condition: str = "1", *values: str, limit: int) -> list[dict[str, Any]]:
    """The newest articles that a condition (SQL on ``articles a``) leaves, undated ones last, with what lists show."""
    return [
        dict(row)
        for row in archive.rows(
            "SELECT a.id, a.title, a.date, a.byline, a.section, a.state, a.site,"
            " (SELECT title FROM sites WHERE name = a.site) AS outlet FROM articles a"
            f" WHERE a.id NOT IN ({WITHHELD}) AND {condition}"
            " ORDER BY a.date_earliest DESC, a.date_latest DESC, a.id DESC LIMIT ?",
            *values,
            limit,
        )
    ]


def _provinces(archive: Archive, known: Counted, lang: Language) -> list[tuple[str | None, list[dict[str, Any]]]]:
    """Provinces in the order of their names (None, where it is not known, last), each with its sites.

    They are many, so what is said of each is put into words here: templates take their time.
    """
    sites = []
    for row in archive.rows("SELECT name, title, district, province FROM sites"):
        tally = known.holdings.sites.get(row["name"], Tally())
        state = health(known.states.get(row["name"]), archive.folder)
        days = f" · {lang.span(tally.first_day, tally.last_day)}" if tally.first_day else ""
        crawled = lang.say("last crawled {day}", day=lang.day(state["crawled"])) if state and state["crawled"] else ""
        sites.append(
            {
                **dict(row),
                "kept": lang.articles(tally.articles) + days,
                "crawled": f"{crawled} · " if crawled else "",
                "health": state,
                "does": lang.say(state["words"]) if state else "",
            }
        )
    sites.sort(key=site_order)
    return [(province, list(group)) for province, group in groupby(sites, key=lambda site: site["province"] or None)]
