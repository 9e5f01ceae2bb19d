"""``schedule``: what cron and systemd are given, read as they read it, and run as they run it."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

PROFILE = 'title = "Huyện"\nlistings = ["https://huyen.example/tin-tuc"]\n'


@pytest.fixture
def sites(folder):
    (folder / "sites").mkdir(parents=True)
    names = [f"huyen-{n}" for n in range(40)]
    for name in names:
        (folder / "sites" / f"{name}.toml").write_text(PROFILE, encoding="utf-8")
    return names


def field(text, low, high):
    """The values of one field of a crontab line."""
    found = set()
    for part in text.split(","):
        first, _, last = (f"{low}-{high}" if part == "*" else part).partition("-")
        found.update(range(int(first), int(last or first) + 1))
    assert found <= set(range(low, high + 1))
    return found


def read_crontab(text):
    """Each line that runs something: minutes, hours, days of the month, and what /bin/sh is given (crontab(5))."""
    for line in text.splitlines():
        if re.match(r"[A-Z_]+=", line):
            continue
        minute, hour, day, month, weekday, command = line.split(" ", 5)
        assert (month, weekday) == ("*", "*")
        assert not re.search(r"(?<!\\)%", command)
        yield field(minute, 0, 59), field(hour, 0, 23), field(day, 1, 31), command.replace("\\%", "%")


def crawls(text):
    """By site the two lines that crawl it: every night but one, and that one in full."""
    found = {}
    for line in read_crontab(text):
        if site := re.search(r" crawl ([a-z0-9-]+)( --full)? 2>&1", line[3]):
            found.setdefault(site[1], {})["full" if site[2] else "plain"] = line
    return found


def test_each_site_has_a_turn_every_night_and_once_a_month_in_full(run, sites):
    result = run("schedule")
    assert (result.status, result.err) == (0, "")
    found = crawls(result.out)
    assert set(sites) <= found.keys()
    for lines in found.values():
        plain, full = lines["plain"], lines["full"]
        assert plain[:2] == full[:2]
        assert plain[1] == {3}
        assert len(full[2]) == 1
        assert full[2] <= set(range(1, 29))
        assert plain[2] == set(range(1, 32)) - full[2]
    minutes = [next(iter(lines["plain"][0])) for lines in found.values()]
    assert len(set(minutes)) > 20, "spread over the hour"


def test_a_sites_turn_stays_the_same_whatever_others_there_are(run, sites, folder):
    before = crawls(run("schedule").out)
    assert crawls(run("schedule", "huyen-7").out) == {"huyen-7": before["huyen-7"]}
    (folder / "sites" / "a-moi.toml").write_text(PROFILE, encoding="utf-8")
    after = crawls(run("schedule").out)
    assert {name: after[name] for name in before} == before


def test_hours_and_their_end_in_the_next_day(run, sites):
    lines = list(read_crontab(run("schedule", "--start", "22", "--hours", "4").out))
    assert set().union(*(line[1] for line in lines[:-1])) == {22, 23, 0, 1}
    assert lines[-1][:2] == ({30}, {5})
    assert lines[-1][3].endswith(" status --quiet")


def test_paths_are_whole_and_quoted(folder, tmp_path, capsys, monkeypatch):
    from newsarchive.cli import main

    odd = tmp_path / "kho báo 100%'s"
    (odd / "sites").mkdir(parents=True)
    (odd / "sites" / "song-trang.toml").write_text(PROFILE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSARCHIVE_CONTACT", "kho@thu-vien.example")
    with pytest.raises(SystemExit):
        main(["--archive", odd.name, "schedule", "song-trang"])
    text = capsys.readouterr().out
    assert text.startswith("NEWSARCHIVE_CONTACT=kho@thu-vien.example\n")
    *_, status = read_crontab(text)
    words = shlex.split(status[3])
    assert words[words.index("--archive") + 1] == str(odd)
    assert Path(words[0]).is_absolute()


@pytest.mark.parametrize(
    ("status", "prints"), [(0, ""), (1, ""), (3, ""), (4, ""), (2, "said\n"), (127, "said\n"), (137, "said\n")]
)
def test_cron_prints_what_status_will_not_tell(run, sites, tmp_path, status, prints):
    (plain, *_) = read_crontab(run("schedule", "huyen-1").out)
    program = tmp_path / "newsarchive"
    program.write_text(f"#!/bin/sh\necho said >&2\nexit {status}\n")
    program.chmod(0o755)
    command = re.sub(r"said=\$\(\S+(?: -m newsarchive)? ", f"said=$({program} ", plain[3])
    ended = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, prints, "")


def test_the_lines_run_as_cron_runs_them(run, folder, archive):
    (folder / "sites" / "song-trang.toml").write_text(PROFILE, encoding="utf-8")
    *_, status = read_crontab(run("schedule", "song-trang").out)
    clean = {"HOME": "/", "PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[2])}
    ended = subprocess.run(["/bin/sh", "-c", status[3]], cwd="/", env=clean, capture_output=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")


def test_an_unknown_site_is_refused(run, sites):
    result = run("schedule", "huyen-99")
    assert (result.status, result.out) == (2, "")
    assert "huyen-99" in result.err


def test_systemd_takes_the_units(run, sites, tmp_path, monkeypatch):
    monkeypatch.setenv("NEWSARCHIVE_CONTACT", 'Kho "100%" <kho@thu-vien.example>')
    units = tmp_path / "units"
    result = run("schedule", "huyen-1", "huyen-2", "--systemd", units)
    assert (result.status, result.out) == (0, "")
    assert sorted(path.name for path in units.iterdir()) == [
        "newsarchive-crawl@.service",
        "newsarchive-crawl@huyen-1.timer",
        "newsarchive-crawl@huyen-2.timer",
        "newsarchive-full@.service",
        "newsarchive-full@huyen-1.timer",
        "newsarchive-full@huyen-2.timer",
        "newsarchive-status.service",
        "newsarchive-status.timer",
    ]
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, units.glob("*.timer"))), *services(units)],
        env={"SYSTEMD_UNIT_PATH": f"{units}:", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in ended.stderr.splitlines() if "newsarchive" in line] == []
    assert ended.returncode == 0, ended.stderr
    for timer in units.glob("*.timer"):
        (when,) = re.findall(r"^OnCalendar=(.+)$", timer.read_text(encoding="utf-8"), flags=re.M)
        calendar = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, text=True, check=False)
        assert calendar.returncode == 0, calendar.stderr
    assert 'Kho \\"100%%\\" <kho@' in (units / "newsarchive-crawl@.service").read_text(encoding="utf-8")


def services(units):
    """The services; of the templates one instance each."""
    return [str(units / name) for name in ("newsarchive-crawl@huyen-1.service", "newsarchive-status.service")]


def test_the_timers_leave_the_night_of_the_full_crawl_out(run, sites, tmp_path):
    run("schedule", "--systemd", tmp_path)
    for name in sites:
        plain, full = (
            re.search(
                r"^OnCalendar=\*-\*-(\S+) (\S+)$", (tmp_path / f"newsarchive-{kind}@{name}.timer").read_text(), re.M
            )
            for kind in ("crawl", "full")
        )
        assert plain[2] == full[2]
        days = field(plain[1].replace("..", "-"), 1, 31)
        assert days == set(range(1, 32)) - {int(full[1])}


def test_a_folder_that_cannot_be_written_is_one_line(run, sites, tmp_path):
    (tmp_path / "file").write_text("")
    result = run("schedule", "--systemd", tmp_path / "file" / "units")
    assert (result.status, "cannot be written" in result.err) == (3, True)
