"""A made-up paper on a server that behaves like ASP.NET WebForms: page N of its list is an answer to a posted form.

with serve(WebForms(Paper(20), "gridview")) as (base, site): …

What is posted must be what the page before gave: its view state, and an event that page offers. Anything else is
answered with 500 and kept in ``site.refused``. The page is one form around a menu, a search box, a log-in, a calendar,
a grid's sort headers and delete buttons, as these pages are; each of those, posted, would be an event too.
"""

import base64
import hashlib
import json
from contextlib import contextmanager
from html import escape
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl

from crawling import LISTING, Paper, Response, html

from newsarchive.demo import answering

WINDOW = 3
MAIN = "ctl00$Main"


def post_back(target, argument, label, attributes=""):
    script = escape(f"javascript:__doPostBack('{target}','{argument}')")
    return f'<a {attributes} href="{script}">{label}</a>'


def gridview(page, last):
    """A GridView's numbers in a row of its table, a window of them, "…" to the next window and back."""
    first = (page - 1) // WINDOW * WINDOW + 1
    cells, events = [], {}

    def cell(number, label):
        events[f"{MAIN}$grid", f"Page${number}", None] = number
        cells.append(f"<td>{post_back(f'{MAIN}$grid', f'Page${number}', label)}</td>")

    if first > 1:
        cell(first - 1, "...")
    for number in range(first, min(first + WINDOW, last + 1)):
        if number == page:
            cells.append(f"<td><span>{number}</span></td>")
        else:
            cell(number, number)
    if first + WINDOW <= last:
        cell(first + WINDOW, "...")
    return f'<tr class="pgr"><td colspan="2"><table><tr>{"".join(cells)}</tr></table></td></tr>', events


def datapager(page, last):
    """A DataPager's: each number is a control of its own, told by the target alone."""
    first = (page - 1) // WINDOW * WINDOW + 1
    parts, events, at = [], {}, 0

    def link(number, label):
        target = f"{MAIN}$list$DataPager1$ctl01$ctl{at:02d}"
        events[target, "", None] = number
        parts.append(post_back(target, "", label, 'class="btn"'))

    if first > 1:
        link(first - 1, "...")
    for number in range(first, min(first + WINDOW, last + 1)):
        at += 1
        if number == page:
            parts.append(f"<span class='btn disabled'>{number}</span>")
        else:
            link(number, number)
    if first + WINDOW <= last:
        at += 1
        link(first + WINDOW, "...")
    return f"<div class='pagination'><span>{'&nbsp;'.join(parts)}</span></div>", events


def words(page, last):
    """DotNetNuke's: "Trang trước" and "Trang sau" with validation options, beside "Trang 2/5"."""
    parts, events = [f"Trang {page}/{last} "], {}
    for name, label, number in (("lnkPrev", "Trang trước", page - 1), ("lnkNext", "Trang sau", page + 1)):
        target = f"dnn$ctr412$ViewList${name}"
        if 1 <= number <= last:
            options = f'"{target}", "", true, "", "", false, true'
            script = escape(f"javascript:WebForm_DoPostBackWithOptions(new WebForm_PostBackOptions({options}))")
            parts.append(f'<a class="CommandButton" href="{script}">{label}</a>')
            events[target, "", None] = number
        else:
            parts.append(f'<a class="aspNetDisabled CommandButton">{label}</a>')
    return f"<p>{' '.join(parts)}</p>", events


def buttons(page, last):
    """Submit buttons."""
    parts, events = [], {}
    for name, label, number in (("btnPrev", "Trang trước", page - 1), ("btnNext", "Trang sau", page + 1)):
        off = "" if 1 <= number <= last else ' disabled="disabled"'
        parts.append(f'<input type="submit" name="{MAIN}${name}" value="{label}"{off}>')
        if not off:
            events["", "", f"{MAIN}${name}"] = number
    return f"<div>{''.join(parts)}</div>", events


PAGERS = {"gridview": gridview, "datapager": datapager, "words": words, "buttons": buttons}

ROUND_ABOUT = (
    post_back("ctl00$menu", "tin-tuc", "Tin tức trong quận")
    + post_back("ctl00$lang", "en", "EN")
    + '<input type="text" name="ctl00$txtTim" value=""><input type="submit" name="ctl00$btnTim" value="Tìm kiếm">'
    + '<input type="text" name="ctl00$ten" value=""><input type="password" name="ctl00$matkhau">'
    + '<input type="submit" name="ctl00$btnDangNhap" value="Đăng nhập">'
    + '<input type="radio" name="ctl00$thamdo" value="1"> Hài lòng <input type="submit" name="ctl00$bq" value="Gửi">'
    + '<table title="Calendar"><tr><td colspan="3">'
    + post_back("ctl00$cal", "V7701", "&lt;")
    + "Tháng 6 năm 2021"
    + post_back("ctl00$cal", "V7762", "&gt;")
    + "</td></tr><tr>"
    + "".join(f"<td>{post_back('ctl00$cal', 7730 + day, day)}</td>" for day in range(1, 4))
    + "</tr><tr>"
    + "".join(f"<td>{post_back('ctl00$cal', 7730 + day, day)}</td>" for day in range(4, 7))
    + "</tr></table>"
)


