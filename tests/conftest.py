"""What every test may ask for: databases of both kinds, time that moves, keys."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from services.clock import Clock
from services.database import Database
from services.tokens import Keyring
from tests.databases import Databases, Kind
from tests.offset import FakeOffset
from tests.worlds import World, a_world


def pytest_collection_finish() -> None:
    """Leave what was imported out of each later search for garbage, which took a fifth of a test's time."""
    gc.collect()
    gc.freeze()


class FreshDatabase(Protocol):
    def __call__(self, kind: Kind, folder: Path) -> str: ...


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with ExitStack() as closing:
        yield Databases(tmp_path_factory.mktemp("databases"), closing)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> Kind:
    """A test that asks for this, or for `database`, runs once on each."""
    kind: Kind = request.param
    return kind


@pytest.fixture
def database(databases: Databases, database_kind: Kind) -> Database:
    """An empty migrated database."""
    return databases.shared(database_kind)


@pytest.fixture
def database_url(database: Database) -> str:
    """The address of `database`."""
    return database.engine.url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def fresh_database(databases: Databases) -> FreshDatabase:
    """Makes a migrated database of its own for a test that starts processes: `fresh_database(kind, tmp_path)`."""
    return databases.fresh


@pytest.fixture
def offset() -> FakeOffset:
    """Moves `clock`: `offset.move(minutes=45)`."""
    return FakeOffset()


@pytest.fixture
def clock(offset: FakeOffset) -> Clock:
    return Clock(offset)


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("a secret for tests, 32 characters", "a pepper for tests, 32 characters")


@pytest.fixture
def world(database: Database, tmp_path: Path) -> Iterator[World]:
    """The app with its stand-ins over `database`; however a test went, the promises must hold at its end."""
    made = a_world(database, tmp_path)
    yield made
    assert made.broken_promises() == []
