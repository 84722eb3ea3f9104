"""The API over the newsletter's desk, with one site that may use it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from api import create_app
from services.clock import Clock
from services.database import Database
from services.tokens import Keyring
from tests.builders import BuiltSite, a_site
from tests.newsletter_desk import Desk, open_desk


@pytest.fixture
def desk(database: Database, clock: Clock, keyring: Keyring) -> Desk:
    return open_desk(database, clock, keyring)


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return create_app(desk.outside).test_client()


@pytest.fixture
def site(desk: Desk) -> BuiltSite:
    with desk.outside.database.writing() as session:
        return a_site(session)
