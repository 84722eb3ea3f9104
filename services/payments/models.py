"""Checkouts, payments, refunds, and Stripe's events as they arrived."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base
from services.database.types import word_of


class CheckoutStatus(StrEnum):
    PREPARED = "prepared"
    """The request is stored; whether Stripe has it is not known."""
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class RefundReason(StrEnum):
    PAID_LATE = "paid_late"
    """The hold had lapsed and no place was left."""
    PAID_TWICE = "paid_twice"
    STAFF = "staff"
    """Somebody decided it; their words are the refund's note."""
    AT_STRIPE = "at_stripe"
    """Made in Stripe's dashboard."""


class RefundStatus(StrEnum):
    REQUESTED = "requested"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeStatus(StrEnum):
    INQUIRY = "inquiry"
    """The bank asks; no money has moved, and none may ever."""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Checkout(Base):
    """One attempt to have a booking paid: the exact request, stored before Stripe is called."""

    __tablename__ = "checkouts"
    __table_args__ = (
        UniqueConstraint("booking_id", "attempt"),
        Index(
            "uq_checkouts_one_open",
            "booking_id",
            unique=True,
            sqlite_where=text("status IN ('prepared', 'open')"),
            postgresql_where=text("status IN ('prepared', 'open')"),
        ),
        Index("ix_checkouts_status", "status", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    attempt: Mapped[int]
    idempotency_key: Mapped[str] = mapped_column(String(120), unique=True)
    """`checkout:{booking}:{attempt}`."""
    request: Mapped[dict[str, Any]]
    """Sent as it stands, the first time and every other: a recomputed one would be refused."""
    status: Mapped[CheckoutStatus] = mapped_column(word_of(CheckoutStatus))
    expires_at: Mapped[datetime]
    stripe_checkout_session_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    url: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class Payment(Base):
    """Money that Stripe took for a booking."""

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_payments_booking_id", "booking_id"),
        Index("ix_payments_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    checkout_id: Mapped[UUID] = mapped_column(ForeignKey("checkouts.id"))
    stripe_payment_intent_id: Mapped[str] = mapped_column(String(120), unique=True)
    stripe_charge_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    paid_at: Mapped[datetime]
    """When its money came into Stripe's balance."""
    created_at: Mapped[datetime]


class Refund(Base):
    """Money given back, or about to be."""

    __tablename__ = "refunds"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_refunds_payment_id", "payment_id"),
        Index("ix_refunds_updated_at", "updated_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[RefundReason] = mapped_column(word_of(RefundReason))
    note: Mapped[str | None] = mapped_column(String(200))
    """Why, in staff's own words."""
    status: Mapped[RefundStatus] = mapped_column(word_of(RefundStatus))
    stripe_refund_id: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Dispute(Base):
    """A payer's bank asks for the money of a payment back."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index("ix_disputes_payment_id", "payment_id"),
        Index("ix_disputes_status", "status"),
        Index("ix_disputes_updated_at", "updated_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    stripe_dispute_id: Mapped[str] = mapped_column(String(120), unique=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(String(60))
    """The bank's, as Stripe words it: `fraudulent`, `duplicate`."""
    status: Mapped[DisputeStatus] = mapped_column(word_of(DisputeStatus))
    opened_at: Mapped[datetime]
    """When Stripe opened it."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class StripeEvent(Base):
    """A webhook as it arrived; its primary key is the defence against replays."""

    __tablename__ = "stripe_events"
    __table_args__ = (Index("ix_stripe_events_object_id", "object_id"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    type: Mapped[str] = mapped_column(String(120))
    object_id: Mapped[str] = mapped_column(String(120))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """Raw; kept 90 days."""
    received_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
