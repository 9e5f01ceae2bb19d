"""The ways in which a page tells its day: each gives the pieces of HTML, the addresses and what the listing says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from benchmarks.dates import furniture
from benchmarks.dates.furniture import slashed, weekday

HANOI = timezone(timedelta(hours=7))
_MONTHS = ("Một", "Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Mười Một", "Mười Hai")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a listing prints for the article and for the rows above and below it."""

    date_text: str | None = None
    newer_text: str | None = None
    older_text: str | None = None
    kind: str = "listing"


@dataclass(frozen=True, slots=True)
class Moment:
    """The times a stand may speak of: publication, visit, and the day of the event."""

    published: datetime
    visit: datetime
    event: date

    @property
    def day(self) -> date:
        """The day of publication."""
        return self.published.date()


@dataclass(slots=True)
class Stand:
    """One way to tell the day.

    ``head``, ``above``, ``beside``, ``under`` and ``tail`` are HTML for the head, above the title, in its line, under
    it and under the body. ``published`` is the moment where one is told; ``dates`` the right answers (empty: the day of
    publication); ``event`` whether the opening must name a day (None: as it comes).
    """

    head: str = ""
    above: str = ""
    beside: str = ""
    under: str = ""
    tail: str = ""
    path: str = "/tin-tuc/{slug}-1234.html"
    picture: str = "/res/anh-tin.jpg"
    listing: Neighbours | None = None
    evidence: str = "page"
    published: datetime | None = None
    dates: tuple[str, ...] = ()
    event: bool | None = None


def json_ld(at: Moment) -> Stand:
    """JSON-LD NewsArticle with datePublished."""
    data = {"@context": "https://schema.org", "@type": "NewsArticle", "datePublished": at.published.isoformat()}
    return Stand(head=_script(data), published=at.published)


def json_ld_graph(at: Moment) -> Stand:
    """JSON-LD as SEO plugins of WordPress write it: a graph, with a later dateModified."""
    modified = at.published + timedelta(days=8)
    graph = [
        {"@type": "WebPage", "datePublished": at.published.isoformat(), "dateModified": modified.isoformat()},
        {"@type": "Article", "datePublished": at.published.isoformat(), "dateModified": modified.isoformat()},
        {"@type": "Organization", "foundingDate": "2003-11-05"},
    ]
    return Stand(head=_script({"@context": "https://schema.org", "@graph": graph}), published=at.published)


