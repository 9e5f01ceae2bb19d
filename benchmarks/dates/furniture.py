"""What stands around an article: clocks, lists, comments, widgets, footers, whose dates are not its own, and the bulk.

Each function gives HTML, for one day of visit or of publication where it needs one. Everything is made up.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

_WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = "January February March April May June July August September October November December".split()


def weekday(day: date) -> str:
    """The day's name in Vietnamese."""
    return _WEEKDAYS[day.weekday()]


def slashed(day: date) -> str:
    """The day as 08/10/2020."""
    return f"{day.day:02}/{day.month:02}/{day.year}"


def english(day: date) -> str:
    """The day as "Thursday, October 8, 2020"."""
    return f"{_ENGLISH_DAYS[day.weekday()]}, {_ENGLISH_MONTHS[day.month - 1]} {day.day}, {day.year}"


def clock(shape: int, visit: datetime) -> str:
    """The masthead's clock in one of eight shapes: the day of the visit."""
    name, day = weekday(visit), slashed(visit)
    shapes = (
        f'<div class="ngay">{name}, ngày {visit.day} tháng {visit.month} năm {visit.year}</div>',
        f'<span id="clock">{name.capitalize()}, {day} {visit:%H:%M:%S}</span>',
        f'<font color="#ffffff" size="1">Hôm nay: {day}</font>',
        f'<div class="top-date"><i class="fa fa-calendar"></i>&nbsp;{name}, {day.replace("/", "-")}</div>',
        f'<time class="today" datetime="{visit.isoformat()}">{name}, {day}</time>',
        f"<p align=right>{english(visit)}</p>",
        f'<span class="datetime">{name},&nbsp;ngày&nbsp;{day}&nbsp;|&nbsp;{visit:%H:%M}&nbsp;GMT+7</span>',
        f'<li class="date">{name.upper()}, {visit.day}/{visit.month}/{visit.year}, (16/10 âm lịch)</li>',
    )
    return shapes[shape % len(shapes)]


def script_clock(visit: datetime) -> str:
    """A clock that a script prints, with days in the script's text."""
    return (
        "<script>var bayGio = new Date(); var moc = '01/01/2015'; var phienBan = '"
        f"{slashed(visit)}'; document.write(bayGio.getDate() + '/' + (bayGio.getMonth() + 1));</script>"
        f"<noscript>{slashed(visit)}</noscript>"
    )


def licence(shape: int) -> str:
    """A footer with the day of the licence and the years of the copyright."""
    shapes = (
        "<p>Giấy phép số 12/GP-TTĐT ngày 05/02/2015 của Sở Thông tin và Truyền thông</p><p>Bản quyền © 2013 - 2020</p>",
        "<p>Giấy phép thiết lập trang thông tin điện tử tổng hợp số 45/GP-STTTT cấp ngày 11 tháng 6 năm 2012</p>",
        "<p>© Copyright 2013-2020 Quận Hoa Mai. Cơ quan chủ quản: UBND quận Hoa Mai. GP số 08/GP-BC, ngày 4-10-2006</p>"
        "<p>Điện thoại: (000) 38 10 20 20 - Fax: 0000.3810.2020</p>",
    )
    return shapes[shape % len(shapes)]


def comments(published: date) -> str:
    """Readers' comments, younger than the article."""
    first, second = published + timedelta(days=2), published + timedelta(days=9)
    return (
        '<div id="comments"><h3>Ý kiến bạn đọc (2)</h3>'
        f'<div class="comment"><b>Minh Tâm</b> <span class="date">{slashed(first)} 08:15</span>'
        "<p>Mô hình rất hay.</p></div>"
        f'<div class="comment"><b>Cô Út</b> <time datetime="{second.isoformat()}">{slashed(second)} lúc 21:40</time>'
        "<p>Mong phường tôi cũng làm.</p></div></div>"
    )


def related(published: date) -> str:
    """Lists of newer and older articles with their days."""
    titles = (
        "Hội nghị giao ban công tác dân vận",
        "Ra quân dọn vệ sinh tuyến hẻm 47",
        "Gặp mặt cán bộ hưu trí",
        "Khai giảng lớp bơi",
    )
    days = (
        published + timedelta(days=6),
        published + timedelta(days=3),
        published - timedelta(days=2),
        published - timedelta(days=5),
    )
    items = [
        f'<li><a href="/tin-tuc/tin-{number}.html">{title}</a> <i>({slashed(day)})</i></li>'
        for number, (title, day) in enumerate(zip(titles, days, strict=True))
    ]
    return (
        f'<div class="tinkhac"><h4>Tin mới hơn</h4><ul>{items[0]}{items[1]}</ul>'
        f"<h4>Tin cũ hơn</h4><ul>{items[2]}{items[3]}</ul></div>"
    )


