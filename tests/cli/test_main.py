"""The command as a shell and cron see it: help that is quick, pipes that break, streams that are closed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from archives import keep

from newsarchive import __version__
from newsarchive.cli import _COMMANDS

PROGRAM = Path(sys.executable).with_name("newsarchive")
HEAVY = ("scrapy", "twisted", "lxml", "sqlite_utils", "warcio")


def shell(script, **environment):
    return subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )


def test_help_of_every_command_loads_nothing_heavy():
    script = (
        "import sys\nfrom newsarchive.cli import cli\n"
        f"for command in {[[], *([name] for name in _COMMANDS)]!r}:\n"
        "    cli([*command, '--help'], standalone_mode=False)\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded []"
    assert done.stdout.count("Usage:") == len(_COMMANDS) + 1


@pytest.mark.parametrize("command", ["search lua", "show 1", "export --format csv"])
def test_what_only_reads_is_not_kept_waiting_by_what_only_crawls(farm, command):
    # sqlite_utils loads pandas wherever that is installed.
    script = (
        "import sys\nfrom newsarchive.cli import cli\n"
        f"cli({['--archive', str(farm), *command.split()]!r}, standalone_mode=False)\n"
        "print('loaded', [name for name in ('scrapy', 'twisted', 'lxml', 'sqlite_utils') if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_version_and_an_unknown_command(run):
    assert run("--version").out == f"newsarchive, version {__version__}\n"
    result = run("serch", "x")
    assert result.status == 2
    assert "Did you mean search or serve?" in result.err


@pytest.fixture
def farm(archive, folder):
    with archive.transaction():
        for n in range(60):
            keep(archive, f"Đảng bộ khu phố {n}", "Gặt lúa. " * 400)
    archive.close()
    return folder


@pytest.mark.parametrize("command", ["export --format csv", "export --format jsonl", "search lua --limit 60", "status"])
def test_a_reader_that_leaves_early_is_no_error(farm, command):
    done = shell(f"set -o pipefail; newsarchive --archive {farm} {command} | true; echo $?")
    assert done.stdout == "0\n"
    assert done.stderr in ("", "60 articles written\n")


def test_a_full_disk_behind_stdout_is_a_sentence(farm):
    for command in ("export --format csv", "search lua --json"):
        done = shell(f"newsarchive --archive {farm} {command} > /dev/full")
        assert done.returncode == 3
        assert done.stderr == "newsarchive: stopped: [Errno 28] No space left on device\n"


@pytest.mark.parametrize("command", ["export --format csv >&-", "search lua 2>&-", "status --json >&- 2>&-"])
def test_closed_streams_do_no_harm(farm, command):
    done = shell(f"newsarchive --archive {farm} {command}")
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_vietnamese_is_printed_as_utf8_whatever_the_locale(farm):
    done = shell(f"newsarchive --archive {farm} search 'Đảng bộ' --limit 1", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "Đảng bộ khu phố" in done.stdout


def test_the_archive_is_named_by_the_option_else_by_the_environment(farm, tmp_path):
    assert "Đảng" in shell("newsarchive search dang", NEWSARCHIVE_DIR=str(farm)).stdout
    done = shell(f"newsarchive --archive {tmp_path / 'khac'} search dang", NEWSARCHIVE_DIR=str(farm))
    assert done.returncode == 2
    assert "khac/news.db: no archive here yet" in done.stderr


def test_words_of_undecodable_bytes_are_no_error(farm):
    done = shell(f"newsarchive --archive {farm} search $'l\\xffua' --json")
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[]\n"
