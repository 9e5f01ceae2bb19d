"""Whatever the markup, the same lines come out: text, pictures, rows, with how they are set."""

import pytest

from newsarchive.extract.blocks import MAX_BLOCKS, forgive_chrome, read_blocks
from newsarchive.extract.document import parse

LONG = (
    "Một câu dài hơn tám mươi chữ để được coi là văn xuôi của bài báo, như mọi đoạn trong thân bài của một bài thường."
)


def blocks(html):
    return read_blocks(parse(html))


def texts(html):
    return [block.text for block in blocks(html)]


@pytest.mark.parametrize(
    "html",
    [
        "<p>một</p><p>hai</p>",
        "<div>một</div>hai",
        "một<br><br>hai",
        "<font>một<br>\n<br>hai</font>",
        "<table><tr><td>một</td></tr><tr><td>hai</td></tr></table>",
        "<ul><li>một<li>hai</ul>",
        "<span>một<p>hai</p></span>",
        "<p>một<script>x</script></p><style>p{}</style><noscript>y</noscript><p>hai<select><option>z</select></p>",
        "<p>một</p><p>&nbsp;</p><p style='display:none'>ẩn</p><p hidden>ẩn</p><p>hai</p>",
        "<p>một</p><p><span class='hidden hide d-none'>ẩn</span></p><p class='d-none d-md-none'>ẩn</p><p>hai</p>",
        "<p class='d-none d-md-block'>một</p><p class='hidden md:block'>hai</p>",
        f"<p>một</p><p class='hidden-xs hide-for-small'>hai</p><div class='hide'>{'ẩn' * 9}</div>",
    ],
)
def test_paragraphs_are_paragraphs_whatever_makes_them(html):
    assert texts(html) == ["một", "hai"]


def test_a_single_break_wraps_a_long_line_and_parts_finished_ones():
    wrapped = LONG.replace(" của ", "<br>của ")
    assert texts(f"<p>{wrapped}</p>")[0].startswith("Một câu dài")
    assert texts("<p>Câu một đã xong.<br>Câu hai cũng vậy.</p>") == ["Câu một đã xong.", "Câu hai cũng vậy."]
    first = "Dòng này dài hơn sáu mươi chữ cái và chưa hết câu vì trang xuống dòng"
    second = "cho đẹp mắt, nên nó đi tiếp ở dòng sau cho đến khi hết câu mới thôi."
    assert texts(f"<p>{first}<br>{second}</p>") == [f"{first} {second}"]
    assert texts(f"<h1>{first}<br>ngắn</h1>") == [f"{first} ngắn"]


def test_a_long_part_is_read_though_it_is_hidden_until_a_script_shows_it():
    assert texts(f"<div class='hide'>{LONG * 5}</div>") == [LONG * 5]


def test_each_line_of_a_run_is_set_as_it_is_set():
    name, text = blocks(f"<td><b>Xuân Hạ</b><br>{LONG}</td>")
    assert (name.bold, text.bold) == (1.0, 0.0)
    (half,) = blocks("<p><i>bốn</i> tám</p>")
    assert half.italic == 0.5


@pytest.mark.parametrize(
    ("html", "bold", "italic", "align", "level"),
    [
        ("<p>x</p>", 0, 0, None, 0),
        ("<p><strong>x</strong></p>", 1, 0, None, 0),
        ("<p style='font-weight: bold'>x</p>", 1, 0, None, 0),
        ("<h2>x</h2>", 1, 0, None, 2),
        ("<h3><a><span>x</span></a></h3>", 1, 0, None, 3),
        ("<p align=RIGHT><em>x</em></p>", 0, 1, "right", 0),
        ("<p style='text-align:right;font-style:italic'>x</p>", 0, 1, "right", 0),
        ("<center>x</center>", 0, 0, "center", 0),
        ("<div style='TEXT-ALIGN: center'><p>x</p></div>", 0, 0, "center", 0),
    ],
)
def test_how_a_line_is_set(html, bold, italic, align, level):
    (block,) = blocks(html)
    assert (block.bold, block.italic, block.align, block.heading_level) == (bold, italic, align, level)


def test_the_links_of_a_line_and_their_share():
    (block,) = blocks("<p>bốn <a href='/a'>tám</a> <a>không</a> <a href='/b'>hai <b>chữ</b></a></p>")
    assert block.links == [("/a", "tám"), ("/b", "hai chữ")]
    assert block.link_share == 9 / 17


def test_a_link_around_blocks_is_a_link_of_each():
    image, title, summary = blocks("<a href='/a'><img src='/t.jpg'><h4>Nhan đề</h4><p>Tóm tắt</p></a>")
    assert image.kind == "image"
    assert (title.links, summary.links) == ([("/a", "Nhan đề")], [("/a", "Tóm tắt")])
    assert title.link_share == summary.link_share == 1.0


