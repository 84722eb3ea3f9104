"""The check sees every kind of broken promise, and none where all is well."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.sandbox.stripe.outcomes import Outcome
from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.bookings.models import Booking, Enrolment
from services.bookings.words import BookingStatus
from services.database import Database
from services.ids import Prefix, new_id, to_public
from services.journeys.check import check_invariants
from services.payments.models import Payment, Refund, RefundReason, RefundStatus, StripeEvent
from services.requests.models import IdempotentRequest
from services.sets.models import LearningSet
from tests.worlds import ADA, Booked, World, a_world

HOUR = timedelta(hours=1)


@pytest.fixture
def doomed(database: Database, tmp_path: Path) -> World:
    """A world whose promises a test breaks."""
    return a_world(database, tmp_path)


def a_paid_booking(world: World) -> Booked:
    booked = world.book(world.a_set(), people=(ADA, "ben@example.org"))
    world.pays(booked.session_id)
    world.settle()
    assert world.broken_promises() == []
    return booked


def broken(world: World, damage: Callable[[Session], object]) -> list[str]:
    """The promises that this damage breaks, each once."""
    with world.database.writing() as session:
        damage(session)
    return sorted({found.invariant for found in world.broken_promises()})


def a_refund(payment: Payment, amount_minor: int, status: RefundStatus = RefundStatus.REQUESTED) -> Refund:
    return Refund(
        id=new_id(),
        payment_id=payment.id,
        amount_minor=amount_minor,
        currency="GBP",
        reason=RefundReason.PAID_TWICE,
        status=status,
        created_at=payment.created_at,
        updated_at=payment.created_at,
    )


def test_a_life_with_everything_in_it_breaks_nothing(world: World) -> None:
    learning_set = world.a_set()
    free = world.a_set(slug="free", price_minor=0)
    world.book(free, method="none")
    paid, pending, _lapsing = (world.book(learning_set) for _ in range(3))
    world.pays(paid.session_id)
    world.pays(pending.session_id, Outcome.DELAY)
    world.settle()
    world.passes(minutes=46)
    world.tick()
    world.imports()
    assert check_invariants(world.database, now=world.outside.clock.now()) == []
    assert world.broken_promises() == []


def test_places_that_nobody_has_break_i1(doomed: World) -> None:
    a_paid_booking(doomed)
    assert broken(doomed, lambda session: session.execute(update(LearningSet).values(taken=3))) == ["I1"]


def test_an_enrolment_without_its_place_breaks_i1(doomed: World) -> None:
    a_paid_booking(doomed)
    second = delete(Enrolment).where(Enrolment.position == 2)
    assert broken(doomed, lambda session: session.execute(second)) == ["I1"]


def test_an_event_left_unapplied_breaks_i2_after_a_quarter_of_an_hour(doomed: World) -> None:
    a_paid_booking(doomed)
    with doomed.database.writing() as session:
        session.execute(update(StripeEvent).values(applied_at=None))
    now = doomed.outside.clock.now()
    assert check_invariants(doomed.database, now=now) == []
    assert {found.invariant for found in check_invariants(doomed.database, now=now + timedelta(minutes=16))} == {"I2"}


def test_money_for_a_booking_that_has_no_place_breaks_i2_unless_staff_know(doomed: World) -> None:
    booked = doomed.book(doomed.a_set())
    doomed.pays(booked.session_id)
    [charge] = doomed.stripe.list("charge")
    doomed.stripe.put("charge", charge["id"], {**charge, "amount": 1})
    doomed.settle()
    assert doomed.broken_promises() == []
    [payment] = doomed.payments()
    item = to_public(Prefix.PAYMENT, payment.id)

    def let_it_be(session: Session) -> None:
        session.connection().exec_driver_sql("DELETE FROM attention_items")

    assert broken(doomed, let_it_be) == ["I2"]
    now = doomed.outside.clock.now()
    assert broken(doomed, lambda session: open_item(session, AttentionKind.PAYMENT_DIFFERS, item, now=now)) == []


def test_money_taken_twice_and_kept_breaks_i2(doomed: World) -> None:
    a_paid_booking(doomed)
    [payment] = doomed.payments()
    again = Payment(
        id=new_id(),
        booking_id=payment.booking_id,
        checkout_id=payment.checkout_id,
        stripe_payment_intent_id="pi_again",
        amount_minor=payment.amount_minor,
        currency="GBP",
        paid_at=payment.paid_at,
        created_at=payment.created_at,
    )
    assert broken(doomed, lambda session: session.add(again)) == ["I2"]
    assert broken(doomed, lambda session: session.add(a_refund(payment, payment.amount_minor))) == []


def test_a_booking_confirmed_by_card_and_never_paid_breaks_i3(doomed: World) -> None:
    booked = doomed.book(doomed.a_set())
    confirm = update(Booking).where(Booking.id == booked.id).values(status=BookingStatus.CONFIRMED)
    assert broken(doomed, lambda session: session.execute(confirm)) == ["I10", "I3"]


def test_more_refunded_than_charged_breaks_i3(doomed: World) -> None:
    a_paid_booking(doomed)
    [payment] = doomed.payments()
    failed = a_refund(payment, payment.amount_minor + 1, RefundStatus.FAILED)
    assert "I3" not in broken(doomed, lambda session: session.add(failed))
    too_much = a_refund(payment, payment.amount_minor + 1)
    assert "I3" in broken(doomed, lambda session: session.add(too_much))


def test_an_answer_about_something_else_breaks_i9(doomed: World) -> None:
    a_paid_booking(doomed)
    wrong = update(IdempotentRequest).values(result={"id": str(new_id())})
    assert broken(doomed, lambda session: session.execute(wrong)) == ["I9"]


def test_a_request_whose_booking_is_not_there_breaks_i9(doomed: World) -> None:
    a_paid_booking(doomed)
    elsewhere = new_id()
    wrong = update(IdempotentRequest).values(subject_id=elsewhere, result={"id": str(elsewhere)})
    assert broken(doomed, lambda session: session.execute(wrong)) == ["I9"]


def test_two_requests_that_made_the_same_booking_break_i9(doomed: World) -> None:
    learning_set = doomed.a_set()
    first, _second = doomed.book(learning_set), doomed.book(learning_set)
    wrong = update(IdempotentRequest).values(subject_id=first.id, result={"id": str(first.id)})
    assert broken(doomed, lambda session: session.execute(wrong)) == ["I9"]


def test_a_status_that_the_audit_log_does_not_know_breaks_i10(doomed: World) -> None:
    booked = doomed.book(doomed.a_set(price_minor=0), method="none")
    move = update(Booking).where(Booking.id == booked.id).values(status=BookingStatus.AWAITING_PAYMENT)
    assert broken(doomed, lambda session: session.execute(move)) == ["I10"]


def test_what_is_broken_is_named_by_ids_alone(doomed: World) -> None:
    a_paid_booking(doomed)
    with doomed.database.writing() as session:
        session.execute(update(LearningSet).values(taken=0))
        session.execute(update(Booking).values(status=BookingStatus.LAPSED))
    told = " ".join(found.what for found in doomed.broken_promises())
    assert "booking_" in told
    assert "ada" not in told.casefold()


def test_a_refund_that_moved_without_an_audit_row_breaks_i10(doomed: World) -> None:
    a_paid_booking(doomed)
    [payment] = doomed.payments()
    found = broken(doomed, lambda session: session.add(a_refund(payment, 1, RefundStatus.SUCCEEDED)))
    assert "I10" in found
