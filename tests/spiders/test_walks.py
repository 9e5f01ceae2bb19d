"""How listings are walked: no page with articles not yet seen is ever left out, and none is asked for without need."""

import gzip
from collections import Counter
from datetime import timedelta

import pytest
from crawling import LISTING, Paper, Response, add_site, crawl, html, listing_page, rows, serve, story


def urls(folder, base):
    return {row["url"].removeprefix(base) for row in rows(folder, "SELECT url FROM articles")}


def listing_requests(log):
    return [path for path in log if path.startswith(LISTING)]


def page(number):
    return LISTING if number == 1 else f"{LISTING}?trang={number}"


def once(number, status=500):
    """A fault that spoils one page of the listing until it is cleared."""
    spoilt = {page(number)}
    return spoilt, lambda path: Response(status, {}, b"") if path in spoilt else None


def test_a_second_crawl_of_an_unchanged_site_asks_for_the_first_page_only(tmp_path):
    log = []
    with serve(Paper(20), log=log) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path).run["articles_new"] == 20
        assert Counter(log).most_common(1)[0][1] == 1
        log.clear()
        assert crawl(tmp_path).status == 0
    assert log == ["/robots.txt", LISTING]


def test_new_articles_are_found_on_as_many_pages_as_they_fill(tmp_path):
    paper, log = Paper(12), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        paper.print(6)
        log.clear()
        assert crawl(tmp_path).run["articles_new"] == 6
        assert listing_requests(log) == [page(1), page(2), page(3)]
        assert urls(tmp_path, base) == set(paper.order)


@pytest.mark.parametrize("printed", [0, 3, 4, 9, 20])
def test_a_limited_first_crawl_is_finished_whatever_was_printed_since(tmp_path, printed):
    paper, log = Paper(20), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        first = crawl(tmp_path, "--limit", 6)
        assert (first.status, first.run["articles_new"]) == (0, 6)
        paper.print(printed)
        assert crawl(tmp_path).run["articles_new"] == 14 + printed
        assert urls(tmp_path, base) == set(paper.order)
        log.clear()
        crawl(tmp_path)
    assert listing_requests(log) == [page(1)]


@pytest.mark.parametrize("lost", [1, 3, 4])
def test_articles_taken_off_meanwhile_do_not_hide_others(tmp_path, lost):
    paper = Paper(20)
    with serve(paper) as base:
        add_site(tmp_path, base)
        crawl(tmp_path, "--limit", 6)
        del paper.order[2 : 2 + lost]
        crawl(tmp_path)
        assert urls(tmp_path, base) >= set(paper.order)


def test_limited_crawls_night_by_night_keep_everything_and_do_not_walk_again_what_they_walked(tmp_path):
    paper, log, nights = Paper(40), [], []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        while not nights or nights[-1]:
            log.clear()
            nights.append(crawl(tmp_path, "--limit", 6).run["articles_new"])
            # The first page, the one before where the last night stopped, and those that six articles fill.
            assert len(listing_requests(log)) <= 5
            if len(nights) < 4:
                paper.print(2)
        assert urls(tmp_path, base) == set(paper.order)
    assert nights == [6] * 7 + [4, 0]


@pytest.mark.parametrize("printed", [0, 5, 11])
def test_a_page_that_failed_is_walked_on_from_when_it_works_again(tmp_path, printed):
    paper = Paper(20)
    spoilt, fault = once(3)
    with serve(paper, fault=fault) as base:
        add_site(tmp_path, base)
        first = crawl(tmp_path)
        assert (first.status, first.run["articles_new"]) == (1, 8)
        paper.print(printed)
        crawl(tmp_path)
        spoilt.clear()
        assert crawl(tmp_path).status == 0
        assert urls(tmp_path, base) == set(paper.order)


def test_a_later_walk_that_was_cut_short_is_finished_without_walking_the_whole_listing(tmp_path):
    paper, log = Paper(40), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        paper.print(9)
        crawl(tmp_path, "--limit", 3)
        paper.print(9)
        log.clear()
        crawl(tmp_path)
        assert urls(tmp_path, base) == set(paper.order)
    assert len(listing_requests(log)) <= 7


