"""``newsarchive verify`` as a person or cron runs it."""

from crawling import Paper, add_site, crawl, serve


def small(folder):
    folder.mkdir()
    with serve(Paper(2)) as base:
        add_site(folder, base)
        crawl(folder)
    (path,) = (folder / "warc").rglob("*.warc.gz")
    return path


def test_a_sound_archive_is_one_line_for_a_person_and_nothing_for_a_program(run, folder):
    small(folder)
    result = run("verify")
    assert (result.status, result.out) == (0, "")
    assert result.err.startswith("2 articles, 4 captures, 1 WARC file (")
    assert result.err.endswith("): all as they were kept\n")
    assert run("verify", "--json").json == []


def test_what_is_damaged_is_named_and_the_exit_status_says_so(run, folder):
    path = small(folder)
    path.write_bytes(path.read_bytes()[:-200])
    result = run("verify")
    assert result.status == 1
    assert f"damage  file  warc/{path.relative_to(folder / 'warc')}: " in result.out
    assert "put the file back from a copy" in result.err
    found = run("verify", "--json")
    assert found.status == 1
    assert {"severity", "kind", "name", "problem"} == set(found.json[0])


def test_a_damaged_database_is_a_finding(run, folder):
    small(folder)
    database = folder / "news.db"
    data = bytearray(database.read_bytes())
    data[4096:] = b"\x55" * (len(data) - 4096)
    database.write_bytes(data)
    result = run("verify")
    assert result.status == 1
    assert "damage  database" in result.out


def test_without_an_archive_there_is_nothing_to_verify(run):
    result = run("verify")
    assert result.status == 2
    assert "no archive here yet" in result.err
