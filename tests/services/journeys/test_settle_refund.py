"""A refund that was decided is given once, however often it is sent."""

from __future__ import annotations

import pytest

from api.sandbox.faults import Fault
from services.attention.words import AttentionKind
from services.effects.kinds import EffectKind
from services.journeys.settle_refund import send_refund
from services.payments.checkout import get_first
from services.payments.errors import PaymentsUnavailable
from services.payments.models import RefundStatus
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
