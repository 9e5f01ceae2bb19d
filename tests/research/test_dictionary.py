"""Every table and column has its meaning, and docs/database.md is what is written from them."""

from pathlib import Path

import pytest

from newsarchive.archive.meanings import describe, kind, meanings
from newsarchive.archive.store import Archive
from newsarchive.research.dictionary import dictionary, main, renewed, schema_tables

DOCUMENT = Path(__file__).parents[2] / "docs" / "database.md"


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    with Archive.create(tmp_path_factory.mktemp("fresh")) as archive:
        yield archive


def test_every_table_view_and_column_has_its_meaning_in_its_order(archive):
    there = schema_tables(archive)
    assert {table: list(describe(table)) for table in meanings()} == there
    assert not [
        (table, column) for table in there for column, said in describe(table).items() if not said.endswith(".")
    ]
    assert all(meaning.row.endswith(".") for meaning in meanings().values())


def test_kinds_are_of_columns_that_there_are(archive):
    for table, meaning in meanings().items():
        assert set(meaning.kinds) <= set(meaning.columns), table
    assert kind("articles", "date_earliest", "TEXT") == "day"
    assert kind("articles", "field_sources", "TEXT") == "json"
    assert kind("articles", "body", "TEXT") == "text"
    assert kind("captures", "status", "INTEGER") == "integer"


def test_the_document_is_what_the_schema_says(archive):
    text = DOCUMENT.read_text(encoding="utf-8")
    assert renewed(text, archive) == text, "run `make docs`"


def test_the_dictionary_draws_every_foreign_key(archive):
    text = dictionary(archive)
    keys = [
        (table, row["table"], row["from"])
        for table in schema_tables(archive)
        for row in archive.rows("SELECT * FROM pragma_foreign_key_list(?)", table)
    ]
    assert len(keys) > 15
    for table, target, column in keys:
        assert f"    {table} }}o--|| {target} : {column}\n" in text


def test_the_part_between_the_marks_is_written_anew_and_nothing_else(tmp_path, archive):
    path = tmp_path / "database.md"
    text = DOCUMENT.read_text(encoding="utf-8")
    path.write_text(text.replace("Headline.", "Tít."), encoding="utf-8")
    main(str(path))
    assert path.read_text(encoding="utf-8") == text
    with pytest.raises(ValueError, match="no part between"):
        renewed("# Không có gì\n", archive)
