"""`setlist up`."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands import up
from api.sandbox.demo import forget_everything, known_or_new_secrets


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


def test_starting_over_is_refused_in_production(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    assert up.main(["--fresh"]) == 2
    assert (var_dir / "setlist.sqlite3").exists()


def test_starting_over_deletes_what_the_embedded_default_wrote_and_nothing_else(var_dir: Path) -> None:
    forget_everything(var_dir)
    assert [path.name for path in var_dir.iterdir()] == ["holiday.jpg"]
