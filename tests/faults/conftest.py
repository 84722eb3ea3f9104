"""An installation of its own for each test, for the tests kill it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FreshDatabase
from tests.databases import Kind
from tests.processes import Installation, an_installation


@pytest.fixture
def installation(fresh_database: FreshDatabase, database_kind: Kind, tmp_path: Path) -> Iterator[Installation]:
    with an_installation(fresh_database(database_kind, tmp_path), tmp_path) as made:
        yield made
