"""The documents keep their word: examples run, links lead somewhere, no command and no option goes undescribed.

A fence marked ``sh``, ``sql``, ``python`` or ``toml`` is run or read. One that must not be run (it asks a real site,
say) has ``<!-- not run: why -->`` on the line before it; its ``newsarchive`` calls are still held against the commands.
"""

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from newsarchive.cli import cli
from newsarchive.demo import DemoSite, Response, profile_toml, serve
from newsarchive.sites.profile import load_profile

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"(?P<mark><!-- not run: [^>]+ -->\n)?^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Example:
    """One fenced block of a document."""

    document: Path
    line: int
    language: str
    text: str
    runs: bool

    def __str__(self):
        return f"{self.document.relative_to(ROOT)}:{self.line}"


def examples():
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            line = text[: match.start("language")].count("\n") + 1
            yield Example(document, line, match["language"], match["text"], not match["mark"])


def marked(language):
    # The questions' answers in Python are run together with those in SQL, below.
    chosen = [e for e in examples() if e.language == language and e.runs]
    chosen = [e for e in chosen if (e.document.name, language) != ("database.md", "python")]
    return pytest.mark.parametrize("example", chosen, ids=str)


def environment(folder):
    """What a person at a shell has: the command on the path, a home, no locale to rely on."""
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    # The program that lies beside these documents, wherever another is installed.
    return {"PATH": path, "HOME": str(folder), "TERM": "dumb", "PYTHONPATH": str(ROOT)}


def shell(script, folder, **more):
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment(folder) | more,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="session")
def crawled(tmp_path_factory):
    """A folder whose ``data`` holds the demo site, crawled twice: by then article 2 had changed and 3 was gone."""
    folder = tmp_path_factory.mktemp("crawled")
    site = DemoSite()
    changed, gone = (story.path for story in site.stories[1:3])
    after = False

    def fault(path):
        if after and path in (gone, *site.paths("empty")):
            return Response(410, {"Content-Type": "text/plain"}, b"")
        if after and path == changed:
            answer = site.handle(path)
            return Response(200, answer.headers, answer.body.replace("quận".encode(), "Quận".encode()))
        return None

    with serve(site, fault=fault) as base:
        (folder / "data" / "sites").mkdir(parents=True)
        (folder / "data" / "sites" / "sen-hong.toml").write_text(profile_toml(base), encoding="utf-8")
        first = shell("newsarchive crawl sen-hong", folder)
        after = True
        second = shell("newsarchive crawl sen-hong --full", folder)
    assert (first.returncode, second.returncode) == (1, 0), first.stderr + second.stderr
    return folder


@pytest.fixture
def workplace(crawled, tmp_path):
    """A copy of the crawled folder, to do with as one likes."""
    shutil.copytree(crawled, tmp_path, dirs_exist_ok=True)
    return tmp_path


@marked("sh")
def test_a_shell_example_runs(example, workplace):
    if re.search(r"^sqlite3 ", example.text, flags=re.M) and not shutil.which("sqlite3"):
        pytest.skip("no sqlite3 command here")
    ended = shell(example.text, workplace)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


@marked("sql")
def test_an_sql_example_finds_something(example, workplace):
    with closing(sqlite3.connect(f"file:{workplace}/data/news.db?mode=ro", uri=True)) as db:
        for statement in example.text.strip().split(";\n\n"):
            assert db.execute(statement).fetchall(), statement


def questions():
    """Each question of docs/database.md with its answers in SQL, pandas and DuckDB."""
    text = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
    for part in text.split("\n## Ten questions\n")[1].split("\n### ")[1:]:
        yield pytest.param([(m["language"], m["text"]) for m in _FENCE.finditer(part)], id=part.partition("\n")[0])


@pytest.fixture(scope="session")
def exported(crawled, tmp_path_factory):
    """The crawled folder with what the document says to write for pandas and DuckDB."""
    folder = tmp_path_factory.mktemp("exported")
    shutil.copytree(crawled, folder, dirs_exist_ok=True)
    (prepare,) = (e for e in examples() if e.document.name == "database.md" and e.language == "sh")
    ended = shell(prepare.text, folder)
    assert ended.returncode == 0, ended.stderr
    return folder


_AS_ROWS = """
import json
answer = answer.df() if hasattr(answer, "df") else answer
print("rows:" + answer.to_json(orient="values", date_format="iso", date_unit="s", force_ascii=False))
"""


