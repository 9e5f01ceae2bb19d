"""Which articles are looked at again, when and why; and what of a site is due, in words. Rows of table ``frontier``.

An article is looked at again when it comes to certain ages (``NEWSARCHIVE_REVISIT``, by default 6 hours, 1 day, 3 days,
1 week, 4 weeks, 13 weeks): news is corrected and taken off soon or never. Each crawl asks for the articles that have
passed such an age since they were last asked for, however many they passed; so an article of last week is asked for
once after a month without crawls, and an old one never, but by ``crawl --full``. One that is gone is looked at again at
the same ages, as a site in trouble answers 404 for pages that it has. One that fails is tried again by the next crawl,
and then ever more seldom (:data:`WAITED`); after :data:`MAX_TRIES`, at its ages only.

An age counts from the publication, as far as that is known: from its time of day where there is one; from the end of
the day, or from when the article was first seen if that was earlier; of an article without a day, from when it was
first seen if the site had been read through before (else it may be of any age, and is not looked at again).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarchive.archive.store import Archive

LISTED_ANEW = "its listing shows another title or day"
LISTED_THOUGH_GONE = "a listing shows it, though it was gone"
SAID_CHANGED = "its sitemap or feed says that it was changed"
FULL = "asked for by crawl --full"
"""Texts of ``frontier.due_why``; the others say "come to the age of …"."""

MAX_TRIES = 8
"""Runs that try a failing address before it is left alone (``crawl --full`` tries it again, and a crawl an article that
is held when it comes to an age)."""

WAITED = """(article_id IS NULL OR tries < 2
    OR julianday(:at) - julianday(done_at) > (1 << (tries - 1)) - 0.5)"""
"""SQL for a row of the frontier that failed and may be tried again at ``:at``. An article that is held is looked at
again for caution only: by the next crawl, then after 2 days, 4, 8 … so that a site under maintenance for weeks is not
asked for all of them every night. (Half a day less, as crawls of every night are not a day apart to the second.)"""

_UNITS = {"h": (3600, "hour"), "d": (86400, "day"), "w": (7 * 86400, "week")}
_AGE = re.compile(r"([1-9][0-9]{0,3})([hdw])")


@dataclass(frozen=True, slots=True, order=True)
class Age:
    """An age at which articles are looked at again: in seconds, and in words ("3 days")."""

    seconds: int
    words: str


def read_ages(text: str) -> tuple[Age, ...]:
    """The ages that a setting names, youngest first: numbers with a unit, h (hours), d (days) or w (weeks); "never"
    for none.

    >>> [age.words for age in read_ages("1w 6h, 1d")]
    ['6 hours', '1 day', '1 week']

    Raises :class:`ValueError` for what is none.
    """
    if text.strip().lower() == "never":
        return ()
    ages = set()
    for word in text.replace(",", " ").split():
        found = _AGE.fullmatch(word.lower())
        if found is None:
            raise ValueError(
                f'NEWSARCHIVE_REVISIT: expected ages like "6h 1d 3d 1w" (hours, days, weeks) or "never", got {text!r}'
            )
        number, (seconds, unit) = int(found[1]), _UNITS[found[2]]
        ages.add(Age(number * seconds, f"{number} {unit}{'s' * (number != 1)}"))
    if not ages:
        raise ValueError('NEWSARCHIVE_REVISIT: empty; "never" looks at no article again')
    return tuple(sorted(ages))


@dataclass(frozen=True, slots=True)
class Due:
    """Addresses of one kind (see :mod:`newsarchive.archive.frontier`) that are due for one reason: how many, and why
    as half a sentence."""

    kind: str
    count: int
    why: str


_EPOCH = "CAST(strftime('%s', {}) AS INTEGER)"
# Vietnam's day ends at 17:00 UTC.
_BORN = f"""coalesce(
    {_EPOCH.format("a.published_at")},
    min({_EPOCH.format("a.first_seen")}, {_EPOCH.format("a.date_earliest, '+1 day', '-7 hours'")}),
    CASE WHEN a.first_seen > (
        SELECT min(r.finished_at) FROM runs r WHERE r.site = f.site AND r.outcome IN ('complete', 'attention')
    ) THEN {_EPOCH.format("a.first_seen")} END
)"""
_COME_OF_AGE = f"""
SELECT url, kind, max(age.value) AS age FROM (
    SELECT f.rowid AS number, f.url, f.kind, {_EPOCH.format("f.done_at")} AS asked, {_BORN} AS born
    FROM frontier f JOIN articles a ON a.id = f.article_id
    WHERE f.site = :site AND a.site = f.site AND f.kind IN ('article', 'related')
        AND (f.state IN ('done', 'gone') OR f.state IN ('failed', 'refused') AND f.tries >= :tries)
        AND NOT EXISTS (
            SELECT 1 FROM frontier o WHERE o.article_id = f.article_id AND o.site = f.site AND o.state = 'done'
                AND o.rowid < f.rowid
        )
) JOIN json_each(:ages) age ON asked < born + age.value AND born + age.value <= {_EPOCH.format(":at")}
GROUP BY number ORDER BY number
"""


def come_of_age(archive: Archive, site: str, at: str, ages: Sequence[Age]) -> list[tuple[str, str, str]]:
    """The addresses of articles that have come to an age by ``at`` (UTC ISO 8601) since they were last asked for: each
    with its kind and the words for why it is due.

    Of an article with several addresses only the first is asked for.
    """
    words = {age.seconds: f"come to the age of {age.words}" for age in ages}
    if not words:
        return []
    asked = {"site": site, "at": at, "ages": json.dumps(list(words)), "tries": MAX_TRIES}
    return [(row["url"], row["kind"], words[row["age"]]) for row in archive.connection.execute(_COME_OF_AGE, asked)]


def due_summary(archive: Archive, site: str, at: str, ages: Sequence[Age]) -> list[Due]:
    """What a crawl of a site at ``at`` (UTC ISO 8601) would ask for besides its listings' first pages: how many
    addresses of each kind, and why.

    ``ages`` are those of the setting (:func:`read_ages`). What is new on the listings nobody knows before; pictures are
    those that an earlier crawl left.
    """
    left = archive.connection.execute(_DUE, {"site": site, "tries": MAX_TRIES, "at": at})
    counts = {(row["kind"], row["why"]): row["n"] for row in left}
    for _, kind, why in come_of_age(archive, site, at, ages):
        counts[kind, why] = counts.get((kind, why), 0) + 1
    return sorted((Due(kind, n, why) for (kind, why), n in counts.items()), key=lambda due: (due.kind, due.why))


_DUE = f"""
SELECT kind, CASE
    WHEN due_why IS NOT NULL THEN due_why
    WHEN kind = 'listing' THEN CASE WHEN state = 'todo' THEN 'where its walk was cut' ELSE 'failed before' END
    WHEN kind = 'image' THEN CASE WHEN tries > 0 THEN 'failed before' ELSE 'not fetched yet' END
    WHEN state = 'refused' THEN 'forbidden by robots.txt before'
    WHEN state = 'gone' THEN 'not there before, and never read'
    WHEN tries > 0 OR state = 'failed' THEN 'failed before'
    ELSE 'found and not fetched yet'
END AS why, count(*) AS n
FROM frontier
WHERE site = :site AND (state = 'todo' OR tries < :tries AND (
    state IN ('failed', 'refused') AND {WAITED}
    OR state = 'gone' AND kind NOT IN ('listing', 'image') AND article_id IS NULL
)) AND (kind != 'listing' OR depth > 0)
GROUP BY 1, 2
"""


def mark_due(archive: Archive, site: str, why: str, urls: Iterable[str]) -> None:
    """Articles that were read are due again, for a reason. Joins the caller's transaction."""
    with archive.transaction() as db:
        db.executemany(
            "UPDATE frontier SET state = 'todo', due_why = ? WHERE site = ? AND url = ? AND article_id IS NOT NULL"
            " AND state IN ('done', 'gone')",
            [(why, site, url) for url in urls],
        )
