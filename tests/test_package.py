"""What is handed over: the wheel's contents, the pinned versions, and make on a fresh clone."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins():
    lines = (ROOT / "constraints.txt").read_text(encoding="ascii").splitlines()
    assert not [line for line in lines if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*==[A-Za-z0-9.!+]+", line)]
    found = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    assert len(found) == len(lines)
    return found


def named_in_pyproject():
    project = PROJECT["project"]
    extras = [text for texts in project["optional-dependencies"].values() for text in texts]
    named = map(Requirement, project["dependencies"] + extras + PROJECT["build-system"]["requires"])
    return [requirement for requirement in named if requirement.name != project["name"]]  # an extra of others of ours


def test_every_dependency_is_pinned_to_a_version_that_pyproject_allows():
    pinned = pins()
    for requirement in named_in_pyproject():
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, requirement


def needs_of(name):
    try:
        return importlib.metadata.requires(name) or []
    except importlib.metadata.PackageNotFoundError:
        return []  # of an extra that these tests do without


def test_what_the_dependencies_need_is_pinned_too():
    pinned, seen = pins(), {("pip", frozenset())}  # pip comes with the environment
    waiting = named_in_pyproject()
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), frozenset(requirement.extras)
        if (name, extras) not in seen:
            seen.add((name, extras))
            assert name in pinned
            needed = map(Requirement, needs_of(name))
            waiting += [
                n for n in needed if not n.marker or any(n.marker.evaluate({"extra": e}) for e in ("", *extras))
            ]
    assert len(seen) > len(named_in_pyproject())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel):
    package = ROOT / "newsarchive"
    ours = {path.relative_to(ROOT).as_posix() for path in package.rglob("*") if path.is_file()}
    ours = {name for name in ours if "__pycache__" not in name}
    packed = {name for name in wheel.namelist() if not name.endswith("/")}
    assert {name for name in packed if ".dist-info/" not in name} == ours
    endings = {name.rpartition(".")[2] for name in ours}
    assert {"py", "toml", "html", "typed"} <= endings
    assert {
        "newsarchive/sites/profiles/quan-1.toml",
        "newsarchive/sites/families/hcmcpv.toml",
        "newsarchive/demo/notices.toml",
    } <= packed


def test_the_wheel_names_its_command_and_carries_its_licence(wheel):
    (entry_points,) = [name for name in wheel.namelist() if name.endswith("/entry_points.txt")]
    assert "newsarchive = newsarchive.cli:main" in wheel.read(entry_points).decode()
    (licence,) = [name for name in wheel.namelist() if name.endswith("/LICENSE")]
    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()


def test_what_the_wheel_holds_can_crawl_the_demo_site_from_an_empty_folder(wheel, tmp_path):
    wheel.extractall(tmp_path / "installed")
    empty = tmp_path / "empty"
    empty.mkdir()
    ended = subprocess.run(
        [sys.executable, "-m", "newsarchive", "demo"],
        cwd=empty,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert (empty / "data" / "demo" / "news.db").is_file()


FAKE_PYTHON = """#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
  *"-m pip"*) echo "pip $*" >> log ;;
  *"-c import ensurepip"*) exit ${NO_VENV:-0} ;;
esac
"""


@pytest.fixture
def make(tmp_path):
    """``make`` in a folder with our Makefile and a Python that only writes down what it is asked for."""
    if not shutil.which("make"):
        pytest.skip("no make here")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    python = tmp_path / "fake-python"
    python.write_text(FAKE_PYTHON)
    python.chmod(0o755)

    def run(*arguments, python=python, **environment):
        (tmp_path / "log").write_text("")
        ended = subprocess.run(
            ["make", f"PYTHON={python}", *arguments],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        installs = [line for line in (tmp_path / "log").read_text().splitlines() if " install " in line]
        return ended, installs

    return run


def test_make_installs_once_and_again_only_when_the_dependencies_change(make, tmp_path):
    sources = [tmp_path / "pyproject.toml", tmp_path / "constraints.txt"]
    for source in sources:
        os.utime(source, (1e9, 1e9))
    ended, installs = make("install")
    assert (ended.returncode, len(installs)) == (0, 1), ended.stderr
    assert make("install")[1] == []
    assert len(make("test")[1]) == 1
    for source in sources:
        assert make("install")[1] == []
        assert make("test")[1] == []
        os.utime(source, (4e9, 4e9))
        assert len(make("install")[1]) == 1
        os.utime(source, (1e9, 1e9))


def test_make_says_what_is_missing(make, tmp_path):
    ended, installs = make("demo", python="/nowhere/python3")
    assert (ended.returncode, installs) == (2, [])
    assert "is Python 3.11 or newer" in ended.stderr
    ended, installs = make("demo", NO_VENV="1")
    assert (ended.returncode, installs) == (2, [])
    assert "python3-venv" in ended.stderr
    assert not (tmp_path / ".venv").exists()