class WebForms:
    """The site. ``update_panel`` wraps the list as ScriptManager does; ``answer`` may give another answer to a post."""

    def __init__(self, paper=None, pager="gridview", *, update_panel=False, answer=None):
        self.paper = paper or Paper()
        self.pager = PAGERS[pager]
        self.update_panel = update_panel
        self.answer = answer or (lambda page: None)
        self.log, self.refused, self.posted = [], [], []

    @property
    def last(self):
        return max(1, -(-len(self.paper.order) // self.paper.page_size))

    def handle(self, method, path, headers, body):
        self.log.append((method, path))
        if path != LISTING:
            return self.paper.handle(path) if method == "GET" else self.refuse(path, body)
        if method == "GET":
            return html(self.page(1))
        fields = parse_qsl(body.decode(), keep_blank_values=True)
        page = self.wanted(fields, headers)
        if page is None:
            return self.refuse(path, body)
        self.posted.append(page)
        return self.answer(page) or html(self.page(page))

    def refuse(self, path, body):
        self.refused.append((path, body.decode()))
        return html("<h1>Server Error in '/' Application.</h1><p>Invalid postback or callback argument.</p>", 500)

    def wanted(self, fields, headers):
        """The page an honest form asks for; None for a forged, incomplete or other one."""
        sent = dict(fields)
        if len(sent) != len(fields) or headers["Content-Type"] != "application/x-www-form-urlencoded":
            return None
        state = sent.pop("__VIEWSTATE", "")
        if not state.endswith(_sign(state[:-8])):
            return None
        page = json.loads(base64.b64decode(state[:-8]))["page"]
        event = (sent.pop("__EVENTTARGET", ""), sent.pop("__EVENTARGUMENT", ""))
        _, events = self.pager(page, self.last)
        pressed = [name for name in sent if ("", "", name) in events] or [None]
        for name in pressed:
            sent.pop(name, None)
        standing = {"ctl00$txtTim": "", "ctl00$ten": "", "__VIEWSTATEGENERATOR": "CA0B0334"}
        return events.get((*event, pressed[0])) if len(pressed) == 1 and sent == standing else None

    def page(self, number):
        paper = self.paper
        shown = paper.order[(number - 1) * paper.page_size : number * paper.page_size]
        rows = "".join(
            f'<tr><td><a href="{path}">{paper.items[path].title}</a></td><td>{paper.items[path].day:%d/%m/%Y}</td>'
            f'<td><input type="submit" name="{MAIN}$grid$ctl{n:02d}$xoa" value="Xóa"></td></tr>'
            for n, path in enumerate(shown)
        )
        pager, _ = self.pager(number, self.last)
        head = post_back(f"{MAIN}$grid", "Sort$Title", "Tiêu đề") + post_back(f"{MAIN}$grid", "Sort$Day", "Ngày")
        inside = f"<table><tr><th colspan=2>{head}</th></tr>{rows}{pager if self.pager is gridview else ''}</table>"
        inside += "" if self.pager is gridview else pager
        if self.update_panel:
            inside = (
                "<script>//<![CDATA[\nSys.WebForms.PageRequestManager._initialize('ctl00$sm', 'aspnetForm',"
                f" ['t{MAIN}$up',''], [], [], 90, 'ctl00');\n//]]></script><div id='ctl00_Main_up'>{inside}</div>"
            )
        state = base64.b64encode(json.dumps({"page": number, "pad": "x" * 40 * number}).encode()).decode()
        hidden = {"__EVENTTARGET": "", "__EVENTARGUMENT": "", "__VIEWSTATE": state + _sign(state)}
        hidden["__VIEWSTATEGENERATOR"] = "CA0B0334"
        fields = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in hidden.items())
        return (
            "<html><head><meta charset=utf-8><title>Tin tức - Quận Sen Hồng</title></head><body>"
            f'<form method="post" action=".{LISTING[LISTING.rindex("/") :]}" id="aspnetForm">{fields}{ROUND_ABOUT}'
            f"<div class='main'><h2>Tin tức</h2>{inside}</div></form></body></html>"
        )


def _sign(state):
    return hashlib.sha256(b"only the server knows" + state.encode()).hexdigest()[:8]


@contextmanager
def serve(site):
    """Serve on loopback while the context lasts; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1
        timeout = 30

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            response: Response = site.handle(self.command, self.path, self.headers, body)
            self.send_response(response.status)
            for name, value in response.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            self.wfile.write(response.body)

        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    with answering(Handler) as base:
        yield base
