"""Imports point one way, from the commands to the language; parsed, not run.

cli → web, cluster → research, spiders → pipelines, recorder → archive → extract → sites → vietnamese, items
"""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "newsarchive"

# A room may use those of later lines, and itself. The demo site stands beside: it is a site, and knows none of the way.
FLOORS = [
    {"__main__"},
    {"cli"},
    {"web", "cluster"},
    {"research", "spiders"},
    {"pipelines", "recorder"},
    {"archive"},
    {"extract"},
    {"sites"},
    {"vietnamese", "items"},
]
ABOVE = {room: set().union(*FLOORS[:floor]) for floor, rooms in enumerate(FLOORS) for room in rooms}
BESIDE = {
    "demo": {"vietnamese", "items"},
    # Read by Scrapy; they need the program's version only.
    "settings": set(),
}
# Who may not use what, wherever it comes from: third parties' packages by room.
FORBIDDEN = {
    "vietnamese": {"scrapy", "twisted", "sqlite3", "sqlite_utils", "lxml", "parsel", "requests", "urllib", "socket"},
    "items": {"scrapy", "twisted", "sqlite3", "sqlite_utils", "lxml"},
    "sites": {"scrapy", "twisted", "sqlite3", "sqlite_utils", "socket"},
    "extract": {"scrapy", "twisted", "sqlite3", "sqlite_utils", "socket", "time"},
    "archive": {"scrapy", "twisted"},
    "research": {"scrapy", "twisted"},
    "web": {"scrapy", "twisted"},
    "cluster": {"scrapy", "twisted", "sqlite_utils"},
}

MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


def room_of(module):
    return module.parts[0].removesuffix(".py")


def imports(module):
    """Every module that a file imports, anywhere in it, as a dotted name; relative ones made absolute."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    package = ("newsarchive", *module.parts[:-1])
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
            name = base if node.level else node.module
            # "from newsarchive import items" names rooms, "from newsarchive import __version__" does not.
            yield from (f"{name}.{alias.name}" for alias in node.names) if name == "newsarchive" else (name,)


def ours(module):
    """The rooms that a file uses."""
    for name in imports(module):
        top, _, rest = name.partition(".")
        if top == "newsarchive" and rest and not rest.startswith("__version__"):
            yield rest.split(".")[0]


def test_every_file_stands_in_a_room_that_is_known():
    rooms = {room_of(module) for module in MODULES}
    assert rooms - {"__init__"} <= set().union(*FLOORS, BESIDE)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_imports_point_one_way(module):
    room = room_of(module)
    used = set(ours(module)) - {room}
    if room in BESIDE:
        assert used <= BESIDE[room]
    elif room == "__init__":
        assert used == set()
    elif room == "vietnamese":
        assert used == set(), "the language knows nothing of ours"
    else:
        # Rooms of one floor do not lean on each other: neither the pipelines on the recorder nor research on the web.
        beside = next(rooms for rooms in FLOORS if room in rooms)
        assert used.isdisjoint(ABOVE[room] | beside), f"{module} uses what stands above it or beside it"


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) in FORBIDDEN], ids=str)
def test_pure_rooms_stay_pure(module):
    tops = {name.split(".")[0] for name in imports(module)}
    # Parts of urllib that only read text.
    if "urllib.parse" in set(imports(module)):
        tops.discard("urllib")
    assert tops.isdisjoint(FORBIDDEN[room_of(module)])


def test_the_demo_site_is_used_by_the_commands_only():
    users = {room_of(module) for module in MODULES if "demo" in set(ours(module))}
    assert users <= {"cli", "demo"}


def test_this_test_sees_imports_inside_functions_and_relative_ones(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    (tmp_path / "extract").mkdir()
    top = "from . import a\nfrom ..archive import store\n"
    inner = "def f():\n    import scrapy.http\n    from newsarchive import cli\n"
    (tmp_path / "extract" / "x.py").write_text(top + inner)
    module = Path("extract/x.py")
    assert list(imports(module)) == ["newsarchive.extract", "newsarchive.archive", "scrapy.http", "newsarchive.cli"]
    assert set(ours(module)) == {"extract", "archive", "cli"}
