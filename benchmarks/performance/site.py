"""The made-up district site of ``benchmarks.preservation``, its articles with all that a news page has: sapo, picture
and caption, byline, links to older articles. Pages of 34 KB."""

from __future__ import annotations

from benchmarks.preservation import site
from benchmarks.preservation.site import PAGE_SIZE, day, frame, path, title

__all__ = ["PAGE_SIZE", "NewsSite", "page"]

_WRITERS = ("Minh Tâm", "Xuân Hạ", "Hoài Nam", "Thu Ngân", "Bảo Quyên")


class NewsSite(site.Site):
    """The site as one function from an address to an answer."""

    def article(self, number: int) -> bytes:
        """The page of an article."""
        return page(number)


def page(number: int) -> bytes:
    """The page of an article, the same every run."""
    households, writer = number % 40 + 12, _WRITERS[number % len(_WRITERS)]
    text = "".join(
        f"<p>Tổ {part} có {number % 7 + part} hộ lùi hàng rào để con hẻm rộng thêm gần một mét; ông tổ trưởng kể rằng"
        f" bà con bàn trong {part} buổi tối ở sân đình rồi mới ký vào tờ giấy chung, và từ đó không ai nhắc chuyện bồi"
        " thường. Phần xi măng do một cửa hàng vật liệu trong phường bán chịu tới cuối năm.</p>\n"
        for part in range(1, 13)
    )
    older = "".join(
        f'<li><a href="{path(other)}">{title(other)}</a> <span>({day(other)})</span></li>'
        for other in range(number - 1, max(number - 6, 0), -1)
    )
    return frame(
        title(number),
        f'<h1 class="title">{title(number)}</h1><div class="date">{day(number)}</div>'
        f'<div class="sapo">Sau hai tháng góp công, góp của, {households} hộ dân đã có con hẻm mới trước mùa mưa.</div>'
        f'<div class="content"><figure><img src="/anh/{number}.jpg" alt="">'
        f"<figcaption>Bà con tráng mặt hẻm số {number + 100}. Ảnh: {writer}</figcaption></figure>{text}"
        f'<p class="author">{writer}</p></div><div class="older"><h3>Tin khác</h3><ul>{older}</ul></div>',
    )
