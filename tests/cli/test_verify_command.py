"""``newsarchive verify`` as a person or cron runs it."""

from crawling import Paper, add_site, crawl, rows, serve

from newsarchive.archive.store import Archive


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


def test_a_deep_look_names_the_fields_that_todays_extractor_reads_otherwise(run, folder):
    small(folder)
    assert run("verify", "--deep").err.endswith("MB), 2 pages read again: all as they were kept\n")
    with Archive.create(folder) as archive:
        archive.connection.execute("UPDATE articles SET section = 'Tin cũ', date_text = 'hôm nọ' WHERE id = 1")
    before = rows(folder, "SELECT * FROM articles")
    result = run("verify", "--deep")
    assert result.status == 0
    (line,) = result.out.splitlines()
    assert line.startswith("note  article  http://")
    assert line.endswith("today's extractor reads date_text, section otherwise; `newsarchive reextract` keeps that")
    assert [found["severity"] for found in run("verify", "--deep", "--json").json] == ["note"]
    assert rows(folder, "SELECT * FROM articles") == before
    assert run("verify").out == ""


def test_a_deep_look_names_the_articles_whose_record_cannot_be_read(run, folder):
    path = small(folder)
    data = bytearray(path.read_bytes())
    (place,) = rows(
        folder, "SELECT a.url, c.warc_offset AS at FROM articles a JOIN captures c ON c.id = capture_id WHERE a.id = 1"
    )
    data[place["at"] + 30 : place["at"] + 60] = bytes(30)
    path.write_bytes(data)
    result = run("verify", "--deep")
    assert result.status == 1
    assert [
        line for line in result.out.splitlines() if line.startswith(f"damage  article  {place['url']}: its page as")
    ]


def test_a_deep_look_at_a_site_without_a_profile_says_so(run, folder):
    small(folder)
    (folder / "sites" / "sen-hong.toml").unlink()
    result = run("verify", "--deep")
    assert result.status == 0
    assert "note  file  sites/sen-hong.toml: no profile to read the site's pages by" in result.out
    assert "0 pages read again" in result.err


def test_a_deep_look_at_a_damaged_database_ends_with_what_it_found(run, folder):
    small(folder)
    database = folder / "news.db"
    data = bytearray(database.read_bytes())
    data[4096:] = b"\x55" * (len(data) - 4096)
    database.write_bytes(data)
    result = run("verify", "--deep")
    assert (result.status, "Traceback" in result.err) == (1, False)
