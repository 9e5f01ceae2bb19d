"""A made-up archive as a district's reader meets it: three sites of two provinces, with everything a page can show.

Pages and pictures lie in WARC files; there are versions, an article that is gone, one that is withheld, titles that are
markup, articles without a day, failures, and enough articles of one word for a second page of answers.
"""

from html import escape

from archives import png, record

from newsarchive.archive.store import Archive
from newsarchive.items import Article, Image, Link, Listing, ListingEntry

SITES = {
    "song-trang": ("Trang tin Huyện Sông Trăng", "Huyện Sông Trăng", "Tỉnh Lam Giang"),
    "ben-do": ("Cổng thông tin Thị xã Bến Đò", "Thị xã Bến Đò", "Tỉnh Lam Giang"),
    "hoa-sung": ("Đảng bộ Quận Hoa Súng", "Quận Hoa Súng", "Thành phố Hải Bình"),
}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> và dòng chữ dài"
SECRET = "Chuyện riêng nhà ông Khuynhdiệp"
ALLEY = ("Bà con góp sức làm đường hẻm", "Khu phố góp 50 triệu đồng tráng lại mặt hẻm cho học sinh đi học.")


def fill(folder):
    """Make the archive in a folder; returns numbers by name: of articles, and ``page`` and ``picture``, captures."""
    ids = {}
    with Archive.create(folder) as archive:
        for name, (title, district, province) in SITES.items():
            archive.keep_site(name, title=title, district=district, province=province)
        for number in range(48):
            site = list(SITES)[number % 3]
            _keep(
                archive,
                f"Mùa lúa thứ {number + 1} ở ấp {number % 7 + 1}",
                f"Bà con thu hoạch xong {number + 3} công ruộng.\n\nGiá lúa năm nay cao hơn năm trước một chút.",
                site=site,
                date=f"20{18 + number % 4}-{number % 12 + 1:02d}-{number % 27 + 1:02d}",
                byline=("Hà Lan", "Xuân Hạ - Hà Lan", None)[number % 3],
                section=("Kinh tế", "Văn hóa - Xã hội")[number % 2],
            )
        picture = "https://song-trang.example/anh/hem.png"
        ids["picture"] = record(archive, picture, png(320, 180), "image/png").id
        said = {"date": "2021-03-04", "date_source": "article", "date_text": "04/03/2021", "byline": "Hoài Nam"}
        links = [
            Link("inline", "https://khac.example/bai?a=1&b=2", "Một trang khác"),
            Link("related", "https://song-trang.example/tin/rieng", SECRET),
        ]
        lines = {"url": "https://song-trang.example/tin/hem", "links": links, "section": "Kinh tế", **said}
        images = [Image(picture, "Con hẻm mới", "Hoài Nam"), Image("https://song-trang.example/anh/mat.png", None)]
        for text, at in ((ALLEY[1], "2021-03-05T02:00:00Z"), (ALLEY[1].replace("50", "55"), "2021-04-01T02:00:00Z")):
            ids["alley"], ids["page"] = _keep(
                archive, ALLEY[0], f"{text}\n\nHẻm rộng thêm một mét.", lead=text, images=images, at=at, **lines
            )
        ids["hostile"], _ = _keep(archive, HOSTILE, HOSTILE, date="2021-03-05", byline=HOSTILE, section=HOSTILE)
        ids["month"], _ = _keep(
            archive,
            "Tin chỉ biết tháng",
            "Hội chợ trong tháng.",
            date="2021-02",
            date_earliest="2021-02-01",
            date_latest="2021-02-28",
        )
        ids["undated"], _ = _keep(archive, "Tin không rõ ngày", "Không ai ghi ngày.", site="hoa-sung")
        ids["gone"], _ = _keep(archive, "Tin đã gỡ", "Trang không còn.", date="2020-05-05", site="ben-do")
        url = archive.row("SELECT url FROM articles WHERE id = ?", ids["gone"])["url"]
        archive.mark_gone(ids["gone"], record(archive, url, b"<h1>404</h1>", status=404, at="2021-06-01T00:00:00Z"))
        ids["withheld"], _ = _keep(
            archive, SECRET, SECRET, date="2021-03-06", url="https://song-trang.example/tin/rieng"
        )
        run = archive.keep_visit("song-trang", "2021-03-05T02:00:00Z", "test")
        seen = ListingEntry("https://song-trang.example/tin/hem", 0, ALLEY[0], "04/03/2021")
        archive.keep_listing(Listing("https://song-trang.example/tin-tuc", [seen]), site="song-trang", run_id=run)
        _crawled(archive)
        archive.withhold(ids["withheld"], "theo yêu cầu của gia đình")
    return ids


def _keep(archive, title, body, *, site="song-trang", at="2021-05-01T02:00:00Z", images=(), links=(), **fields):
    number = archive.row("SELECT count(*) FROM captures")[0]
    url = fields.pop("url", f"https://{site}.example/tin/{number}")
    pictures = "".join(f'<img src="{image.url}" alt="{image.caption or ""}">' for image in images)
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in body.split("\n\n"))
    page = f"<html><title>{escape(title)}</title><body><h1>{escape(title)}</h1>{text}{pictures}</body></html>"
    capture = record(archive, url, page.encode(), site=site, at=at)
    article = Article(url=url, title=title, body=body, extractor="test", **fields)
    article.images, article.links = list(images), list(links)
    if article.date and len(article.date) == 10:
        article.date_earliest = article.date_latest = article.date
    with archive.transaction():
        return archive.keep_article(article, site=site, capture=capture)[0], capture.id


def _crawled(archive):
    """A crawl that left two pages undone."""
    with archive.transaction() as db:
        (run,) = db.execute(
            "INSERT INTO runs (site, started_at, finished_at, outcome, articles_new, failed)"
            " VALUES ('song-trang', '2021-05-01T02:00:00Z', '2021-05-01T02:10:00Z', 'attention', 20, 2) RETURNING id"
        ).fetchone()
        for path, stage, reason in (("hong", "fetch", "HTTP 500"), ("cam", "robots", "refused by robots.txt")):
            url = f"https://song-trang.example/{path}"
            db.execute(
                "INSERT INTO frontier (site, url, kind, state, found_at)"
                " VALUES ('song-trang', ?, 'article', 'failed', '2021-05-01T02:00:00Z')",
                (url,),
            )
            db.execute("INSERT INTO failures VALUES (?, ?, ?, ?, '2021-05-01T02:05:00Z')", (run, url, stage, reason))
