"""What every command says, instead of a traceback, where its surroundings are not right."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.commands import main
from services.database import Database
from tests.databases import Databases, Kind


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("SECRET_KEY", "a secret for tests, 32 characters")
    monkeypatch.setenv("ADDRESS_PEPPER", "a pepper for tests, 32 characters")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"database": "not_made"}, "does not exist at its server"),
        ({"username": "nobody_of_ours"}, "refuses whom DATABASE_URL names"),
        ({"host": "127.0.0.1", "port": 1, "query": {}}, "nobody who answers"),
        ({"host": "nowhere.invalid", "query": {}}, "not known here"),
    ],
)
@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("command", ["migrate", "keys list", "doctor"])
def test_a_database_that_cannot_be_reached_is_told_in_words(
    database: Database,
    command: str,
    change: dict[str, object],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = make_url(database.engine.url).set(**change)  # type: ignore[arg-type]  # one of the parts it takes
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    assert main(command.split()) == 1
    said = capsys.readouterr()
    assert told in said.out + said.err
    assert "Traceback" not in said.err


def test_a_database_without_our_tables_is_told_in_words(
    databases: Databases,
    database_kind: Kind,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", databases.without_tables(database_kind, tmp_path))
    assert main(["keys", "list"]) == 1
    assert "run `setlist migrate`" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VAR_DIR", "/proc/nope/x")
    monkeypatch.setenv("DATABASE_URL", "sqlite:////proc/nope/x/setlist.sqlite3")
    assert main(["migrate"]) == 1
    assert "VAR_DIR" in capsys.readouterr().err
