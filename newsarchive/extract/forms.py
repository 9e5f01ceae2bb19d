"""Pagers told by their looks: those that post a form, and links whose addresses name no page. Pure.

ASP.NET renders its page numbers as ``__doPostBack`` scripts or submit buttons of the page's one big form, older sites
as a script of their own (``goPage(2)``) that fills a hidden field. A form may do anything: so one is named here only
where its sole change is a pager's, told by standing alone among page numbers and words like "Trang sau", beside the
articles.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

from newsarchive.extract import landmarks
from newsarchive.extract.document import Tree
from newsarchive.extract.pager import is_marked, label_of
from newsarchive.items import Form
from newsarchive.sites.urls import absolute_url, canonical_url, host_of
from newsarchive.vietnamese.text import collapse, fold

_POST_BACK = re.compile(r"__doPostBack\(\s*(['\"])(.{1,400}?)\1\s*,\s*(['\"])(.{0,400}?)\3\s*\)")
# WebForm_PostBackOptions(target, argument, validate, group, address, …): one with an address posts to another page.
_POST_BACK_OPTIONS = re.compile(
    r"WebForm_PostBackOptions\(\s*(['\"])(.{1,400}?)\1\s*,\s*(['\"])(.{0,400}?)\3\s*,\s*\w+\s*,\s*(['\"]).{0,100}?\5\s*,"
    r"\s*(['\"])\6\s*,"
)
_PAGE_CALL = re.compile(r"(?:^|[\s:;.])(\w*(?:page|trang)\w*)\(\s*['\"]?(\d{1,4})['\"]?\s*\)", re.IGNORECASE)
# A pager's own words, folded, one by one. No weekday, month or letter: calendars and registers are no pagers.
_WORDS = frozenset(
    "trang dau cuoi truoc sau tiep theo tuc ke ve toi den di chuyen trong tren tong so co ban ghi tin bai viet ket qua "
    "xem them cu moi hon hien thi muc tu cac cua cung tien va page pages of first last prev previous next older newer "
    "items results go to from start end".split()
)
_NEXT_WORDS = re.compile(
    r"(?:(?:xem )?trang (?:ke tiep|sau|tiep(?: theo)?|ke)|next page|xem tiep|(?:xem|tai|hien thi) them(?: tin| bai)?|"
    r"(?:cac |nhung )?(?:tin|bai)(?: viet)? cu hon)"
)
# Words that also go on in wizards and slide shows: a pager's only beside other signs of one.
_NEXT_LOOSE = re.compile(r"(?:sau|tiep|tiep theo|ke tiep|next|older(?: posts)?)")
_BACK_WORDS = re.compile(r"(?:trang )?(?:truoc|dau|truoc do)|prev(?:ious)?(?: page)?|first|ve truoc|dau tien")
_NEXT_SIGNS, _FAR_SIGNS = {">", "›", "→", "▶", "►"}, {"»", ">>"}
_PAGER_NAME = re.compile(r"pag(?:e|in)|trang|next", re.IGNORECASE)
_NO_PAGER_NAME = re.compile(
    r"calend|lich|date|month|sort|sapxep|delete|xoa|edit|sua|select|log(?:in|out|off)|dangnhap|search|timkiem|vote|poll|"
    r"binhchon|thamdo|rat(?:e|ing)|danhgia|comment|binhluan|gopy|lang(?:uage)?|ngonngu|submit|send|gui|save|luu|print|"
    r"export|like|register|dangky|slide|gallery",
    re.IGNORECASE,
)
_NO_PAGER_ARGUMENT = re.compile(
    r"(?:sort|delete|edit|select|update|cancel|insert|new|vote|rate)\b|(?:V|R)?\d{4,}$|.*dvt_sort|"
    r"Page\$(?:Last|First|Prev)",
    re.IGNORECASE,
)
_LABEL_BEFORE = re.compile(r"(?:thang|nam|ngay|tuan|quy|ky|danh gia|binh chon|cham diem|so sao|cau hoi|buoc)\W*$")
_PAGE_FIELD = re.compile(
    r"(?:.*[._$\[:-])?(?:cur(?:rent)?_?)?(?:page|trang|pg)_?(?:no|num|number|index|id|so)?\]?|p", re.IGNORECASE
)
_LONGEST_PAGER, _LARGEST_PAGER, _LONGEST_SCRIPT = 1500, 800, 2000
_MOST_PAGERS, _MOST_TRIED = 50, 5
_FARTHEST_LIST, _SHORTEST_TITLE = 60, 18
MAX_FORM = 4 * 1024 * 1024
"""Characters of a form's fields: a page state that has grown beyond them is not sent on."""


