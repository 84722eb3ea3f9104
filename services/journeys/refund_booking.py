"""Staff give back a booking's money, all that is left or a part, with their reason; the booking stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from services.bookings.booking import get_locked
from services.money import Money
from services.outside import Outside
from services.payments.errors import NothingToRefund, RefundExceedsPayment
from services.payments.models import RefundReason, RefundStatus
from services.payments.received import StoredPayment, list_payments
from services.payments.refunds import RefundOrder, StoredRefund, left_to_refund, request_refund
from services.requests import idempotency
from services.requests.idempotency import RequestKey


@dataclass(frozen=True)
class RefundWish:
    """What staff ask for; no amount means all that is left."""

    booking_id: UUID
    amount: Money | None
    reason: str


@dataclass(frozen=True)
class RefundPart:
    """What is given back of one payment."""

    id: UUID
    payment_id: UUID
    amount: Money
    status: RefundStatus


@dataclass(frozen=True)
class BookingRefund:
    """The answer to staff, kept to be given again; `id` is the first refund's."""

    id: UUID
    booking_id: UUID
    amount: Money
    reason: str
    refunds: list[RefundPart]
    created_at: datetime


@dataclass(frozen=True)
class Answer:
    refund: BookingRefund
    replayed: bool


STORED = TypeAdapter(BookingRefund)


def refund_booking(outside: Outside, wish: RefundWish, request: RequestKey, *, actor: str) -> Answer:
    """Decide the refund, once a request; Stripe is asked by the effects that are queued with it.

    Raises BookingNotFound, NothingToRefund, RefundExceedsPayment.
    """
    now = outside.clock.now()
    with outside.database.writing() as session:
        begun = idempotency.begin(session, request, now=now, lease=outside.settings.idempotency_lease)
        if begun.result is not None:
            return Answer(STORED.validate_python(begun.result), replayed=True)
        get_locked(session, wish.booking_id)
        orders = _orders(session, wish)
        ids = [begun.subject_id, *[None] * (len(orders) - 1)]
        made = [
            request_refund(session, order, actor=actor, now=now, refund_id=refund_id)
            for order, refund_id in zip(orders, ids, strict=True)
        ]
        answer = _answer(wish, made, now)
        idempotency.finish(session, request, STORED.dump_python(answer, mode="json"), now=now)
        return Answer(answer, replayed=False)


def _orders(session: Session, wish: RefundWish) -> list[RefundOrder]:
    """The amount spread over the booking's payments, the latest first."""
    left = [(payment, left_to_refund(session, payment)) for payment in list_payments(session, wish.booking_id)]
    left = [(payment, amount) for payment, amount in left if amount.amount_minor]
    if not left:
        raise NothingToRefund
    total = Money(sum(amount.amount_minor for _, amount in left), left[0][1].currency)
    wanted = wish.amount or total
    if wanted.currency != total.currency or wanted.amount_minor > total.amount_minor:
        raise RefundExceedsPayment(total)
    return _spread(left, wanted, wish.reason)


def _spread(left: list[tuple[StoredPayment, Money]], wanted: Money, reason: str) -> list[RefundOrder]:
    orders, remaining = [], wanted.amount_minor
    for payment, amount in left:
        part = min(remaining, amount.amount_minor)
        if part:
            orders.append(RefundOrder(payment, Money(part, amount.currency), RefundReason.STAFF, reason))
        remaining -= part
    return orders


def _answer(wish: RefundWish, made: list[StoredRefund], now: datetime) -> BookingRefund:
    return BookingRefund(
        id=made[0].id,
        booking_id=wish.booking_id,
        amount=Money(sum(each.amount.amount_minor for each in made), made[0].amount.currency),
        reason=wish.reason,
        refunds=[RefundPart(each.id, each.payment.id, each.amount, each.status) for each in made],
        created_at=now,
    )