def test_two_listings_of_a_site_are_walked_each_to_its_own_end(tmp_path):
    paper = Paper(12)
    section = "/tin-tuc/xa-hoi"
    # The section shows what the main listing shows first, and behind it what that never does.
    extra = Paper(16)
    shown = [(path, extra.items[path]) for path in extra.order]
    following = f"{section}?trang=2"
    paper.others[section] = html(listing_page([row for row in shown if row[0] in paper.order][:4], following=following))
    paper.others[following] = html(listing_page([row for row in shown if row[0] not in paper.order]))
    paper.items.update(extra.items)
    with serve(paper) as base:
        add_site(tmp_path, base, listings=[LISTING, section])
        crawl(tmp_path)
        assert urls(tmp_path, base) == set(extra.order)


@pytest.mark.parametrize("limit", [(), ("--limit", 3)])
def test_a_pager_without_an_end_is_walked_as_far_as_it_shows_anything(tmp_path, limit):
    paper, log = Paper(6), []

    def fault(path):
        number = int(path.partition("trang=")[2] or 1) if path.startswith(LISTING) else 0
        if number == 0:
            return None
        # Past its end it shows the last page again, and says there is another.
        shown = paper.order[:3] if number == 1 else paper.order[3:]
        return html(listing_page([(p, paper.items[p]) for p in shown], following=page(number + 1)))

    with serve(paper, fault=fault, log=log) as base:
        add_site(tmp_path, base)
        crawl(tmp_path, *limit)
        crawl(tmp_path)
        assert urls(tmp_path, base) == set(paper.order)
        assert crawl(tmp_path).status == 0
    assert len(listing_requests(log)) <= 9


def test_a_pager_that_goes_in_a_circle_is_walked_once(tmp_path):
    paper = Paper(8)

    def fault(path):
        if path != page(2):
            return None
        return html(listing_page([(p, paper.items[p]) for p in paper.order[4:]], following=page(1)))

    with serve(paper, fault=fault) as base:
        add_site(tmp_path, base)
        done = crawl(tmp_path)
    assert (done.status, done.run["articles_new"], done.run["failed"]) == (0, 8, 0)


def test_a_full_crawl_walks_every_page_and_asks_for_every_article_once(tmp_path):
    paper, log = Paper(10), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        crawl(tmp_path)
        log.clear()
        run = crawl(tmp_path, "--full").run
    assert (run["articles_new"], run["unchanged"]) == (0, 10)
    assert sorted(log) == sorted(["/robots.txt", page(1), page(2), page(3), *paper.order])


def test_since_walks_back_to_that_day_and_a_later_crawl_takes_the_rest(tmp_path):
    paper, log = Paper(40), []
    since = paper.items[paper.order[9]].day
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path, "--since", since).run["articles_new"] == 10
        assert urls(tmp_path, base) == set(paper.order[:10])
        # A page with nothing of that time any more is the last: one older article may stand between newer ones.
        assert listing_requests(log) == [page(1), page(2), page(3), page(4)]
        log.clear()
        assert crawl(tmp_path, "--since", since).run["articles_new"] == 0
        assert page(5) not in log
        paper.print(1)
        assert crawl(tmp_path, "--since", since - timedelta(days=9)).run["articles_new"] == 10
        assert crawl(tmp_path).run["articles_new"] == 21
        assert urls(tmp_path, base) == set(paper.order)


def test_since_does_not_follow_related_links_back_through_the_years(tmp_path):
    paper = Paper(20)
    order = paper.order
    for path, older in zip(order, [*order[1:], order[0]], strict=True):
        tail = f'<div><h3>Tin khác</h3><ul><li><a href="{older}">{paper.items[older].title}</a></li></ul></div>'
        section = '<ul class="breadcrumb"><li><a href="/">Trang chủ</a></li><li><a href="/s">Xã hội</a></li></ul>'
        paper.edit(path, tail=tail + section)
    paper.order = order[:6]
    with serve(paper) as base:
        add_site(tmp_path, base)
        assert crawl(tmp_path, "--since", paper.items[order[3]].day).run["articles_new"] == 4
        assert crawl(tmp_path).run["articles_new"] == 16


