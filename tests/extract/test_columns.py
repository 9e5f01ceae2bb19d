"""Texts laid out in columns, in several boxes, around boxes of other things: the whole text is read, and only it."""

import pytest

from newsarchive.extract.article import extract
from tests.extract.test_layouts import BODY, P1, P2, P3, P4, TITLE, URL

PARAGRAPHS = "".join(f"<p>{paragraph}</p>" for paragraph in BODY)
HEAD = f"<h1>{TITLE}</h1>"


def read(body):
    return extract(f"<html><head><title>{TITLE}</title></head><body>{body}</body></html>", URL)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            f'<article>{HEAD}<div class="l-sidebar-fixed"><div>{PARAGRAPHS}</div><div><p>Tin</p></div></div></article>',
            id="a column named after the one beside it",
        ),
        pytest.param(f'{HEAD}<div class="article-body pagination-first">{PARAGRAPHS}</div>', id="a text in pages"),
        pytest.param(
            f'{HEAD}<div class="grid"><div class="text chunk"><p>{P1}</p><p>{P2}</p></div><div>Advertisement</div>'
            f'</div><div class="grid"><div class="text chunk"><p>{P3}</p><p>{P4}</p></div></div>',
            id="a text in boxes of one make",
        ),
        pytest.param(
            f'{HEAD}<div class="grid"><div class="text chunk"><p>{P1}</p><p>{P2}</p><p>{P3}</p><p>{P4}</p></div></div>'
            f'<div class="text chunk"><h3><a href="/khac">Quận khai mạc giải bơi</a></h3><p>{P1[::-1]}</p></div>',
            id="a card of the same make",
        ),
        pytest.param(
            f'{HEAD}<div class="text"><p>{P1}</p><p>{P2}</p><h3>Related</h3><ul><li><a href="/a">Quận khai mạc giải '
            f'bơi trên sông</a></li><li><a href="/b">Phường nâng cấp hẻm 12</a></li></ul><p>{P3}</p><p>{P4}</p></div>',
            id="a list of links in mid-text",
        ),
        pytest.param(
            f'{HEAD}<div class="text">'
            + "".join(f'<span style="display: block; margin: 0">{text}</span>' for text in BODY)
            + "</div>",
            id="paragraphs of spans that are set as blocks",
        ),
        pytest.param(
            f'{HEAD}<div class="text"><p>{P1}</p><figure><figcaption>Lục bình phủ kín mặt rạch hồi đầu tháng'
            f'</figcaption></figure><p>{P2}</p><p>{P3}</p><div class="video-caption">Cảnh vớt rác buổi sáng</div>'
            f"<p>{P4}</p></div>",
            id="captions whose pictures a script loads",
        ),
        pytest.param(
            f'{HEAD}<div class="text"><p>{P1}</p><div>Advertisement</div><p>{P2}</p><p>Share this article</p>'
            f"<p>{P3}</p><div>Story continues below advertisement</div><p>{P4}</p></div>",
            id="machinery that nobody translated",
        ),
        pytest.param(
            f'{HEAD}<article><div class="note">Ảnh và bài do Đoàn Thanh niên quận gửi về tòa soạn</div>'
            f'<div class="box"><h3>Tin nổi bật</h3><a href="/a">Quận khai mạc giải bơi trên sông</a></div>'
            f'<div class="text">{PARAGRAPHS}</div></article>',
            id="a box of links between headline and text",
        ),
        pytest.param(
            f'{HEAD}<div class="text"><p>{P1}</p><p>{P2}</p><div class="promo"><div><a href="/a">Quận khai mạc giải '
            f"bơi trên sông Bến Nứa</a></div><div>Hơn 200 vận động viên của mười hai phường tranh tài ở sáu cự ly "
            f"trong hai ngày cuối tuần.</div></div><p>{P3}</p><p>{P4}</p></div>",
            id="a card of another article in mid-text",
        ),
        pytest.param(
            f'{HEAD}<div class="text"><p>{P1}</p><p><a href="/a">Xem thêm: Quận khai mạc giải bơi</a></p><p>{P2}</p>'
            f"<p>{P3}</p><p>{P4}</p><p>Follow us on Facebook and YouTube.</p></div>",
            id="a link to another article, and an invitation",
        ),
    ],
)
def test_the_whole_text_is_read_and_only_it(body):
    assert read(body).body == "\n\n".join(BODY)


def test_a_sidebar_with_more_prose_than_the_notice_stays_one():
    page = f'{HEAD}<div class="text"><p>{P1}</p></div><div class="sidebar"><p>{P2}</p><p>{P3}</p><p>{P4}</p></div>'
    assert read(page).body == P1


def test_comments_of_the_same_make_are_no_parts_of_the_text():
    page = (
        f'{HEAD}<div class="text">{PARAGRAPHS}</div><h3>Ý kiến bạn đọc</h3>'
        f'<div class="text"><p>{P2[::-1]}</p></div><div class="text"><p>{P3[::-1]}</p></div>'
    )
    assert read(page).body == "\n\n".join(BODY)


def test_a_list_that_the_text_begins_with_and_a_quotation_under_a_picture_are_text():
    page = (
        f'{HEAD}<div class="text"><ul><li>Hai tấn lục bình</li><li>Sáu thùng rác có nắp</li></ul><p>{P1}</p>'
        f'<p><img src="/a.jpg"></p><blockquote><p><i>“Rạch sạch thì nhà nào cũng mừng”</i></p></blockquote>'
        f"<p>{P2}</p></div>"
    )
    expected = ["Hai tấn lục bình", "Sáu thùng rác có nắp", P1, "“Rạch sạch thì nhà nào cũng mừng”", P2]
    assert read(page).body == "\n\n".join(expected)


def test_a_calendar_of_short_lines_before_the_only_sentence_is_text():
    days = [f"{n}. Đợt {n}: khu phố {n}, từ cầu số {n}" for n in range(1, 6)]
    lines = "".join(f"<p>{day}</p>" for day in days)
    assert read(f'{HEAD}<div class="text">{lines}<p>{P1}</p></div>').body == "\n\n".join([*days, P1])


def test_a_note_on_the_author_that_metadata_names_closes_no_text():
    page = (
        f'<html><head><meta name="author" content="By Minh Tâm Lê"></head><body>{HEAD}<div class="text">{PARAGRAPHS}'
        "<p><i>Minh Tâm Lê is a reporter of the district’s newspaper.</i></p></div></body></html>"
    )
    article = extract(page, URL)
    assert article.body == "\n\n".join(BODY)
    assert article.byline == "Minh Tâm Lê"
