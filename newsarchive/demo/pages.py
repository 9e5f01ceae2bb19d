"""How the made-up site's pages look: markup as district sites had it from 2005 to 2020, untidy on purpose.

Strings in, HTML out. The large frames are files in ``templates/``; the habits of body markup are :data:`LAYOUTS`.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from importlib import resources
from string import Template

from newsarchive.demo.content import Notice, Story, slug, weekday, with_links

SITE_TITLE = "Đảng bộ Quận Sen Hồng"
SECTIONS = (
    "Xây dựng Đảng",
    "Chính quyền",
    "Mặt trận - Đoàn thể",
    "Kinh tế - Đô thị",
    "Văn hóa - Xã hội",
    "Giáo dục - Y tế",
    "Quốc phòng - An ninh",
    "Người tốt việc tốt",
)


@dataclass(frozen=True, slots=True)
class Layout:
    """One habit of writing an article's body. Every text but ``frame`` and ``between`` has one ``{}`` in it."""

    frame: str
    """The page's frame: "table" or "div"."""
    paragraph: str
    signature: str
    sapo: str = '<h2 class="sapo">{}</h2>'
    picture: str = '<p style="text-align:center">{}</p>'
    caption: str = '<p style="text-align:center"><em>{}</em></p>'
    figure: str = "{}"
    """Round picture and caption together."""
    whole: str = "{}"
    """Round the whole body."""
    between: str = "\n"
    form: str = ""
    """What is done to the text's letters: "NFD", or "nbsp" for a page full of hard spaces."""


_WORD = (
    '<p class="MsoNormal" style="margin:6.0pt 0cm;text-align:justify;text-indent:36.0pt"><span lang="VI" '
    'style="font-size:14.0pt;font-family:&quot;Times New Roman&quot;,serif">{}<o:p></o:p></span></p>'
)
_WORD_SIGNATURE = (
    '<p class="MsoNormal" align="right" style="text-align:right"><b><i><span style="font-size:14.0pt">{}'
    "</span></i></b></p>"
)

LAYOUTS = {
    "div": Layout(
        "div",
        paragraph='<p style="text-align: justify;">{}</p>',
        signature='<p style="text-align: right;"><strong>{}</strong></p>',
        picture="{}",
        caption="<figcaption>{}</figcaption>",
        figure='<figure class="image">{}</figure>',
    ),
    "plain": Layout("div", paragraph="<p>{}</p>", signature="<p>{}</p>", sapo="<p><strong>{}</strong></p>"),
    "table": Layout(
        "table",
        paragraph='<p align="justify"><font face="Arial" size="2">{}</font></p>',
        signature='<p align="right"><b>{}</b></p>',
        sapo='<p align="justify"><b>{}</b></p>',
        picture='<tr><td align="center">{}</td></tr>',
        caption='<tr><td class="Image" align="center"><font color="#666666">{}</font></td></tr>',
        figure='<table align="center" border="0" cellpadding="3" width="500"><tbody>{}</tbody></table>',
    ),
    "word": Layout(
        "table",
        paragraph=_WORD,
        signature=_WORD_SIGNATURE,
        sapo='<p class="MsoNormal"><b><span style="font-size:14.0pt">{}<o:p></o:p></span></b></p>',
        picture='<div align="center">{}</div>',
        caption='<div class="note" align="center">{}</div>',
        between='\n<p class="MsoNormal"><o:p>&nbsp;</o:p></p>\n',
    ),
    "breaks": Layout(
        "table",
        paragraph="{}",
        signature="<b>{}</b>",
        sapo="<b>{}</b>",
        picture="<center>{}</center>",
        caption='<center><i><font color="#666666">{}</font></i></center>',
        whole='<font face="Times New Roman" size="3">{}</font>',
        between="<br><br>\n",
    ),
    "span": Layout(
        "div",
        paragraph="&nbsp;&nbsp;&nbsp; {}",
        signature="<strong>{}</strong>",
        picture="{}",
        caption="<br /><em>{}</em>",
        whole='<span style="font-size:16px;font-family:arial,helvetica,sans-serif;">{}</span>',
        between="<br />\n<br />\n",
    ),
    "nested": Layout(
        "table",
        paragraph='<div align="justify">{}</div>',
        signature='<div align="right"><b>{}</b></div>',
        sapo='<div class="tomtat"><b>{}</b></div>',
        picture='<tr><td align="center">{}</td></tr>',
        caption='<tr><td align="center"><i>{}</i></td></tr>',
        figure='<table align="center" width="400" bgcolor="#f4f4f4">{}</table>',
        whole='<table width="100%"><tr><td><table width="98%"><tr><td>{}</td></tr></table></td></tr></table>',
        between="\n<div>&nbsp;</div>\n",
    ),
    "nfd": Layout("div", paragraph="<p>{}</p>", signature='<p style="text-align:right">{}</p>', form="NFD"),
    "nbsp": Layout(
        "div", paragraph="<div>{}</div>", signature="<div><b>{}</b></div>", between="<div><br></div>", form="nbsp"
    ),
}


def section_path(section: str) -> str:
    """The listing of one section."""
    return f"/nhom-tin/{slug(section)}-{1197700200 + SECTIONS.index(section)}"


def clock(today: date) -> str:
    """The masthead's clock: the day of the visit."""
    return f"{weekday(today)}, ngày {today:%d} tháng {today:%m} năm {today:%Y}"