def test_since_stops_at_a_page_of_which_nothing_is_wanted(tmp_path):
    paper, log = Paper(40), []
    with serve(paper, log=log) as base:
        add_site(tmp_path, base)
        crawl(tmp_path, "--since", paper.items[paper.order[1]].day)
        assert listing_requests(log) == [page(1), page(2)]


def test_a_listing_taken_out_of_the_profile_is_not_walked_on(tmp_path):
    paper, log = Paper(20), []
    paper.others["/tin-tuc/khac"] = html(listing_page([(path, paper.items[path]) for path in paper.order[:3]]))
    with serve(paper, log=log) as base:
        add_site(tmp_path, base, listings=[LISTING, "/tin-tuc/khac"])
        crawl(tmp_path, "--limit", 5)
        add_site(tmp_path, base, listings=["/tin-tuc/khac"])
        log.clear()
        crawl(tmp_path, "--full")
    assert listing_requests(log) == []
    assert "/tin-tuc/khac" in log


def test_a_next_page_that_is_not_there_is_told_once(tmp_path):
    paper = Paper(6)
    with serve(paper, fault=lambda path: html("", 404) if path == page(2) else None) as base:
        add_site(tmp_path, base)
        first = crawl(tmp_path)
        assert (first.status, first.run["failed"]) == (1, 1)
        assert "HTTP 404, though the page before leads to it" in first.run["detail"]
        assert crawl(tmp_path).status == 0


def test_a_limited_crawl_takes_from_each_listing_in_turn(tmp_path):
    paper = Paper(8, page_size=8)
    shown = [(path, paper.items[path]) for path in paper.order]
    paper.others["/thoi-su"] = html(listing_page(shown[:4]))
    paper.others["/van-hoa"] = html(listing_page(shown[4:]))
    with serve(paper) as base:
        add_site(tmp_path, base, listings=("/thoi-su", "/van-hoa"))
        crawl(tmp_path, "--limit", 4)
        assert urls(tmp_path, base) == {paper.order[place] for place in (0, 1, 4, 5)}


# Traps: always another page, never any news


def trapped(tmp_path, paper, answer, *options, listings=(LISTING,)):
    """Crawl a site whose listing pages are answered by ``answer`` (path → rows and next path); listing requests."""
    log = []

    def fault(path):
        found = answer(path)
        return None if found is None else html(listing_page(found[0], following=found[1]))

    with serve(paper, fault=fault, log=log) as base:
        add_site(tmp_path, base, listings=listings)
        done = crawl(tmp_path, *options)
        kept = urls(tmp_path, base)
    return done, kept, [path for path in log if path not in paper.items and path != "/robots.txt"]


def test_a_calendar_that_leads_back_through_days_without_news_is_left_at_once(tmp_path):
    paper = Paper(4)

    def answer(path):
        if not path.startswith(LISTING):
            return None
        number = int(path.partition("trang=")[2] or 1)
        return ([(p, paper.items[p]) for p in paper.order] if number == 1 else []), page(number + 1)

    done, kept, asked = trapped(tmp_path, paper, answer)
    assert (done.status, kept, asked) == (0, set(paper.order), [page(1), page(2)])


def test_a_calendar_whose_every_day_shows_the_newest_articles_is_left_at_once(tmp_path):
    paper = Paper(4)

    def answer(path):
        if not path.startswith(LISTING):
            return None
        return [(p, paper.items[p]) for p in paper.order], page(int(path.partition("trang=")[2] or 1) + 1)

    done, kept, asked = trapped(tmp_path, paper, answer)
    assert (done.status, kept, asked) == (0, set(paper.order), [page(1), page(2)])


