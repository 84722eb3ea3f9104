"""Payments that Stripe took, each stored once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.ids import new_id
from services.money import Money
from services.payments.checkout import StoredCheckout
from services.payments.gateway import ChargeTaken
from services.payments.models import Payment


@dataclass(frozen=True)
class StoredPayment:
    id: UUID
    booking_id: UUID
    charge: ChargeTaken

    @property
    def amount(self) -> Money:
        return self.charge.amount


def store_payment(
    session: Session, asked: StoredCheckout, charge: ChargeTaken, *, now: datetime
) -> StoredPayment | None:
    """Keep a payment; None where it is known already, and has had its consequences."""
    payment_id = new_id()
    is_new = insert_once(
        session,
        Payment,
        id=payment_id,
        booking_id=asked.booking_id,
        checkout_id=asked.id,
        stripe_payment_intent_id=charge.stripe_payment_intent_id,
        stripe_charge_id=charge.stripe_charge_id,
        amount_minor=charge.amount.amount_minor,
        currency=charge.amount.currency,
        paid_at=charge.paid_at,
        created_at=now,
    )
    return StoredPayment(payment_id, asked.booking_id, charge) if is_new else None


def get_payment(session: Session, payment_id: UUID) -> StoredPayment:
    return _stored(session.scalars(select(Payment).where(Payment.id == payment_id)).one())


def find_by_intent(session: Session, stripe_payment_intent_id: str) -> StoredPayment | None:
    """The payment that this payment intent made, if it is one of ours."""
    query = select(Payment).where(Payment.stripe_payment_intent_id == stripe_payment_intent_id)
    found = session.scalars(query).one_or_none()
    return _stored(found) if found else None


def list_payments(session: Session, booking_id: UUID) -> list[StoredPayment]:
    """A booking's payments, the latest first."""
    query = select(Payment).where(Payment.booking_id == booking_id).order_by(Payment.paid_at.desc(), Payment.id.desc())
    return [_stored(found) for found in session.scalars(query)]


def _stored(payment: Payment) -> StoredPayment:
    charge = ChargeTaken(
        stripe_payment_intent_id=payment.stripe_payment_intent_id,
        stripe_charge_id=payment.stripe_charge_id,
        amount=Money(payment.amount_minor, payment.currency),
        paid_at=payment.paid_at,
    )
    return StoredPayment(payment.id, payment.booking_id, charge)
