"""`setlist up`."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands import main, up
from api.sandbox.demo import forget_everything, known_or_new_secrets
from tests.processes import free_port


@pytest.fixture
def var_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an installation's data in it."""
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    known_or_new_secrets(tmp_path)
    (tmp_path / "setlist.sqlite3").write_text("bookings")
    (tmp_path / "holiday.jpg").write_text("not ours")
    return tmp_path


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_starting_over_on_a_port_in_use_leaves_the_data_of_whoever_uses_it(
    var_dir: Path, taken_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", str(taken_port))
    assert up.main(["--fresh"]) == 1
    assert "in use" in capsys.readouterr().err
    assert (var_dir / "setlist.sqlite3").exists()


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "x"), ("PORT", "99999"), ("WEB_WORKERS", "0"), ("SECRET_KEY", "short")]
)
def test_a_wrong_setting_is_told_before_anything_is_touched(
    var_dir: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, value)
    assert main(["up", "--fresh"]) == 2
    assert name in capsys.readouterr().err
    assert (var_dir / "setlist.sqlite3").exists()


def test_what_keeps_the_database_from_being_migrated_is_told_once_and_ends_it(
    var_dir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", str(free_port()))
    assert main(["up"]) != 0, f"{var_dir} has a database that is none"
    assert "CalledProcessError" not in capfd.readouterr().err


def test_starting_over_is_refused_in_production(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    assert up.main(["--fresh"]) == 2
    assert (var_dir / "setlist.sqlite3").exists()


def test_starting_over_deletes_what_the_embedded_default_wrote_and_nothing_else(var_dir: Path) -> None:
    forget_everything(var_dir)
    assert [path.name for path in var_dir.iterdir()] == ["holiday.jpg"]
