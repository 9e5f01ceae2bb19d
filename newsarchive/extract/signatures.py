"""Where an article is signed: the lines at both ends of its text that name people or outlets. Pure.

The last line of many texts only looks like a signature: a name a list introduces, the official who signs for an office.
"""

from __future__ import annotations

import re
from dataclasses import replace

from newsarchive.extract.blocks import Block
from newsarchive.extract.lines import is_document
from newsarchive.extract.people import is_bare_label, is_office, read_credit_line

# A footnote: it stands below the signature.
_NOTE = re.compile(r"\(?\*|\(\d\)\s|[Gg]hi chú\s*:")
_ALNUM = re.compile(r"[^\W_]")
# Lines that stand over the name of who signed a document for an office.
_SIGNED_FOR_OFFICE = re.compile(
    r"(?:tm|kt|tl|tuq|q)\.? .*|\(?(?:da ky|ky ten.*|ky boi.*)\)?|(?:pho )?(?:chu tich|bi thu|truong ban|giam doc|"
    r"truong phong|"
    r"chanh van phong|hieu truong|chu nhiem|vien truong|chanh an|chi huy truong|truong cong an|to truong|cuc "
    r"truong)\b.{0,40}"
)


def part_signatures(text: list[Block]) -> tuple[list[Block], list[Block], list[Block]]:
    """Part the lines of a text from those that sign it: (text, signatures, rules and addresses around them)."""
    text = list(text)
    signed: list[Block] = []
    around: list[Block] = []
    while len(text) > 1 and _is_credit(text[0]) and (read_credit_line(text[0].text, alone=False) or text[1].is_prose):
        signed.append(text.pop(0))
    while len(text) > 1 and text[-1].kind == "text" and (is_address(text[-1]) or not _ALNUM.search(text[-1].text)):
        around.append(text.pop())
    notes: list[Block] = []
    while len(text) > 2 and len(notes) < 3 and _is_note(text[-1]):
        notes.append(text.pop())
    if len(text) > 2 and _is_office_under_name(text):
        around.append(text.pop())
    taken = _take_credits(text)
    while taken and len(text) > 1 and not _ALNUM.search(text[-1].text):
        around.append(text.pop())
    return [*text, *reversed(notes)], [*signed, *taken], around


def _is_note(line: Block) -> bool:
    """A line that stands below the signature: a footnote, a document to read on."""
    if line.kind != "text" or len(line.text) >= 300:
        return False
    offers = bool(line.links) and all(is_document(href, label) for href, label in line.links)
    return _NOTE.match(line.text) is not None or (offers and not line.is_prose)


def _take_credits(text: list[Block]) -> list[Block]:
    """Take the lines that name people off the end of a text; in page order."""
    taken: list[Block] = []
    while len(text) > 1 and len(taken) < 4 and _is_credit(text[-1]):
        # A list of names ("Danh sách …") is text: more than three bare names in a row are no bylines.
        if sum(_is_credit(b) for b in text[-4:]) > 3:
            break
        taken.append(text.pop())
    if taken and len(text) > 1 and is_bare_label(text[-1].text):
        # "Tác giả:", and the name on the line below.
        label = text.pop()
        taken[-1] = replace(taken[-1], text=f"{label.text} {taken[-1].text}")
    elif taken and _introduces_name(text[-1], taken[-1]) and not read_credit_line(taken[-1].text, alone=False):
        text.extend(reversed(taken))
        taken = []
    return taken[::-1]


def _is_credit(line: Block) -> bool:
    return line.kind == "text" and not line.is_prose and read_credit_line(line.text) is not None


def _is_office_under_name(text: list[Block]) -> bool:
    """True where the last line says where the person works, or lives, whose name stands above it.

    It does where brackets ("(Phòng Y tế huyện)") or the name's label ("Tác giả: …") show it; else where both lines are
    set alike and the name is nobody's who signs for an office, nor the last of a list of names.
    """
    before, name, office = text[-3:]
    if not (_is_credit(name) and office.kind == "text" and is_office(office.text)):
        return False
    shown = office.text[0] == "(" or read_credit_line(name.text, alone=False) is not None
    one, other = name.element, office.element
    beside = one.getparent() is other.getparent() and one.tag == other.tag and name.align == office.align
    return shown or ((one is other or beside) and not _introduces_name(before, name) and not _is_credit(before))


def _introduces_name(line: Block, name: Block) -> bool:
    """A line after which a name is no bút danh: it opens a list, or says for which office the name signs.

    "Một số hình ảnh:" opens the pictures that stand between.
    """
    lists = line.text.endswith(":") and name.index == line.index + 1
    return lists or (len(line.text) < 80 and _SIGNED_FOR_OFFICE.fullmatch(line.folded) is not None)


def is_address(block: Block) -> bool:
    """True for a line that is a web or mail address."""
    return re.match(r"(?:https?://|www\.|[\w.]+@)", block.text) is not None
