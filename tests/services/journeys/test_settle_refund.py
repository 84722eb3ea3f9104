"""A refund that was decided is given once, however often it is sent."""

from __future__ import annotations

import pytest

from api.sandbox.faults import Fault
from api.sandbox.stripe.payments import fail_refund
from services.attention.words import AttentionKind
from services.bookings.words import BookingStatus
from services.effects.kinds import EffectKind
from services.journeys.settle_refund import send_refund, settle_refund
from services.journeys.sweep_open_money import queue_open_money
from services.payments import refunds
from services.payments.checkout import get_first
from services.payments.errors import PaymentsUnavailable
from services.payments.models import RefundReason, RefundStatus
from tests.builders.entries import effective_days
from tests.worlds import World

ALL_BUT_REFUNDS = [kind for kind in EffectKind if kind is not EffectKind.SEND_REFUND]


def a_decided_refund(world: World) -> None:
    """A booking was paid twice; the second payment is to go back and has not been sent."""
    booked = world.book(world.a_set())
    with world.database.reading() as session:
        asked = get_first(session, booked.id)
    again = world.outside.gateway.open_checkout(asked.request, "a key of another day")
    world.pays(booked.session_id)
    world.pays(again.stripe_checkout_session_id)
    world.deliver()
    world.work(*ALL_BUT_REFUNDS)
    assert [refund.status for refund in world.refunds()] == [RefundStatus.REQUESTED]


def test_a_refund_is_sent_and_its_end_is_kept(world: World) -> None:
    a_decided_refund(world)
    world.settle()
    [refund] = world.refunds()
    [at_stripe] = world.stripe.list("refund")
    assert (refund.status, refund.stripe_refund_id) == (RefundStatus.SUCCEEDED, at_stripe["id"])
    assert refund.settled_at is not None


@pytest.mark.parametrize("hours", [0, 21, 30])
def test_a_refund_whose_answer_was_lost_is_not_given_twice(world: World, hours: int) -> None:
    a_decided_refund(world)
    [refund] = world.refunds()
    world.breaks(Fault.APPLY_THEN_HANG)
    with pytest.raises(PaymentsUnavailable):
        send_refund(world.outside, refund.id)
    world.passes(hours=hours)
    send_refund(world.outside, refund.id)
    send_refund(world.outside, refund.id)
    assert len(world.stripe.list("refund")) == 1
    assert [each.status for each in world.refunds()] == [RefundStatus.SUCCEEDED]
    world.settle()


def test_a_refund_that_stripe_refuses_is_put_before_staff(world: World) -> None:
    a_decided_refund(world)
    for charge in world.stripe.list("charge"):
        world.stripe.put("charge", charge["id"], {**charge, "amount_refunded": charge["amount"], "refunded": True})
    world.work()
    assert [refund.status for refund in world.refunds()] == [RefundStatus.FAILED]
    assert AttentionKind.REFUND_FAILED in world.attention()


def test_a_refund_that_failed_does_not_succeed_again_because_stripe_was_read_before(world: World) -> None:
    world.pays(world.book(world.a_set()).session_id)
    world.settle()
    stripe_refund_id = world.refunds_in_dashboard(5_000)
    world.settle()
    [refund] = world.refunds()
    read_early = world.outside.gateway.get_refund(stripe_refund_id)
    fail_refund(world.account, stripe_refund_id)
    world.settle()
    with world.database.writing() as session:
        assert not refunds.store_state(session, refund.id, read_early, actor="test", now=world.outside.clock.now())
    assert [each.status for each in world.refunds()] == [RefundStatus.FAILED]


def test_a_refund_that_stripe_had_refused_and_then_shows_is_given(world: World) -> None:
    a_decided_refund(world)
    [refund] = world.refunds()
    with world.database.writing() as session:
        assert refunds.mark_refused(session, refund.id, actor="test", now=world.outside.clock.now())
    world.work()
    assert [each.status for each in world.refunds()] == [RefundStatus.SUCCEEDED]
    with world.database.writing() as session:
        assert not refunds.mark_refused(session, refund.id, actor="test", now=world.outside.clock.now())
    assert [each.status for each in world.refunds()] == [RefundStatus.SUCCEEDED]


def test_a_refund_is_posted_for_the_days_on_which_its_money_moved(world: World) -> None:
    world.pays(world.book(world.a_set()).session_id)
    world.settle()
    stripe_refund_id = world.refunds_in_dashboard(5_000)
    left_on = world.outside.clock.now().date()
    world.passes(days=9)
    fail_refund(world.account, stripe_refund_id)
    came_back_on = world.outside.clock.now().date()
    world.passes(days=12)
    world.settle()
    days = effective_days(world)
    assert (days["refund", "refunded"], days["refund", "failed"]) == (left_on, came_back_on)


def test_news_of_a_dashboard_refund_that_comes_before_its_payment_settles_both(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    settle_refund(world.outside, world.refunds_in_dashboard(5_000))
    assert world.status(booked) is BookingStatus.CONFIRMED
    [refund] = world.refunds()
    assert (refund.reason, refund.status, refund.amount_minor) == (
        RefundReason.AT_STRIPE,
        RefundStatus.SUCCEEDED,
        5_000,
    )


def test_a_pending_refund_is_looked_up_until_its_end_is_known(world: World) -> None:
    world.pays(world.book(world.a_set()).session_id)
    world.settle()
    made = world.account.get("refund", world.refunds_in_dashboard(5_000))
    world.account.keep({**made, "status": "pending"})
    world.settle()
    assert [each.status for each in world.refunds()] == [RefundStatus.PENDING]
    world.account.keep({**made, "status": "succeeded"})
    world.passes(hours=1)
    for _ in range(2):
        queue_open_money(world.outside)
    world.work()
    assert [each.status for each in world.refunds()] == [RefundStatus.SUCCEEDED]
    queue_open_money(world.outside)
    assert world.queued(EffectKind.SETTLE_REFUND) == 1