def json_ld_in_utc(at: Moment) -> Stand:
    """JSON-LD in UTC: after midnight in Viet Nam, still the day before in UTC; the page prints the day in Viet Nam."""
    night = at.published.replace(hour=1, minute=30)
    data = {"@type": "NewsArticle", "datePublished": f"{night.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    return Stand(head=_script(data), under=f'<p class="meta">{slashed(at.day)} 01:30</p>', published=night)


def meta_published(at: Moment) -> Stand:
    """meta article:published_time."""
    return Stand(head=_meta("property", "article:published_time", at.published.isoformat()), published=at.published)


def meta_itemprop(at: Moment) -> Stand:
    """meta itemprop=datePublished, offset without a colon."""
    return Stand(
        head=_meta("itemprop", "datePublished", f"{at.published:%Y-%m-%dT%H:%M:%S+0700}"), published=at.published
    )


def meta_dublin_core(at: Moment) -> Stand:
    """Dublin Core in a meta element: the day alone."""
    return Stand(head=_meta("name", "DC.date.issued", at.day.isoformat()))


def time_element(at: Moment) -> Stand:
    """<time datetime> under the title."""
    text = f"{weekday(at.day)}, {slashed(at.day)} {at.published:%H:%M}"
    return Stand(
        under=f'<time class="entry-date" datetime="{at.published.isoformat()}">{text}</time>', published=at.published
    )


def itemprop_element(at: Moment) -> Stand:
    """A span of microdata with a content attribute."""
    stamp = f"{at.published:%Y-%m-%dT%H:%M:%S+07:00}"
    text = f"{at.published:%H:%M} | {slashed(at.day)}"
    return Stand(under=f'<span itemprop="datePublished" content="{stamp}">{text}</span>', published=at.published)


def label_under_title(at: Moment) -> Stand:
    """ "Ngày đăng: …" under the title, with a view counter beside it."""
    return Stand(under=f'<div class="info">Ngày đăng: {slashed(at.day)} | Lượt xem: 12345</div>')


def time_above_title(at: Moment) -> Stand:
    """Weekday, day and time above the title, as the national papers print them."""
    name = weekday(at.day).capitalize()
    text = f"{name}, {at.day.day}/{at.day.month}/{at.day.year}, {at.published:%H:%M} (GMT+7)"
    return Stand(above=f'<span class="date">{text}</span>', published=at.published)


def right_aligned(at: Moment) -> Stand:
    """A bare day in a right-aligned line."""
    return Stand(under=f'<p style="text-align:right"><i>{slashed(at.day).replace("/", "-")}</i></p>')


def updated_label(at: Moment) -> Stand:
    """ "Cập nhật lúc … ngày …" is the only line there is: the portals print it for the publication."""
    text = f"Cập nhật lúc {at.published:%H:%M} ngày {slashed(at.day)}"
    return Stand(under=f'<div class="cap-nhat">{text}</div>', published=at.published)


def posted_and_updated(at: Moment) -> Stand:
    """The day of posting and a later one of change in one line."""
    later = at.day + timedelta(days=7)
    return Stand(under=f"<p>Ngày đăng: {slashed(at.day)} - Cập nhật: {slashed(later)}</p>")


def nukeviet(at: Moment) -> Stand:
    """NukeViet's line: weekday - day time."""
    text = f"{weekday(at.day).capitalize()} - {slashed(at.day)} {at.published:%H:%M}"
    return Stand(under=f'<em class="pull-right">{text}</em><div class="clear"></div>', published=at.published)


def nukeviet_broken_meta(at: Moment) -> Stand:
    """NukeViet 4.5: a broken article:published_time, right microdata, right line."""
    broken = f"{at.day}+07{at.published:%H:%M:%S}"
    text = f"{weekday(at.day).capitalize()} - {slashed(at.day)} {at.published:%H:%M}"
    stamp = f'<span class="hidden" itemprop="datePublished">{at.published:%Y-%m-%dT%H:%M:%S+07:00}</span>'
    return Stand(
        head=_meta("property", "article:published_time", broken),
        under=f'<span class="h5">{text}</span>{stamp}',
        published=at.published,
    )


def liferay(at: Moment) -> Stand:
    """Liferay's short day with two digits of the year."""
    text = f"{at.day:%d/%m/%y} {at.published:%H:%M}"
    return Stand(under=f'<span class="metadata-entry metadata-publish-date">{text}</span>', published=at.published)


def sharepoint_american(at: Moment) -> Stand:
    """SharePoint left at en-US: month first, told by AM and PM."""
    half = "PM" if at.published.hour >= 12 else "AM"
    text = f"{at.day.month}/{at.day.day}/{at.day.year} {at.published.hour % 12 or 12}:{at.published:%M:%S} {half}"
    return Stand(under=f'<span class="ms-descriptiontext">{text}</span>', published=at.published)


def sharepoint_vietnamese(at: Moment) -> Stand:
    """SharePoint in vi-VN: day first, SA and CH."""
    half = "CH" if at.published.hour >= 12 else "SA"
    text = f"{slashed(at.day)} {at.published.hour % 12 or 12}:{at.published:%M} {half}"
    return Stand(under=f'<div class="post-date">Cập nhật: {text}</div>', published=at.published)


def worded(at: Moment) -> Stand:
    """The day in words, with its weekday."""
    text = f"{weekday(at.day)}, ngày {at.day.day} tháng {at.day.month} năm {at.day.year}"
    return Stand(under=f'<p class="ngaydang">{text}</p>')


def wordpress_words(at: Moment) -> Stand:
    """WordPress in Vietnamese: the month in words, then who posted."""
    text = f"{at.day.day:02} Tháng {_MONTHS[at.day.month - 1]}, {at.day.year}"
    return Stand(under=f'<span class="posted-on">Đăng ngày {text} bởi <a href="/author/bbt">BBT</a></span>')


def hours_in_words(at: Moment) -> Stand:
    """ "15h32, ngày 8-10-2020" in italics."""
    text = f"{at.published:%H}h{at.published:%M}, ngày {at.day.day}-{at.day.month}-{at.day.year}"
    return Stand(under=f"<p><em>{text}</em></p>", published=at.published)


def below_body(at: Moment) -> Stand:
    """The day stands under the article."""
    return Stand(tail=f'<p class="right"><b>Ngày đăng:</b> {slashed(at.day)}</p>')


def beside_title(at: Moment) -> Stand:
    """The day in brackets behind the title, as part of its heading."""
    return Stand(beside=f' <span class="small">({slashed(at.day)})</span>')


def mistyped(at: Moment) -> Stand:
    """A hand-typed day with its usual slips."""
    text = f"ngày {at.day.day:02} tháng{at.day.month:02} năm{at.day.year}"
    return Stand(under=f'<p align="right">{text}</p>')


def folders_of_address(at: Moment) -> Stand:
    """The address has the day in its folders; the page prints none."""
    return Stand(path=f"/{at.day:%Y/%m/%d}/{{slug}}/", evidence="address")


def digits_of_address(at: Moment) -> Stand:
    """The address ends in the moment of publication, as digits."""
    return Stand(path=f"/tin-tuc/{{slug}}-{at.published:%Y%m%d%H%M%S}123.htm", evidence="address")


def picture_address(at: Moment) -> Stand:
    """Only the picture's address has the day."""
    name = f"/res/news/{at.day:%Y/%m}/{at.published:%d-%m-%Y-%H-%M-%S}-anh-hoi-nghi.jpg"
    return Stand(picture=name, evidence="address")


def listing_row(at: Moment) -> Stand:
    """Only the listing prints the day."""
    around = Neighbours(slashed(at.day), slashed(at.day + timedelta(days=2)), slashed(at.day - timedelta(days=1)))
    return Stand(listing=around, evidence="listing")


def feed(at: Moment) -> Stand:
    """Only the feed tells the moment."""
    stamp = f"{furniture.english(at.day)[:3]}, {at.published:%d} {_month(at)} {at.published:%Y %H:%M:%S} +0700"
    return Stand(listing=Neighbours(stamp, kind="feed"), evidence="listing", published=at.published)


def event_and_visit(at: Moment) -> Stand:
    """Nothing but a dateline: bounds from the event to the visit."""
    return _bounded(f"{at.event}/{at.visit.date()}", None)


def event_and_newer(at: Moment) -> Stand:
    """A dateline, and the day of the listing's next newer row."""
    newer = at.day + timedelta(days=3)
    return _bounded(f"{at.event}/{newer}", Neighbours(newer_text=slashed(newer)))


def two_neighbours(at: Moment) -> Stand:
    """No dateline; the listing's rows above and below have days."""
    older, newer = at.day - timedelta(days=2), at.day + timedelta(days=4)
    return _bounded(f"{older}/{newer}", Neighbours(None, slashed(newer), slashed(older)), event=False)


def event_and_neighbours(at: Moment) -> Stand:
    """A dateline and both rows: the stronger bound of each side counts."""
    older, newer = at.day - timedelta(days=6), at.day + timedelta(days=1)
    return _bounded(f"{at.event}/{newer}", Neighbours(None, slashed(newer), slashed(older)))


def modified_json_ld(at: Moment) -> Stand:
    """JSON-LD tells a change only."""
    later = at.published + timedelta(days=5)
    return _updated(at, later, _script({"@type": "NewsArticle", "dateModified": later.isoformat()}))


def updated_meta(at: Moment) -> Stand:
    """og:updated_time tells a change only."""
    later = at.published + timedelta(days=5)
    return _updated(at, later, _meta("property", "og:updated_time", later.isoformat()))


def moved_portal(at: Moment) -> Stand:
    """The portal moved: metadata has the day of the move for every article, the page prints the older day."""
    moved = datetime(2022, 6, 15, 2, 11, 9, tzinfo=HANOI)
    head = _meta("property", "article:published_time", moved.isoformat())
    return Stand(head=head, under=f'<div class="date-time">Ngày đăng: {slashed(at.day)}</div>')


def meta_of_the_visit(at: Moment) -> Stand:
    """Metadata has the moment of the visit, the page prints the day."""
    head = _meta("property", "article:published_time", at.visit.isoformat())
    return Stand(head=head, under=f"<p>Ngày đăng {slashed(at.day)}</p>")


def only_the_visit(at: Moment) -> Stand:
    """Metadata has the moment of the visit, and there is nothing else: bounds."""
    stand = _bounded(f"{at.event}/{at.visit.date()}", None)
    stand.head = _meta("name", "pubdate", at.visit.isoformat())
    return stand


STANDS: tuple[Callable[[Moment], Stand], ...] = (
    json_ld,
    json_ld_graph,
    json_ld_in_utc,
    meta_published,
    meta_itemprop,
    meta_dublin_core,
    time_element,
    itemprop_element,
    label_under_title,
    time_above_title,
    right_aligned,
    updated_label,
    posted_and_updated,
    nukeviet,
    nukeviet_broken_meta,
    liferay,
    sharepoint_american,
    sharepoint_vietnamese,
    worded,
    wordpress_words,
    hours_in_words,
    below_body,
    beside_title,
    mistyped,
    folders_of_address,
    digits_of_address,
    picture_address,
    listing_row,
    feed,
    event_and_visit,
    event_and_newer,
    two_neighbours,
    event_and_neighbours,
    modified_json_ld,
    updated_meta,
    moved_portal,
    meta_of_the_visit,
    only_the_visit,
)


def _script(data: dict[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def _meta(attribute: str, name: str, content: str) -> str:
    return f'<meta {attribute}="{name}" content="{content}">'


def _month(at: Moment) -> str:
    """The month's English abbreviation, whatever the machine's locale."""
    return "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * at.day.month - 3 : 3 * at.day.month]


def _bounded(interval: str, listing: Neighbours | None, *, event: bool = True) -> Stand:
    """A page without a day of its own: the interval its bounds leave (a single day where they meet)."""
    first, last = interval.split("/")
    dates = (interval, first) if first == last else (interval,)
    return Stand(listing=listing, evidence="bounds", dates=dates, event=event)


def _updated(at: Moment, later: datetime, head: str) -> Stand:
    """Only a day of change is told: the day itself, or bounds up to it or to the visit, are all honest."""
    stand = _bounded(f"{at.event}/{at.visit.date()}", None)
    stand.head = head
    stand.dates = (f"{at.event}/{at.visit.date()}", f"{at.event}/{later.date()}", later.date().isoformat())
    return stand