def most_read(visit: date) -> str:
    """A box of the most read articles, most of them younger than this one."""
    items = [
        f'<li><a href="/tin-tuc/doc-nhieu-{days}.html">{title}</a><br>'
        f"<span>Ngày đăng: {slashed(visit - timedelta(days=days))}</span></li>"
        for days, title in ((1, "Danh sách điểm tiêm chủng"), (4, "Lịch cắt điện trong tuần"))
    ]
    return f'<div class="box"><h3>Tin đọc nhiều</h3><ul>{"".join(items)}</ul></div>'


def calendar(visit: date) -> str:
    """A month's calendar with links on its days."""
    cells = "".join(
        f'<td><a href="/lich?d={visit.year}-{visit.month:02}-{day:02}">{day}</a></td>' for day in range(1, 29)
    )
    return f'<table class="lich"><caption>Tháng {visit.month}/{visit.year}</caption><tr>{cells}</tr></table>'


def widgets(visit: date) -> str:
    """Poll, weather, exchange rate, countdown and counters."""
    ahead = visit + timedelta(days=73)
    return (
        f'<div class="poll"><h3>Thăm dò ý kiến</h3><p>Từ ngày 01/{visit.month:02}/{visit.year} đến {slashed(ahead)}</p>'
        "<p>Rất hài lòng: 8/10</p></div>"
        f'<div class="weather">Thời tiết ngày {slashed(visit)}: 25-32°C</div>'
        f'<div class="rate">Tỷ giá cập nhật {slashed(visit)} 08:00</div>'
        f'<div class="countdown">Còn 73 ngày nữa đến ngày hội non sông {slashed(ahead)}</div>'
        "<div>Đang truy cập: 20 | Hôm nay: 810 | Tổng lượt truy cập: 8.102.020</div>"
    )


def documents() -> str:
    """A box of new legal documents with their days."""
    return (
        '<div class="vanban"><h3>Văn bản mới</h3><ul><li>Quyết định số 345/QĐ-UBND ngày 12/03/2018</li>'
        "<li>Kế hoạch 08/KH-UBND, ban hành: 20/01/2019</li></ul></div>"
    )


_SECTIONS = (
    "Giới thiệu|Tin tức|Xây dựng Đảng|Dân vận|Kinh tế|Văn hóa|Giáo dục|Y tế|An ninh|Cải cách hành chính|Văn bản|Hỏi đáp"
).split("|")
_SUBJECTS = "Tin trong quận|Phường|Chuyên đề|Gương sáng|Hình ảnh|Phim|Tài liệu|Lịch họp|Thông báo|Ý kiến".split("|")


def menu() -> str:
    """The portal's menu of 120 links in two levels."""
    parts = []
    for number, section in enumerate(_SECTIONS):
        below = "".join(
            f'<li class="menu-item"><a href="/chuyen-muc-{number}/muc-{place}" title="{subject}">'
            f"<span>{subject}</span></a></li>"
            for place, subject in enumerate(_SUBJECTS)
        )
        parts.append(
            f'<li class="dropdown"><a href="/chuyen-muc-{number}">{section}</a><ul class="sub-menu">{below}</ul></li>'
        )
    return f'<ul class="menu">{"".join(parts)}</ul>'


def websites() -> str:
    """The box of linked websites: one option a ward."""
    options = "".join(
        f'<option value="https://phuong-{number}.example/">Phường {number}</option>' for number in range(1, 61)
    )
    return f'<div class="lienket"><h3>Liên kết website</h3><select>{options}</select></div>'


def head_bulk() -> str:
    """Style and script as such pages carry them in their heads."""
    rules = "".join(
        f".khoi-{number}{{float:left;width:{number % 7 + 3}0px;margin:0 {number % 5}px 10px;color:#{number:02}2020}}\n"
        for number in range(60)
    )
    slides = ",".join(f'{{"anh":"/res/slide-{number}.jpg","rong":1020,"cao":{number + 200}}}' for number in range(40))
    return (
        f"<style>{rules}</style><script>var slide=[{slides}];function chay(n){{return slide[n%slide.length];}}</script>"
    )
