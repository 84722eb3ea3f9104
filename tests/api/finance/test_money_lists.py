"""Payments, refunds and disputes in lists: by booking, by what changed, in pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest

from api.sandbox.stripe.disputes import close_dispute
from services.access.keys import Scope
from tests.builders import a_staff_key
from tests.builders.books import paid_booking
from tests.worlds import World


class Lists:
    """What finance is answered."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.database.writing() as session:
            self.headers = a_staff_key(session, Scope.FINANCE_READ)

    def get(self, name: str, **query: object) -> dict[str, Any]:
        answer = self.world.client.get(f"/v1/finance/{name}?{urlencode(query)}", headers=self.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def now(self) -> str:
        return self.world.outside.clock.now().isoformat()


@pytest.fixture
def lists(world: World) -> Lists:
    return Lists(world)


def test_each_is_listed_with_its_booking(lists: Lists) -> None:
    world = lists.world
    booked = paid_booking(world)
    world.refunds_in_dashboard(1_000)
    world.disputes(amount=2_000)
    world.settle()
    [payment] = lists.get("payments")["data"]
    [refund] = lists.get("refunds")["data"]
    [dispute] = lists.get("disputes")["data"]
    assert (payment["booking_id"], payment["amount"]["amount_minor"]) == (booked.answer["id"], 18_000)
    assert (refund["payment_id"], refund["booking_id"]) == (payment["id"], booked.answer["id"])
    assert (refund["amount"]["amount_minor"], refund["reason"], refund["status"]) == (1_000, "at_stripe", "succeeded")
    assert (dispute["payment_id"], dispute["booking_id"]) == (payment["id"], booked.answer["id"])
    assert (dispute["amount"]["amount_minor"], dispute["reason"], dispute["status"]) == (2_000, "fraudulent", "open")


def test_a_dispute_that_was_decided_has_changed_since(lists: Lists) -> None:
    world = lists.world
    paid_booking(world)
    dispute_id = world.disputes()
    world.settle()
    world.passes(days=30)
    since = lists.now()
    assert lists.get("disputes", updated_since=since)["data"] == []
    close_dispute(world.account, dispute_id, is_won=False)
    world.settle()
    [changed] = lists.get("disputes", updated_since=since)["data"]
    assert changed["status"] == "lost"
    assert lists.get("payments", updated_since=since)["data"] == []


def test_they_come_in_pages_and_of_one_booking_alone(lists: Lists) -> None:
    world = lists.world
    bookings = [paid_booking(world).answer["id"] for _ in range(3)]
    first = lists.get("payments", limit=2)
    rest = lists.get("payments", limit=2, cursor=first["next_cursor"])
    assert [each["booking_id"] for each in (*first["data"], *rest["data"])] == bookings[::-1]
    assert rest["next_cursor"] is None
    [mine] = lists.get("payments", booking_id=bookings[1])["data"]
    assert mine["booking_id"] == bookings[1]
    assert lists.get("refunds", booking_id=bookings[1])["data"] == []