def test_links_in_lines_parted_by_breaks_go_with_their_lines():
    one, two = blocks("<p>- <a href='/1'>Bài một.</a><br>- <a href='/2'>Bài hai.</a></p>")
    assert (one.links, two.links) == ([("/1", "Bài một.")], [("/2", "Bài hai.")])


@pytest.mark.parametrize(
    ("html", "src"),
    [
        ("<img src='/a.jpg'>", "/a.jpg"),
        ("<img src='data:image/gif;base64,R0l' data-src='/a.jpg'>", "/a.jpg"),
        ("<img data-original='/a.jpg' src='/blank.gif'>", "/a.jpg"),
        ("<img alt='x'>", None),
        ("<img src=' '>", None),
    ],
)
def test_a_pictures_address(html, src):
    (block,) = blocks(f"<p>{html}</p>")
    assert (block.kind, block.src, block.tag) == ("image", src, "img")


def test_a_table_of_figures_is_rows_and_a_table_of_layout_is_not():
    figures = "<table><tr><th>Ngày</th><th>Số</th></tr><tr><td>1/9</td><td>12</td></tr></table>"
    assert [(b.kind, b.text) for b in blocks(figures)] == [("row", "Ngày | Số"), ("row", "1/9 | 12")]
    assert {
        b.kind for b in blocks(f"<table><tr><td>a</td><td>{LONG * 2}</td></tr><tr><td>b</td><td>c</td></tr></table>")
    } == {"text"}
    menu = "<table>" + "<tr><td><a href='/a'>Giới thiệu</a></td><td><a href='/b'>Tin tức</a></td></tr>" * 2 + "</table>"
    assert {b.kind for b in blocks(menu)} == {"text"}
    pictures = figures.replace("12", "<img src='/x.jpg'>12")
    assert "image" in {b.kind for b in blocks(pictures)}


@pytest.mark.parametrize(
    "around",
    [
        "<nav>{}</nav>",
        "<footer>{}</footer>",
        "<aside>{}</aside>",
        "<div class='main-menu'>{}</div>",
        "<div id='footer'>{}</div>",
        "<ul class='breadcrumb'>{}</ul>",
        "<div class='fb-share'>{}</div>",
        "<div class='comment-list'>{}</div>",
        "<div class='col sidebar-right'>{}</div>",
        "<div class='boxMenuLeft'>{}</div>",
    ],
)
def test_page_furniture_is_marked(around):
    (block,) = blocks(around.format("<p>x</p>"))
    assert len(block.chrome) == 1


@pytest.mark.parametrize(
    "name",
    "content|detail-content|news-detail|shared-text|commented|entry-meta|ct|has-sidebar-right|no-sidebar|with-comments|"
    "td_block_related td_with_ajax_pagination".split("|"),
)
def test_other_names_are_no_furniture(name):
    (block,) = blocks(f"<div class='{name}'><p>x</p></div>")
    assert block.chrome == ()


def test_a_link_that_opens_a_window_is_none():
    (block,) = blocks("<p><a class='modal' href='/a.jpg'><img src='/b.jpg'></a></p>")
    assert block.chrome == ()
    (block,) = blocks("<div class='modal'><p>x</p></div>")
    assert len(block.chrome) == 1


def test_a_mislabelled_wrapper_is_forgiven_and_a_footer_is_not():
    found = blocks(
        f"<div class='widget'><h1>Tên</h1>{f'<p>{LONG}</p>' * 3}</div><div class='footer'>{f'<p>{LONG}</p>' * 9}</div>"
    )
    forgive_chrome(found, None)
    assert [bool(block.chrome) for block in found] == [True] * 4 + [True] * 9
    forgive_chrome(found, found[0])
    assert [bool(block.chrome) for block in found] == [False] * 4 + [True] * 9
    found = blocks(f"<div class='tools'>{f'<p>{LONG}</p>' * 3}</div><p>{LONG}</p>")
    forgive_chrome(found, None)
    assert not any(block.chrome for block in found)


def test_blocks_are_numbered_in_page_order():
    found = blocks(
        "<p>a</p><img src='/x.jpg'><table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></table><p>b</p>"
    )
    assert [block.index for block in found] == list(range(len(found)))
    assert [block.kind for block in found] == ["text", "image", "row", "row", "text"]


def test_an_endless_page_is_read_to_a_bound():
    assert len(blocks("<p>a</p>" * (MAX_BLOCKS + 500))) == MAX_BLOCKS
