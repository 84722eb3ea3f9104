"""The newsletter's desk, on both databases."""

from __future__ import annotations

import pytest

from services.clock import Clock
from services.database import Database
from services.tokens import Keyring
from tests.newsletter_desk import Desk, open_desk


@pytest.fixture
def desk(database: Database, clock: Clock, keyring: Keyring) -> Desk:
    return open_desk(database, clock, keyring)