_POSTED, _CALLED, _PRESSED, _LINKED = "__doPostBack", "a page's own script", "a button", "a link"


@dataclass(slots=True, eq=False)
class _Control:
    """A link or button of a page that may be a pager's; ``fields`` are those of a form that its script or name sets,
    of a link its address, of a page's own script the number it is called with."""

    element: Tree
    fields: dict[str, str]
    how: str
    label: str = ""

    @property
    def number(self) -> int | None:
        found = re.fullmatch(r"[\[(]?\s*(?:trang )?(\d{1,4})\s*[\])]?", fold(self.label))
        return int(found.group(1)) if found else None


@dataclass(slots=True, eq=False)
class _Pager:
    """An element with nothing in it but what pagers print, and its controls in page order."""

    element: Tree
    controls: list[_Control] = field(default_factory=list)


def next_form(root: Tree, base: str, url: str, articles: Collection[str]) -> Form | str | None:
    """What asks for the page after a listing page: a form to post, the address a GET form makes, or None.

    ``base`` is the address links are relative to, ``url`` the page's own, ``articles`` the addresses it lists: a page
    that lists none has no next one.
    """
    if not articles:
        return None
    for pager in _beside_the_articles(_pagers(root), base, articles):
        for control in _onward(pager)[:_MOST_TRIED]:
            if control.how == _LINKED:
                made: Form | str | None = _linked(control, base, url, articles)
            else:
                form = _form_of(control, root)
                made = _filled(form, control, base, url) if form is not None else None
            if made is not None:
                return made
    return None


def form_behind(element: Tree, root: Tree, base: str, url: str) -> Form | str | None:
    """What an element sends that a profile's selector says leads to the next page; as :func:`next_form` gives it."""
    control = next((found for e in element.iter() if (found := _control(e))), None)
    form = _form_of(control, root) if control else None
    return _filled(form, control, base, url) if form is not None and control else None


# Which controls are a pager's


def _pagers(root: Tree) -> list[_Pager]:
    """The pagers of a page, in its order."""
    pagers: dict[Tree, _Pager] = {}
    pure: dict[Tree, bool] = {}
    for element in root.iter("a", "button", "input", "li", "span", "td"):
        control = _control(element)
        if control is None or not _is_pure(element, pure):
            continue
        box = element
        while (parent := box.getparent()) is not None and parent.tag not in ("form", "body") and _is_pure(parent, pure):
            box = parent
        if len(pagers) < _MOST_PAGERS and not _LABEL_BEFORE.search(_text_before(box)):
            control.label = label_of(element)
            pagers.setdefault(box, _Pager(box)).controls.append(control)
    return list(pagers.values())


def _control(element: Tree) -> _Control | None:
    """A control that may be a pager's; None for scripts and buttons named for something else."""
    script = f"{element.get('href') or ''} ; {element.get('onclick') or ''}"[:_LONGEST_SCRIPT]
    if element.get("disabled") is not None:
        return None
    if len(script) > 3 and (found := _POST_BACK.search(script) or _POST_BACK_OPTIONS.search(script)):
        target, argument = found.group(2), found.group(4)
        if _misnamed(target) or _NO_PAGER_ARGUMENT.match(argument):
            return None
        return _Control(element, {"__EVENTTARGET": target, "__EVENTARGUMENT": argument}, _POSTED)
    if len(script) > 3 and (call := _PAGE_CALL.search(script)):
        return None if _misnamed(call.group(1)) else _Control(element, {"": call.group(2)}, _CALLED)
    if element.tag == "a" and (href := (element.get("href") or "").strip()):
        return None if href.startswith(("#", "javascript:")) else _Control(element, {"": href}, _LINKED)
    kind = (element.get("type") or ("submit" if element.tag == "button" else "")).lower()
    name = element.get("name") or ""
    if element.tag not in ("button", "input") or kind not in ("submit", "image") or not name:
        return None
    if element.get("formaction") or _misnamed(name):
        return None
    sent = {f"{name}.x": "1", f"{name}.y": "1"} if kind == "image" else {name: element.get("value") or ""}
    return _Control(element, sent, _PRESSED)


