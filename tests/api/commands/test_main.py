"""What every command says, instead of a traceback, where its surroundings are not right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from api.commands import main
from services.database import Database
from tests.databases import Databases, Kind


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("SECRET_KEY", "a secret for tests, 32 characters")
    monkeypatch.setenv("ADDRESS_PEPPER", "a pepper for tests, 32 characters")


def run(command: str) -> tuple[int, str]:
    """In a process of its own, for a command sets up the logs of its process; answers its exit code and its words."""
    ran = subprocess.run([sys.executable, "-m", "api.commands", *command.split()], capture_output=True, text=True)
    return ran.returncode, ran.stdout + ran.stderr


UNREACHABLE = [
    ("doctor", {"database": "not_made"}, "does not exist at its server"),
    ("doctor", {"username": "nobody_of_ours"}, "refuses whom DATABASE_URL names"),
    ("doctor", {"host": "127.0.0.1", "port": 1, "query": {}}, "nobody who answers"),
    ("doctor", {"host": "nowhere.invalid", "query": {}}, "not known here"),
    ("migrate", {"database": "not_made"}, "does not exist at its server"),
    ("keys list", {"username": "nobody_of_ours"}, "refuses whom DATABASE_URL names"),
]


@pytest.mark.parametrize(("command", "change", "told"), UNREACHABLE)
@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_database_that_cannot_be_reached_is_told_in_words(
    database: Database, command: str, change: dict[str, object], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(database.engine.url).set(**change)  # type: ignore[arg-type]  # one of the parts it takes
    monkeypatch.setenv("DATABASE_URL", url.render_as_string(hide_password=False))
    code, said = run(command)
    assert (code, told in said, "Traceback" in said) == (1, True, False), said


def test_a_database_without_our_tables_is_told_in_words(
    databases: Databases, database_kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", databases.without_tables(database_kind, tmp_path))
    code, said = run("keys list")
    assert (code, "run `setlist migrate`" in said) == (1, True), said


def test_a_database_that_lacks_what_a_later_version_brought_is_told_in_words(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with database.writing() as session:
        session.execute(text("ALTER TABLE staff_members RENAME COLUMN scopes TO scopes_of_later"))
    try:
        assert main(["staff", "list"]) == 1
    finally:
        with database.writing() as session:
            session.execute(text("ALTER TABLE staff_members RENAME COLUMN scopes_of_later TO scopes"))
    assert "run `setlist migrate`" in capsys.readouterr().err


def test_a_command_that_there_is_not_is_told_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 2
    said = capsys.readouterr().err
    assert "no command called fly" in said
    assert "setlist doctor" in said


def test_the_description_is_found_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["openapi", "--check"]) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", "/proc/nope/x")
    monkeypatch.setenv("DATABASE_URL", "sqlite:////proc/nope/x/setlist.sqlite3")
    code, said = run("migrate")
    assert (code, "VAR_DIR" in said) == (1, True), said
