"""What Stripe tells us: stored once, where it is genuine, and believed never."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import orjson
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api.sandbox.faults import Fault
from api.sandbox.stripe.delivery import sign
from services.bookings.words import BookingStatus
from services.clock import Clock
from services.effects.kinds import EffectKind
from services.payments.models import StripeEvent
from tests.worlds import WEBHOOK_SECRET, World

JUST_NOW = timedelta()


def send(
    world: World, event: dict[str, Any] | bytes, *, secret: str = WEBHOOK_SECRET, age: timedelta = JUST_NOW
) -> TestResponse:
    body = event if isinstance(event, bytes) else orjson.dumps(event)
    signature = sign(body, secret, at=int((Clock.machine_now() - age).timestamp()))
    return world.client.post("/webhooks/stripe", data=body, headers={"Stripe-Signature": signature})


def a_paid_event(world: World) -> dict[str, Any]:
    """The event of a payment that was just made, not delivered yet."""
    world.pays(world.book(world.a_set()).session_id)
    [event] = [each for each in world.stripe.list("event") if each["type"] == "checkout.session.completed"]
    return event


def stored(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(StripeEvent)) or 0


def test_a_genuine_event_is_stored_and_queued_and_nothing_else_yet(world: World) -> None:
    event = a_paid_event(world)
    answer = send(world, event)
    assert (answer.status_code, answer.data) == (200, b"")
    assert stored(world) == world.queued(EffectKind.APPLY_STRIPE_EVENT) == 1
    assert world.payments() == []
    world.work()
    assert len(world.payments()) == 1


def test_an_event_told_again_is_no_second_event(world: World) -> None:
    event = a_paid_event(world)
    for _ in range(3):
        assert send(world, event).status_code == 200
        world.work()
    assert stored(world) == world.queued(EffectKind.APPLY_STRIPE_EVENT) == 1
    assert len(world.payments()) == 1


def test_what_stripe_did_not_sign_is_refused_and_not_stored(world: World) -> None:
    event = a_paid_event(world)
    body = orjson.dumps(event)
    genuine = sign(body, WEBHOOK_SECRET, at=int(Clock.machine_now().timestamp()))
    reserialised = orjson.dumps(event, option=orjson.OPT_INDENT_2)
    post = world.client.post
    answers = [
        send(world, event, secret="whsec_of_somebody_else"),
        send(world, {**event, "livemode": True}),
        send(world, b"{"),
        send(world, b"\xff\xfe"),
        send(world, b"[]"),
        send(world, b""),
        post("/webhooks/stripe", data=body),
        post("/webhooks/stripe", data=body, headers={"Stripe-Signature": "nonsense"}),
        post("/webhooks/stripe", data=body, headers={"Stripe-Signature": "t=x,v1=y"}),
        post("/webhooks/stripe", data=reserialised, headers={"Stripe-Signature": genuine}),
    ]
    for answer in answers:
        assert (answer.status_code, answer.get_json()["type"]) == (400, "/problems/webhook-not-genuine")
        assert answer.content_type == "application/problem+json"
    assert stored(world) == 0


def test_a_stale_event_is_refused_and_one_from_the_future_counts_once(world: World) -> None:
    event = a_paid_event(world)
    assert send(world, event, age=timedelta(minutes=6)).status_code == 400
    assert stored(world) == 0
    assert send(world, event, age=timedelta(minutes=-10)).status_code == 200
    assert send(world, event, age=timedelta(minutes=-10)).status_code == 200
    world.work()
    assert (stored(world), len(world.payments())) == (1, 1)


def test_a_forged_content_under_a_genuine_signature_moves_no_money(world: World) -> None:
    booked = world.book(world.a_set())
    claim = {"id": booked.session_id, "object": "checkout.session", "payment_status": "paid", "status": "complete"}
    event = {"id": "evt_1", "object": "event", "type": "checkout.session.completed", "livemode": False}
    assert send(world, {**event, "api_version": None, "data": {"object": claim}}).status_code == 200
    world.work()
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    assert world.payments() == []


def test_an_event_that_means_nothing_to_us_is_noted_and_left(world: World) -> None:
    event = a_paid_event(world)
    strange = {**event, "id": "evt_other", "type": "balance.available", "data": {"object": {"object": "balance"}}}
    assert send(world, strange).status_code == 200
    world.work()
    with world.database.reading() as session:
        assert session.get_one(StripeEvent, "evt_other").applied_at is not None


def test_an_event_that_cannot_be_applied_now_is_applied_later(world: World) -> None:
    send(world, a_paid_event(world))
    world.breaks(Fault.ERROR_500, 1)
    world.work()
    assert world.payments() == []
    world.passes(minutes=1)
    world.work()
    assert len(world.payments()) == 1


def test_an_event_that_does_not_say_its_length_is_never_cut_off(world: World) -> None:
    answer = world.client.post(
        "/webhooks/stripe",
        input_stream=BytesIO(b" " * 65_537),
        environ_overrides={"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True},
    )
    assert answer.status_code == 413