def _misnamed(name: str) -> bool:
    """True where the last word of a control's name, ASP.NET's numbers aside, is that of another thing than a pager."""
    parts = [part for part in re.split(r"[$:]", name) if not re.fullmatch(r"_?ctl\d+", part)]
    return any(_NO_PAGER_NAME.search(part) and not re.search("pag", part, re.IGNORECASE) for part in parts[-1:])


def _is_pure(element: Tree, known: dict[Tree, bool]) -> bool:
    """True for an element in which nothing is printed but what pagers print."""
    if element not in known:
        known[element] = _prints_a_pager(element)
    return known[element]


def _prints_a_pager(element: Tree) -> bool:
    length = 0
    for count, node in enumerate(element.iter()):
        texts = [node.text, node.tail if node is not element else None]
        if node.tag == "input" and node.get("type") in ("submit", "image", "button"):
            texts += [node.get("value"), node.get("alt")]
        elif node.tag in ("input", "textarea") and node.get("type") != "hidden":
            texts += ["" if _PAGE_FIELD.fullmatch(node.get("name") or "") else "khac"]
        for text in filter(None, texts):
            length += len(text)
            if length > _LONGEST_PAGER or not _is_pager_text(text):
                return False
        if count > _LARGEST_PAGER or node.tag in ("script", "form"):
            return False
    return True


def _is_pager_text(text: str) -> bool:
    return all(word.isdigit() or word in _WORDS for word in re.findall(r"\w+", fold(text)))


def _text_before(element: Tree) -> str:
    """The last words printed right before an element."""
    previous = element.getprevious()
    parent = element.getparent()
    if previous is not None:
        text = (str(previous.text_content()) if previous.tag not in ("script", "table", "ul") else "")[-60:]
        text += previous.tail or ""
    else:
        text = (parent.text or "") if parent is not None else ""
    return fold(collapse(text[-60:]))


def _beside_the_articles(pagers: list[_Pager], base: str, articles: Collection[str]) -> list[_Pager]:
    """The pagers of the articles' own list: the nearest list around each is mostly of them.

    Where none stands in a box with a list of its own, the page's only one.
    """
    own: list[_Pager] = []
    for pager in pagers:
        for node in list(pager.element.iterancestors())[:_FARTHEST_LIST]:
            links = [a for a in node.iter("a") if len(collapse(str(a.text_content()))) >= _SHORTEST_TITLE]
            if not links:
                continue
            if 2 * sum(canonical_url(a.get("href") or "", base) in articles for a in links) >= len(links):
                own.append(pager)
            break
    return own or (pagers if len(pagers) == 1 else [])


# Which of a pager's controls leads on


def _onward(pager: _Pager) -> list[_Control]:
    """The controls that lead to the next page, the likeliest first."""
    numbered: dict[int, _Control] = {}
    for control in pager.controls:
        if control.number is not None:
            numbered.setdefault(control.number, control)
    rows = {next(c.element.iterancestors("tr"), None) for c in numbered.values()}
    if len(rows) > 1 or (numbered and all(1990 <= n <= 2100 for n in numbered)):
        return []  # A calendar's days, an archive's years.
    current = _current(pager, numbered)
    if current is not None and current + 1 in numbered:
        return [numbered[current + 1]] if _fits(numbered[current + 1], numbered, current + 1) else []
    known = bool(numbered) or _says_pager(pager)
    at_end = current is None or current >= max(numbered, default=0)
    last_number = max((n for n, c in enumerate(pager.controls) if c.number is not None), default=0)
    near_sign = any(c.label in _NEXT_SIGNS for c in pager.controls)
    found: list[tuple[int, _Control]] = []
    for place, control in enumerate(pager.controls):
        words = landmarks.plain(control.label)
        if not _leads_to(control, current):
            continue
        if control.label in ("...", "…"):
            if numbered and current is not None and at_end and place > last_number:
                found.append((0, control))
        elif _NEXT_WORDS.fullmatch(words):
            found.append((1, control))
        elif (known or _PAGER_NAME.search(_names(control))) and _NEXT_LOOSE.fullmatch(words):
            found.append((2, control))
        elif known and (control.label in _NEXT_SIGNS or (control.label in _FAR_SIGNS and not near_sign and at_end)):
            found.append((3, control))
    return [control for _, control in sorted(found, key=lambda entry: entry[0])]


