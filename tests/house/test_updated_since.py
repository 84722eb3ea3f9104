"""Every list of staff's and of finance's, as the specification has them, can be asked what changed since a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from api.sandbox.stripe.balance import Movement, book
from services.access.keys import Scope
from services.effects.models import Effect
from services.finance.bank.storing import Upload, upload_statement
from services.jobs.outcomes import fail
from services.journeys.seed import seed_catalogue
from tests.builders import a_staff_key
from tests.builders.books import paid_booking
from tests.builders.finance import ARRIVAL, Booked, as_csv
from tests.house.test_spec import SPEC
from tests.worlds import World

LONG_AGO, FAR_AHEAD = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
STAFF = ("/v1/staff/", "/v1/finance/")


def lists() -> Iterator[str]:
    """The addresses whose answer is a page of a list."""
    for path, item in SPEC["paths"].items():
        answers = item.get("get", {}).get("responses", {})
        answer = answers.get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        schema = SPEC["components"]["schemas"].get(answer.get("$ref", "").rpartition("/")[2], {})
        if path.startswith(STAFF) and "next_cursor" in schema.get("properties", {}):
            yield path


@pytest.fixture
def full_house(world: World) -> World:
    """Something in every list."""
    with world.database.writing() as session:
        seed_catalogue(session, now=world.outside.clock.now())
    paid_booking(world)
    world.refunds_in_dashboard(500)
    world.disputes(amount=700)
    world.settle()
    book(world.account, Movement("topup", "topup", 900, "gbp", "tu_1"))
    world.pays_out()
    world.imports()
    statement = as_csv([Booked(ARRIVAL, "-12.50", "Tea")])
    upload_statement(world.database, world.outside.clock, Upload(statement, "staff:test"))
    with world.database.writing() as session:
        job = session.scalars(select(Effect).limit(1)).one()
        fail(session, job, "KeyError", now=world.outside.clock.now())
    return world


def test_there_are_lists() -> None:
    assert {"/v1/finance/payments", "/v1/finance/refunds", "/v1/finance/disputes", "/v1/staff/sets"} < set(lists())


def test_every_list_tells_what_changed_since_a_time(full_house: World) -> None:
    with full_house.database.writing() as session:
        headers = a_staff_key(session, *Scope)
    client = full_house.client

    def ask(path: str, **query: str) -> list[Any]:
        answer = client.get(f"{path}?{urlencode(query)}", headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.text}"
        found: list[Any] = (answer.json or {})["data"]
        return found

    for path in lists():
        everything = ask(path)
        assert everything, f"{path}: have something in it above"
        assert ask(path, updated_since=LONG_AGO) == everything, path
        assert ask(path, updated_since=FAR_AHEAD) == [], path
        assert client.get(f"{path}?updated_since=yesterday", headers=headers).status_code == 422, path
