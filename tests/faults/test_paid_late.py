"""Paid, but the hold was over before we heard: the place where one is free, else every penny back, and a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from api.sandbox.faults import Fault, Service, set_fault
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.payments.models import Payment, Refund, RefundStatus
from services.sets.models import LearningSet
from tests.processes import Installation
from tests.visitor import Visitor


def statuses(installation: Installation) -> dict[str, BookingStatus]:
    return {booking.booker_name: booking.status for booking in installation.rows(Booking)}


def lapse_although_paid(installation: Installation, visitor: Visitor) -> dict[str, Any]:
    """Ada pays; no webhook comes through, and until the hold is over we cannot ask Stripe. Then it is back."""
    state = installation.sandbox.state
    installation.start("serve")
    booking = visitor.book_and_pay()
    set_fault(state, Service.STRIPE, Fault.DOWN, 1)
    installation.set_clock_ahead(minutes=46)
    installation.start("worker")
    installation.wait_for(lambda: statuses(installation) == {"Ada": BookingStatus.LAPSED})
    assert [each.taken for each in installation.rows(LearningSet)] == [0]
    set_fault(state, Service.STRIPE, Fault.DOWN, 0)
    return booking


def lose_webhooks(installation: Installation) -> None:
    set_fault(installation.sandbox.state, Service.STRIPE, Fault.LOSE_WEBHOOK, 1000)


def is_confirmed(installation: Installation) -> Callable[[], bool]:
    return lambda: bool(installation.letters("Your booking is confirmed"))


def is_refunded(installation: Installation) -> Callable[[], bool]:
    return lambda: [refund.status for refund in installation.rows(Refund)] == [RefundStatus.SUCCEEDED]


def test_the_place_is_still_free_and_the_payer_asks(installation: Installation) -> None:
    """F25, by the page that the payer comes back to."""
    visitor = Visitor.at(installation)
    booking = lapse_although_paid(installation, visitor)
    assert visitor.check_payment(booking)["status"] == "confirmed"
    installation.start("sandbox")
    installation.wait_for(is_confirmed(installation))
    assert [each.taken for each in installation.rows(LearningSet)] == [1]
    assert len(installation.rows(Payment)) == 1
    assert not installation.rows(Refund)
    assert not installation.at_stripe("refund")


def test_the_place_is_still_free_and_nobody_tells_us(installation: Installation) -> None:
    """F25, by the sweeper alone: every webhook is lost and the payer has gone home."""
    lose_webhooks(installation)
    lapse_although_paid(installation, Visitor.at(installation))
    installation.kill("serve", "worker")
    installation.set_clock_ahead(hours=3)
    installation.start("worker", "sandbox")
    installation.wait_for(is_confirmed(installation))
    assert statuses(installation) == {"Ada": BookingStatus.CONFIRMED}
    assert not installation.rows(Refund)
    assert not installation.at_stripe("refund")


def test_the_place_is_taken_and_the_webhook_comes(installation: Installation) -> None:
    """F25."""
    visitor = Visitor.at(installation)
    lapse_although_paid(installation, visitor)
    assert visitor.book("eve").status_code == 201
    installation.start("sandbox")
    installation.wait_for(is_refunded(installation))
    installation.wait_for(lambda: bool(installation.letters("We are refunding your payment")))
    assert statuses(installation) == {"Ada": BookingStatus.LAPSED, "Eve": BookingStatus.AWAITING_PAYMENT}
    [payment] = installation.rows(Payment)
    assert [refund["amount"] for refund in installation.at_stripe("refund")] == [payment.amount_minor]


def test_killed_before_the_refund_is_stored_it_is_refunded_once(installation: Installation) -> None:
    """F10."""
    visitor = Visitor.at(installation)
    lapse_although_paid(installation, visitor)
    installation.kill("worker")
    assert visitor.book("eve").status_code == 201
    installation.start("sandbox")
    installation.run_worker_until_killed("refund_sent_not_stored")
    assert [refund.status for refund in installation.rows(Refund)] == [RefundStatus.REQUESTED]
    installation.start("worker")
    installation.wait_for(is_refunded(installation))
    assert len(installation.at_stripe("refund")) == len(installation.rows(Payment)) == 1