def _current(pager: _Pager, numbered: Collection[int]) -> int | None:
    """The number of the page one is on: marked among the links, or printed without one."""
    owners = {node: control for control in pager.controls for node in control.element.iter()}
    marked = [c.number for c in pager.controls if c.number is not None and is_marked(c.element)]
    alone: list[int] = []
    among: list[int] = []
    for node in pager.element.iter():
        if node.tag in ("option", "select"):
            continue
        parent = node.getparent()
        texts = [node.text if node not in owners else None]
        texts.append(node.tail if node is not pager.element and parent not in owners else None)
        for text in filter(None, texts):
            if whole := re.fullmatch(r"\W*(\d{1,4})\W*", text):
                alone.append(int(whole.group(1)))
            elif found := re.search(r"\d{1,4}", text):
                among.append(int(found.group()))
    candidates = [*(marked if len(marked) == 1 else []), *alone, *among]
    return next((n for n in candidates if n not in numbered or n in marked if {n - 1, n + 1} & set(numbered)), None)


def _says_pager(pager: _Pager) -> bool:
    """True where a pager without numbers says that it is one: "Trang 1/25", a way back, its name."""
    text = fold(collapse(str(pager.element.text_content())))
    ways_back = any(_BACK_WORDS.fullmatch(landmarks.plain(c.label)) for c in pager.controls)
    named = f"{pager.element.get('class') or ''} {pager.element.get('id') or ''}"
    return ways_back or re.search(r"\b(?:trang|page|truoc|previous)\b", text) is not None or "pag" in named.lower()


def _names(control: _Control) -> str:
    element = control.element
    return " ".join([*control.fields, *control.fields.values(), element.get("id") or "", element.get("class") or ""])


def _fits(control: _Control, numbered: dict[int, _Control], number: int) -> bool:
    """True where what a number's script sends is that number, or tells its target from the others' by name alone."""
    if control.how in (_PRESSED, _LINKED):
        return True
    if control.how == _CALLED:
        return control.fields[""] == str(number)
    argument = control.fields["__EVENTARGUMENT"]
    if argument in ("", str(number)) or re.search(rf"(?<!\d){number}(?!\d)", argument):
        return True
    # Counted from zero.
    return all(c.fields.get("__EVENTARGUMENT") == str(n - 1) for n, c in numbered.items())


def _leads_to(control: _Control, current: int | None) -> bool:
    """False for a script that says another number than the next page's."""
    return control.how != _CALLED or current is None or control.fields[""] == str(current + 1)


def _linked(control: _Control, base: str, url: str, articles: Collection[str]) -> str | None:
    """The address a pager's link leads to, where it is the listing's own but for one number: that of the page."""
    target = canonical_url(control.fields[""], base)
    if target is None or target in articles or host_of(target) != host_of(url):
        return None
    (here, before), (there, after) = ((p.path, dict(parse_qsl(p.query))) for p in map(urlsplit, (url, target)))
    changed = [(before.get(key), after.get(key)) for key in {**before, **after} if before.get(key) != after.get(key)]
    if re.sub(r"\d+", "0", here) != re.sub(r"\d+", "0", there):
        return None
    changed += [
        pair for pair in zip(re.findall(r"\d+", here), re.findall(r"\d+", there), strict=True) if len(set(pair)) > 1
    ]
    if len(changed) != 1:
        return None
    old, new = changed[0]
    if new is None or not re.fullmatch(r"\d{1,4}", new) or (old and not re.fullmatch(r"\d{1,4}", old)):
        return None
    if control.number is None:
        return target if int(new) == int(old or 1) + 1 else None
    return target if control.number - int(new) in (0, 1) else None


