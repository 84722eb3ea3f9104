"""Money given back by several at once never comes to more than was paid (I11); without the booking's lock it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest

from services.attention.words import AttentionKind
from services.journeys.refund_booking import RefundWish, refund_booking
from services.journeys.settle_dispute import settle_dispute
from services.ledger.chart import AccountKey
from services.money import Money
from services.payments.disputes import list_undecided
from services.payments.errors import NothingToRefund, RefundExceedsPayment
from services.payments.models import RefundReason, RefundStatus
from services.payments.received import list_payments
from services.payments.refunds import RefundOrder, request_refund
from services.requests.idempotency import RequestKey
from tests.builders.books import balances, paid_booking
from tests.races.at_once import PATIENCE_SECONDS, at_once
from tests.worlds import Booked, World

PRICE = 18_000


def refund(world: World, booked: Booked, amount: int | None) -> bool:
    """Whether staff were given leave to refund it, all that is left or a part."""
    wish = RefundWish(booked.id, Money(amount, "GBP") if amount else None, "fell ill")
    request = RequestKey(principal="staff", route="/test", key=str(uuid4()), fingerprint="test")
    try:
        refund_booking(world.outside, wish, request, actor="staff:test")
    except (NothingToRefund, RefundExceedsPayment):
        return False
    return True


def given_back(world: World) -> int:
    return sum(each.amount_minor for each in world.refunds() if each.status is not RefundStatus.FAILED)


@pytest.mark.parametrize(("amount", "granted"), [(None, 1), (PRICE // 3, 3), (PRICE // 3 + 1, 2)])
def test_staff_who_refund_at_once_give_back_no_more_than_was_paid(
    world: World, amount: int | None, granted: int
) -> None:
    booked = paid_booking(world)
    assert sum(at_once([partial(refund, world, booked, amount)] * 5)) == granted
    assert given_back(world) == (amount or PRICE) * granted
    world.work()
    assert given_back(world) == sum(each["amount"] for each in world.stripe.list("refund"))


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_without_the_bookings_lock_too_much_is_granted_and_stripe_alone_refuses(world: World) -> None:
    """On SQLite one writes at a time, lock or not."""
    booked = paid_booking(world)
    everybody_has_asked = Barrier(2)

    def refund_all() -> None:
        with world.database.writing() as session:
            [payment] = list_payments(session, booked.id)
            order = RefundOrder(payment, payment.amount, RefundReason.STAFF)
            request_refund(session, order, actor="staff:test", now=world.outside.clock.now())
            everybody_has_asked.wait(PATIENCE_SECONDS)

    at_once([refund_all] * 2)
    assert given_back(world) == 2 * PRICE
    world.work()
    assert given_back(world) == PRICE


def test_a_refund_and_a_dispute_at_once_take_the_payment_once(world: World) -> None:
    booked = paid_booking(world)
    disputed = world.disputes(amount=10_000)
    settle: Callable[[], object] = partial(settle_dispute, world.outside, disputed)
    give_back: Callable[[], object] = partial(refund, world, booked, None)
    at_once([settle, give_back])
    world.work()
    assert given_back(world) == 0  # Stripe refunds nothing of a charge in dispute


def test_a_dispute_that_several_tell_of_at_once_is_one_and_put_before_staff_once(world: World) -> None:
    paid_booking(world)
    disputed = world.disputes()
    at_once([partial(settle_dispute, world.outside, disputed)] * 4)
    assert world.attention() == [AttentionKind.DISPUTE_MOVED]
    assert balances(world)[AccountKey.DISPUTES_RECEIVABLE] == PRICE
    with world.database.reading() as session:
        assert list_undecided(session) == [disputed]