def test_a_calendar_of_links_that_are_no_articles_is_left_after_some_pages(tmp_path):
    paper = Paper(4)

    def answer(path):
        if not path.startswith(LISTING):
            return None
        number = int(path.partition("trang=")[2] or 1)
        if number == 1:
            return [(p, paper.items[p]) for p in paper.order], page(2)
        days = [(f"/lich/ngay-{number}-{n}-{1000 + n}.html", story(100 * number + n)) for n in range(3)]
        return days, page(number + 1)

    done, kept, asked = trapped(tmp_path, paper, answer)
    assert (done.status, kept) == (1, set(paper.order))
    assert len(asked) < 30
    assert asked.count(page(6)) == 1
    assert page(7) not in asked
    reasons = [row["reason"] for row in rows(tmp_path, "SELECT reason FROM failures WHERE stage = 'listing'")]
    assert reasons == ["nothing on the 5 pages before it is an article; not walked on"]


def test_a_session_number_in_every_link_does_not_make_the_last_page_new_for_ever(tmp_path):
    paper, count = Paper(8), iter(range(10**6))

    def answer(path):
        if path.startswith("/tin/"):
            return None
        number = int(path.partition("trang=")[2] or 1)
        shown = paper.order[:4] if number == 1 else paper.order[4:]
        return [(f"{p}?phien={next(count)}", paper.items[p]) for p in shown], page(number + 1)

    plain = paper.handle
    paper.handle = lambda path: plain(path.partition("?")[0] if path.startswith("/tin/") else path)
    done, _, _ = trapped(tmp_path, paper, answer)
    assert done.status == 0
    seen = {row["listing_url"].partition("trang=")[2] for row in rows(tmp_path, "SELECT listing_url FROM sightings")}
    assert seen == {"", "2", "3"}


def test_two_pages_that_each_say_the_other_is_next_are_read_once(tmp_path):
    paper = Paper(12)

    def answer(path):
        number = {page(1): 1, page(2): 2, page(3): 3}.get(path)
        if number is None:
            return None
        shown = paper.order[4 * number - 4 : 4 * number]
        return [(p, paper.items[p]) for p in shown], page(2 if number != 2 else 3)

    done, kept, asked = trapped(tmp_path, paper, answer)
    assert (done.status, kept, asked) == (0, set(paper.order), [page(1), page(2), page(3)])


def test_sitemaps_that_lead_to_sitemaps_without_end_are_bounded(tmp_path):
    paper = Paper(4)
    index = "<sitemapindex>{}</sitemapindex>"

    def sitemaps(path):
        if not path.startswith("/sitemap"):
            return None
        if path == "/sitemap-bai.xml":
            shown = "".join(f"<url><loc>{p}</loc></url>" for p in paper.order)
            return Response(200, {"Content-Type": "text/xml"}, f"<urlset>{shown}</urlset>".encode())
        names = ["/sitemap-bai.xml", *(f"{path.removesuffix('.xml')}-{n}.xml" for n in range(3))]
        children = "".join(f"<sitemap><loc>{name}</loc></sitemap>" for name in names)
        return Response(200, {"Content-Type": "text/xml"}, index.format(children).encode())

    log = []
    with serve(paper, fault=sitemaps, log=log) as base:
        add_site(tmp_path, base, listings=["/sitemap.xml"])
        done = crawl(tmp_path)
        assert urls(tmp_path, base) == set(paper.order)
    assert done.status == 0
    assert sum(path.startswith("/sitemap") for path in log) == 1 + 1 + 3 + 9 + 27


def test_a_packed_sitemap_and_a_feed_of_the_wrong_type_are_listings(tmp_path):
    paper = Paper(6)
    sitemap = "".join(f"<url><loc>{path}</loc></url>" for path in paper.order[:3])
    feed = "".join(f"<item><title>{paper.items[p].title}</title><link>{p}</link></item>" for p in paper.order[3:])
    packed = gzip.compress(f"<urlset>{sitemap}</urlset>".encode())
    paper.others["/sitemap.xml.gz"] = Response(200, {"Content-Type": "application/octet-stream"}, packed)
    paper.others["/rss"] = html(f"\n<rss><channel>{feed}</channel></rss>")
    with serve(paper) as base:
        add_site(tmp_path, base, listings=["/sitemap.xml.gz", "/rss"])
        assert crawl(tmp_path).status == 0
        assert urls(tmp_path, base) == set(paper.order)
