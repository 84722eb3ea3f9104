"""Outside worlds for jobs, and workers as real processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services import outside as outside_room
from services.outside import Outside, Transports
from services.payments.gateway import Patience
from tests.conftest import FreshDatabase
from tests.databases import Kind
from tests.offset import FakeOffset
from tests.services.jobs.processes import WorkerProcesses, settings_for


@pytest.fixture
def outside(
    fresh_database: FreshDatabase, database_kind: Kind, tmp_path: Path, offset: FakeOffset
) -> Iterator[Outside]:
    """The real thing on a database of its own, where dbos has run nothing yet; nobody answers at its addresses."""
    settings = settings_for(fresh_database(database_kind, tmp_path), tmp_path)
    made = outside_room.build(settings, Transports(clock_offset=offset), Patience.WORKER)
    yield made
    made.database.dispose()


@pytest.fixture
def workers(outside: Outside) -> Iterator[WorkerProcesses]:
    """Starts workers on `outside`'s database; those still there in the end are killed."""
    with ExitStack() as closing:
        yield WorkerProcesses(outside, closing)