def rows_of(language, text, folder):
    """An answer as lists of texts and numbers; a day is a day, be it written with a time or without."""
    if language == "sql":
        with closing(sqlite3.connect(f"file:{folder}/data/news.db?mode=ro", uri=True)) as db:
            return [list(row) for row in db.execute(text.strip())]
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", text + _AS_ROWS],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    printed, _, rows = ended.stdout.rpartition("rows:")
    assert printed.strip()
    return [
        [re.sub(r"T00:00:00Z?$", "", cell) if isinstance(cell, str) else cell for cell in row]
        for row in json.loads(rows)
    ]


def test_there_are_ten_questions():
    assert len(list(questions())) == 10


@pytest.mark.parametrize("answers", list(questions()))
def test_a_question_has_one_answer_in_sql_pandas_and_duckdb(answers, exported):
    assert [language for language, _ in answers] == ["sql", "python", "python"]
    assert "import pandas" in answers[1][1]
    assert "import duckdb" in answers[2][1]
    in_sql, in_pandas, in_duckdb = (rows_of(language, text, exported) for language, text in answers)
    assert in_sql
    assert in_pandas == in_sql
    assert in_duckdb == in_sql


@marked("python")
def test_a_python_example_runs_and_prints_something(example, workplace):
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", example.text],
        cwd=workplace,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip()


@marked("toml")
def test_a_profile_example_is_a_profile(example, tmp_path):
    path = tmp_path / "song-trang.toml"
    path.write_text(example.text, encoding="utf-8")
    assert load_profile(path).listings


def cron_lines():
    """Each crontab line that runs something: its command, and the settings above it."""
    for example in examples():
        if example.language == "crontab":
            settings = dict(re.findall(r"^([A-Z_]+)=(.*)$", example.text, flags=re.M))
            for command in re.findall(r"^(?:[\d*/,-]+ ){5}(.+)$", example.text, flags=re.M):
                yield pytest.param(command, settings, id=f"{example} {command}")


@pytest.mark.parametrize(("command", "settings"), list(cron_lines()))
def test_cron_mails_nothing_while_all_is_well_and_the_reason_when_it_is_not(command, settings, tmp_path):
    def here(text):
        text = text.replace("/srv/newsarchive/.venv/bin/", f"{Path(sys.executable).parent}/")
        return text.replace("/srv/newsarchive", str(tmp_path)).replace("--all", "sen-hong")

    def cron():
        """Everything cron would mail: it gives a command little more than a home."""
        clean = {"HOME": "/", "PATH": "/usr/bin:/bin", **{name: here(value) for name, value in settings.items()}}
        ended = subprocess.run(["/bin/sh", "-c", here(command)], cwd="/", env=clean, capture_output=True, check=False)
        return (ended.stdout + ended.stderr).decode("utf-8")

    site = DemoSite()
    broken = site.paths("empty")
    sound = Response(410, {"Content-Type": "text/plain"}, b"")
    with serve(site, fault=lambda path: sound if path in broken else None) as base:
        (tmp_path / "data" / "sites").mkdir(parents=True)
        (tmp_path / "data" / "sites" / "sen-hong.toml").write_text(profile_toml(base), encoding="utf-8")
        assert cron() == ""
    said = cron()
    assert "sen-hong: nothing: nothing could be read" in said
    assert "connection refused" in said


def newsarchive_calls():
    """The arguments of every documented call of the command, whether its example is run or not."""
    for example in examples():
        if example.language in ("sh", "crontab"):
            for call in re.findall(r"(?:^|[|(] *|/bin/)newsarchive (?!--help)([^|&;)\n]+)", example.text, flags=re.M):
                yield pytest.param(re.split(r" \d?>", call)[0].strip(), id=f"{example} {call}")


@pytest.mark.parametrize("call", list(newsarchive_calls()))
def test_a_documented_call_has_the_options_it_names(call):
    with cli.make_context("newsarchive", shlex.split(call, comments=True)) as context:
        inner = context
        while isinstance(inner.command, click.Group) and (words := [*inner._protected_args, *inner.args]):
            name, command, rest = inner.command.resolve_command(inner, words)
            inner = command.make_context(name, rest, parent=inner)
        inner.close()


def commands(group=cli, path=()):
    """Every command with the words that call it; those of groups too."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_command_and_option_is_described(name, command):
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert re.search(rf"newsarchive (?:--archive \S+ )?{name}\b", text), name
    options = [option for parameter in command.params for option in parameter.opts if option.startswith("--")]
    assert not [option for option in options if option not in text]


def headings(document):
    """The anchors of a document's headings, as code hosts make them."""
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.M | re.S)
    found = re.findall(r"^#+ (.+)$", text, flags=re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (document.parent / path).resolve() if path else document
        assert there.exists(), target
        assert not anchor or anchor in headings(there), target


def test_the_readme_leads_to_every_document():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert not [path.name for path in (ROOT / "docs").glob("*.md") if f"](docs/{path.name})" not in readme]
