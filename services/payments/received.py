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
    found = session.scalars(select(Payment).where(Payment.id == payment_id)).one()
    charge = ChargeTaken(
        stripe_payment_intent_id=found.stripe_payment_intent_id,
        stripe_charge_id=found.stripe_charge_id,
        amount=Money(found.amount_minor, found.currency),
        paid_at=found.paid_at,
    )
    return StoredPayment(found.id, found.booking_id, charge)