# The form


def _form_of(control: _Control, root: Tree) -> Tree | None:
    """The form a control sends, if it is one whose other fields a pager leaves alone."""
    forms = list(root.iter("form"))
    if control.how == _CALLED:
        having = [form for form in forms if _page_fields(form)]
        return having[0] if len(having) == 1 and not _has(having[0], "password", "file") else None
    form = next(control.element.iterancestors("form"), None)
    if form is None and len(forms) == 1:
        form = forms[0]
    if form is None or control.how == _POSTED:
        return form if form is not None and _is_web_form(form) else None
    return (
        form if _is_web_form(form) or not _has(form, "password", "file", "text", "search", "email", "radio") else None
    )


def _is_web_form(form: Tree) -> bool:
    """True for ASP.NET's one form around a page, which knows by ``__EVENTTARGET`` or a button's name what was meant."""
    return any((e.get("name") or "").startswith(("__VIEWSTATE", "__EVENTTARGET")) for e in form.iter("input"))


def _page_fields(form: Tree) -> list[str]:
    """The names of a form's fields that hold a page's number."""
    fields = [e for e in form.iter("input") if (e.get("type") or "text").lower() in ("hidden", "text", "number")]
    return [name for e in fields if _PAGE_FIELD.fullmatch(name := e.get("name") or "")]


def _has(form: Tree, *kinds: str) -> bool:
    if "text" in kinds and next(form.iter("textarea"), None) is not None:
        return True
    inputs = [e for e in form.iter("input") if not _PAGE_FIELD.fullmatch(e.get("name") or "")]
    return any((e.get("type") or "text").lower() in kinds for e in inputs)


def _filled(form: Tree, control: _Control, base: str, url: str) -> Form | str | None:
    """A form as it stands with the pager's own fields set; as an address where its method is GET.

    Passwords and files are never sent, nor other buttons. None where the form goes to another site, or, not being
    ASP.NET's, to another page.
    """
    action = (form.get("action") or "").strip()
    target = absolute_url(action, base) if action else url
    if target is None or host_of(target) != host_of(url):
        return None
    target = target.partition("#")[0]
    if not _is_web_form(form) and urlsplit(target).path.rstrip("/") != urlsplit(url).path.rstrip("/"):
        return None
    values = control.fields
    if control.how == _CALLED:
        names = _page_fields(form)
        if len(names) != 1:
            return None
        values = {names[0]: control.fields[""]}
    fields = [(name, values.get(name, value)) for name, value in _standing(form)]
    fields += [(name, value) for name, value in values.items() if name not in dict(fields)]
    if (form.get("method") or "get").strip().lower() == "post":
        return Form(target, tuple(fields)) if sum(len(n) + len(v) for n, v in fields) <= MAX_FORM else None
    if _is_web_form(form):
        return None
    return canonical_url(f"{target.partition('?')[0]}?{urlencode(fields)}")


def _standing(form: Tree) -> Iterator[tuple[str, str]]:
    """The fields a form would send as it stands, buttons, passwords and files aside (HTML, "constructing the entry
    list")."""
    for element in form.iter("input", "select", "textarea"):
        name = element.get("name")
        if not name or element.get("disabled") is not None:
            continue
        if element.tag == "textarea":
            yield name, str(element.text_content())
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [o for o in options if o.get("selected") is not None]
            if not chosen and element.get("multiple") is None:
                chosen = options[:1]
            for option in chosen:
                value = option.get("value")
                yield name, collapse(str(option.text_content())) if value is None else value
        else:
            kind = (element.get("type") or "text").lower()
            ticked = kind not in ("checkbox", "radio") or element.get("checked") is not None
            if ticked and kind not in ("submit", "image", "button", "reset", "password", "file"):
                yield name, element.get("value") or ("on" if kind in ("checkbox", "radio") else "")
