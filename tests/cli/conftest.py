"""What the tests of the commands share."""

import json
from dataclasses import dataclass

import pytest

from newsarchive.archive.store import Archive
from newsarchive.cli import main


@dataclass
class Result:
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def folder(tmp_path):
    """An archive's folder, not made yet."""
    return tmp_path / "archive"


@pytest.fixture
def archive(folder):
    """A new archive there, open for writing."""
    with Archive.create(folder) as archive:
        yield archive


@pytest.fixture
def run(folder, capsys, monkeypatch):
    """Runs the command on that folder, in this process."""
    monkeypatch.delenv("NEWSARCHIVE_DIR", raising=False)

    def call(*arguments):
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--archive", str(folder), *map(str, arguments)])
        return Result(ended.value.code, *capsys.readouterr())

    return call
