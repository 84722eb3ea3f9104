"""`setlist migrate`."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import inspect

from api.commands import migrate
from services.database import Database


@pytest.fixture
def database_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of a database that does not exist yet, in a folder that does not either."""
    url = f"sqlite:///{tmp_path / 'var' / 'setlist.sqlite3'}"
    monkeypatch.setenv("APP_ENV", "test")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", "a secret for tests, 32 characters")
    monkeypatch.setenv("ADDRESS_PEPPER", "a pepper for tests, 32 characters")
    return url


def test_it_makes_our_tables_and_those_of_dbos(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert migrate.main([]) == 0
    database = Database(database_url)
    assert {"bookings", "workflow_status"} <= set(inspect(database.engine).get_table_names())
    database.dispose()
    assert "schema" in capsys.readouterr().out


@pytest.mark.usefixtures("database_url")
def test_a_second_time_is_as_good_as_the_first() -> None:
    assert [migrate.main([]), migrate.main([])] == [0, 0]


def test_arguments_it_does_not_know_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        migrate.main(["--backwards"])
    assert refused.value.code == 2
    assert "--backwards" in capsys.readouterr().err
