"""Payments, refunds and disputes as finance lists them, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.money import Money
from services.payments.models import Dispute, DisputeStatus, Payment, Refund, RefundReason, RefundStatus

Moved = TypeVar("Moved", Refund, Dispute)


@dataclass(frozen=True)
class PaymentView:
    """Money that Stripe took for a booking; it never changes."""

    id: UUID
    booking_id: UUID
    amount: Money
    stripe_payment_intent_id: str
    stripe_charge_id: str | None
    paid_at: datetime
    created_at: datetime


@dataclass(frozen=True)
class RefundView:
    id: UUID
    payment_id: UUID
    booking_id: UUID
    amount: Money
    reason: RefundReason
    note: str | None
    status: RefundStatus
    stripe_refund_id: str | None
    created_at: datetime
    updated_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class DisputeView:
    id: UUID
    payment_id: UUID
    booking_id: UUID
    amount: Money
    reason: str
    status: DisputeStatus
    stripe_dispute_id: str
    opened_at: datetime
    updated_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class MoneyFilter:
    """Which of them to list."""

    booking_id: UUID | None = None
    updated_since: datetime | None = None
    """Payments are new since then, the others have moved."""


def list_all_payments(session: Session, wanted: MoneyFilter, *, after: UUID | None, limit: int) -> list[PaymentView]:
    query = select(Payment).order_by(Payment.id.desc()).limit(limit)
    query = query.where(*_conditions(wanted, Payment.created_at))
    if after is not None:
        query = query.where(Payment.id < after)
    return [
        PaymentView(
            id=found.id,
            booking_id=found.booking_id,
            amount=Money(found.amount_minor, found.currency),
            stripe_payment_intent_id=found.stripe_payment_intent_id,
            stripe_charge_id=found.stripe_charge_id,
            paid_at=found.paid_at,
            created_at=found.created_at,
        )
        for found in session.scalars(query)
    ]


def list_refunds(session: Session, wanted: MoneyFilter, *, after: UUID | None, limit: int) -> list[RefundView]:
    return [
        RefundView(
            id=found.id,
            payment_id=found.payment_id,
            booking_id=booking_id,
            amount=Money(found.amount_minor, found.currency),
            reason=found.reason,
            note=found.note,
            status=found.status,
            stripe_refund_id=found.stripe_refund_id,
            created_at=found.created_at,
            updated_at=found.updated_at,
            settled_at=found.settled_at,
        )
        for found, booking_id in session.execute(_of_payments(Refund, wanted, after, limit))
    ]


def list_disputes(session: Session, wanted: MoneyFilter, *, after: UUID | None, limit: int) -> list[DisputeView]:
    return [
        DisputeView(
            id=found.id,
            payment_id=found.payment_id,
            booking_id=booking_id,
            amount=Money(found.amount_minor, found.currency),
            reason=found.reason,
            status=found.status,
            stripe_dispute_id=found.stripe_dispute_id,
            opened_at=found.opened_at,
            updated_at=found.updated_at,
            settled_at=found.settled_at,
        )
        for found, booking_id in session.execute(_of_payments(Dispute, wanted, after, limit))
    ]


def _of_payments(table: type[Moved], wanted: MoneyFilter, after: UUID | None, limit: int) -> Select[Moved, UUID]:
    """What has moved of payments, each with the booking that the payment is for."""
    query = select(table, Payment.booking_id).join(Payment, Payment.id == table.payment_id)
    query = query.where(*_conditions(wanted, table.updated_at)).order_by(table.id.desc()).limit(limit)
    return query.where(table.id < after) if after is not None else query


def _conditions(wanted: MoneyFilter, moved_at: InstrumentedAttribute[datetime]) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.booking_id is not None:
        conditions.append(Payment.booking_id == wanted.booking_id)
    if wanted.updated_since is not None:
        conditions.append(moved_at >= wanted.updated_since)
    return conditions