def page(frame: str, title: str, content: str, *, today: date, most_read: Sequence[Story], head: str = "") -> str:
    """A whole page: masthead, menus, the most-read box and the licence round ``content``."""
    item = '<tr><td>- <a href="{}">{}</a></td></tr>' if frame == "table" else '<li><a href="{}">{}</a></li>'
    return _template(f"page-{frame}").substitute(
        title=escape(title),
        head=head,
        clock=clock(today),
        menu=" | ".join(f'<a href="{section_path(name)}">{escape(name)}</a>' for name in SECTIONS),
        most_read="\n".join(item.format(story.path, escape(story.title)) for story in most_read),
        content=content,
    )


def article(story: Story, related: Sequence[Story], notices: Sequence[Notice]) -> str:
    """The middle of an article's page: the article itself, then the noise below it."""
    layout = LAYOUTS[story.layout]
    dated = layout.frame == "table"  # this frame prints a day beside each related title
    comment = f"<p><b>Bạn đọc Thanh</b> - 25/11/2020 08:15<br>{escape(story.comment)}</p>" if story.comment else ""
    return _template(f"article-{layout.frame}").substitute(
        title=_letters(story.title, layout.form),
        section=escape(story.section),
        section_path=section_path(story.section),
        label=_label(story, layout.frame),
        body=_body(story, layout) if story.state == "live" else "&nbsp;",
        views=f"{len(story.paragraphs[0]) * 7 % 2000}",
        comments=comment,
        comment_count=int(bool(comment)),
        related="\n".join(_related(other, dated) for other in related),
        notices="\n".join(f'<li><a href="{notice.path}">{escape(notice.title)}</a></li>' for notice in notices),
    )


def metadata(story: Story) -> str:
    """What an article's page says of itself in its head."""
    made = [f'<meta name="description" content="{escape(story.summary)}">']
    if story.dated == "meta":
        made.append(f'<meta property="article:published_time" content="{story.timestamp}">')
    if story.dated == "json-ld":
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": story.title,
            "datePublished": story.timestamp,
            "publisher": {"@type": "Organization", "name": SITE_TITLE},
        }
        made.append(f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>')
    if story.twice == "address":
        made.append(f'<link rel="canonical" href="{story.path}">')
    return "\n".join(made) + "\n"


def listing(rows: Sequence[tuple[Story, str]], heading: str, path: str, number: int, last: int) -> str:
    """The middle of a listing page: rows of (story, address it is linked by), and the pager."""
    pages = [f"<b>{n}</b>" if n == number else f'<a href="{path}?page={n}">{n}</a>' for n in range(1, last + 1)]
    if number > 1:
        pages.insert(0, f'<a href="{path}?page={number - 1}">Trang trước</a>')
    if number < last:
        pages.append(f'<a href="{path}?page={number + 1}">Trang sau</a>')
    items = "\n".join(_row(story, escape(address)) for story, address in rows)
    return (
        f'<table width="100%" cellpadding="4">\n<tr><td colspan="2" class="tieude"><b>{escape(heading)}</b></td></tr>\n'
        f'{items}\n<tr><td colspan="2" align="right" class="phantrang">{" ".join(pages)}</td></tr>\n</table>'
    )


def _row(story: Story, address: str) -> str:
    day = f' <font size="1" color="#888888">({story.row_date})</font>' if story.row_date else ""
    thumbnail = escape(story.image_path(0, "thumb")) if story.pictures else "/res/thumb.jpg"
    return (
        f'<tr><td width="120"><a href="{address}"><img src="{thumbnail}" width="110" border="0" alt=""></a></td>\n'
        f'<td><a href="{address}"><b>{escape(story.title)}</b></a>{day}<br>{escape(story.summary)}</td></tr>'
    )


def _related(story: Story, dated: bool) -> str:
    day = f" <i>({story.day})</i>" if dated and story.dated != "nothing" else ""
    return f'<li><a href="{story.path}">{escape(story.title)}</a>{day}</li>'


def _label(story: Story, frame: str) -> str:
    if story.dated not in ("label", "weekday"):
        return ""
    text = escape(story.date_text or "")
    return f'<tr><td><font size="1">{text}</font></td></tr>' if frame == "table" else f'<div class="date">{text}</div>'


def _body(story: Story, layout: Layout) -> str:
    def words(text: str) -> str:
        return _letters(text, layout.form)

    def link(text: str, path: str) -> str:
        return f'<a href="{path}">{words(text)}</a>'

    blocks = [layout.sapo.format(words(story.sapo))] if story.sapo else []
    blocks += _figures(story, layout, 0)
    for place, paragraph in enumerate(story.text, 1):
        blocks.append(layout.paragraph.format(with_links(paragraph, words, link)))
        blocks += _figures(story, layout, place)
    blocks += [layout.signature.format(words(line)) for line in story.signature]
    return layout.whole.format(layout.between.join(blocks))


def _figures(story: Story, layout: Layout, after: int) -> list[str]:
    made = []
    for position, picture in enumerate(story.pictures):
        if picture.after == after:
            source = escape(story.image_path(position))
            html = layout.picture.format(f'<img src="{source}" width="480" alt="" border="0">')
            if picture.caption:
                html += layout.caption.format(_letters(picture.caption, layout.form))
            made.append(layout.figure.format(html))
    return made


def _letters(text: str, form: str) -> str:
    """The text as HTML, its letters spoilt as the layout's ``form`` says."""
    if form == "NFD":
        return escape(unicodedata.normalize("NFD", text))
    if form == "nbsp":
        return "&nbsp; ".join(escape(text).split(" "))
    return escape(text)


@cache
def _template(name: str) -> Template:
    return Template((resources.files("newsarchive.demo") / "templates" / f"{name}.html").read_text(encoding="utf-8"))
