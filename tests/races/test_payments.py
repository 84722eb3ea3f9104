"""What happens twice at once happens once: webhooks, settling, lapsing, paying, asking."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import orjson
import pytest
from sqlalchemy import func, select

from api.sandbox.faults import Fault
from api.sandbox.stripe.delivery import sign
from api.sandbox.stripe.outcomes import OutcomeRefused
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.clock import Clock
from services.effects.kinds import EffectKind
from services.journeys.apply_stripe_event import apply_stripe_event
from services.journeys.lapse_hold import lapse_hold
from services.journeys.settle_payment import settle_payment
from services.mail.models import LetterKind
from services.payments.models import StripeEvent
from tests.races.at_once import at_once
from tests.worlds import ADA, WEBHOOK_SECRET, Booked, World, session_at

BEN = "ben@example.org"


def test_the_same_webhook_twenty_times_at_once_is_one_event_and_one_payment(world: World) -> None:
    world.pays(world.book(world.a_set()).session_id)
    [event] = [each for each in world.stripe.list("event") if each["type"] == "checkout.session.completed"]
    body = orjson.dumps(event)
    headers = {"Stripe-Signature": sign(body, WEBHOOK_SECRET, at=int(Clock.machine_now().timestamp()))}

    def deliver() -> int:
        return world.client.post("/webhooks/stripe", data=body, headers=headers).status_code

    assert set(at_once([deliver] * 20)) == {200}
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(StripeEvent)) == 1
    assert world.queued(EffectKind.APPLY_STRIPE_EVENT) == 1
    at_once([partial(apply_stripe_event, world.outside, event["id"])] * 5)
    world.work()
    assert len(world.payments()) == 1
    assert world.letters() == [LetterKind.BOOKING_CONFIRMED, LetterKind.PLACE_HELD]


def test_webhook_return_page_and_sweeper_settle_a_payment_once(world: World) -> None:
    learning_set = world.a_set()
    booked = world.book(learning_set)
    world.pays(booked.session_id)
    actors = ["stripe:event", "holder", "worker:sweep_checkouts"]
    at_once([partial(settle_payment, world.outside, booked.session_id, actor=actor) for actor in actors])
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert len(world.payments()) == 1
    assert world.taken(learning_set) == 1
    assert world.letters(booked) == [LetterKind.BOOKING_CONFIRMED, LetterKind.PLACE_HELD]


def test_a_payment_settled_while_the_hold_lapses_wins(world: World) -> None:
    world.holds_for(minutes=5)
    learning_set = world.a_set()
    booked = world.book(learning_set)
    world.passes(minutes=6)
    world.pays(booked.session_id)
    settle: Callable[[], object] = partial(settle_payment, world.outside, booked.session_id, actor="stripe:event")
    lapse: Callable[[], object] = partial(lapse_hold, world.outside, booked.id)
    at_once([settle, lapse, lapse])
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert world.taken(learning_set) == 1
    assert LetterKind.HOLD_LAPSED not in world.letters(booked)


@pytest.mark.parametrize("_attempt", range(3))
def test_who_pays_while_the_hold_lapses_has_the_place_or_was_not_charged(world: World, _attempt: int) -> None:
    world.holds_for(minutes=5)
    learning_set = world.a_set()
    booked = world.book(learning_set)
    world.passes(minutes=6)

    def pay() -> None:
        with suppress(OutcomeRefused):
            world.pays(booked.session_id)

    lapse: Callable[[], None] = partial(lapse_hold, world.outside, booked.id)
    at_once([pay, lapse])
    paid = world.sessions()[0]["payment_status"] == "paid"
    world.settle()
    assert world.status(booked) is (BookingStatus.CONFIRMED if paid else BookingStatus.LAPSED)
    assert world.taken(learning_set) == len(world.payments()) == int(paid)
    assert world.refunds() == []


def test_two_late_payers_settled_at_once_share_one_place_as_one_place(world: World) -> None:
    learning_set = world.a_set(capacity=1)
    late = []
    for booker in (ADA, BEN):
        booked = world.book(learning_set, booker=booker, people=[booker])
        world.pays(booked.session_id)
        world.passes(minutes=46)
        world.breaks(Fault.DOWN)
        world.tick()
        world.breaks(Fault.DOWN, 0)
        late.append(booked)
    at_once([partial(settle_payment, world.outside, each.session_id, actor="stripe:event") for each in late])
    world.work()
    assert sorted(world.status(each) for each in late) == [BookingStatus.CONFIRMED, BookingStatus.LAPSED]
    assert len(world.refunds()) == world.taken(learning_set) == 1


def test_two_who_ask_for_a_fresh_session_at_once_get_the_same(world: World) -> None:
    booked = world.book(world.a_set())
    world.passes(minutes=36)

    def reopen() -> str:
        answer = world.client.post(f"{booked.path}/checkout", headers=booked.bearer)
        assert answer.status_code == 200, answer.text
        return session_at(answer.get_json()["checkout_url"])

    sessions = set(at_once([reopen] * 4))
    assert len(sessions) == 1
    assert [each["id"] for each in world.sessions() if each["status"] == "open"] == list(sessions)
    assert len(world.sessions()) == 2


def test_the_same_keyed_request_many_times_at_once_makes_one_booking(world: World) -> None:
    learning_set = world.a_set()
    answers = at_once([lambda: world.ask(learning_set, key="one")] * 6)
    assert {answer.status_code for answer in answers} <= {201, 409}
    made = {answer.data for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert answer.get_json()["type"] == "/problems/request-in-progress"
            assert answer.headers["Retry-After"] == "1"
    with world.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Booking)) == 1
    again = world.ask(learning_set, key="one")
    assert {again.data} == made
    assert Booked(again.get_json()).session_id == world.sessions()[0]["id"]
