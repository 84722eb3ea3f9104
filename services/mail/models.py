"""The outbox."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base
from services.database.types import word_of


class LetterKind(StrEnum):
    """One letter, one template."""

    PLACE_HELD = "place_held"
    HOLD_LAPSED = "hold_lapsed"
    PAYMENT_FAILED = "payment_failed"
    PAID_LATE_REFUNDED = "paid_late_refunded"
    PAID_TWICE_REFUNDED = "paid_twice_refunded"
    BOOKING_CONFIRMED = "booking_confirmed"
    PLACE_GIVEN = "place_given"
    ALREADY_ENROLLED = "already_enrolled"
    SIGN_IN = "sign_in"
    STAFF_SIGN_IN = "staff_sign_in"
    NEWSLETTER_CONFIRM = "newsletter_confirm"
    NEWSLETTER_WELCOME = "newsletter_welcome"
    NEWSLETTER_PREFERENCES = "newsletter_preferences"
    NEWSLETTER_LEFT = "newsletter_left"


class LetterState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    """Claimed; found so after the claim's lease, nobody knows whether the mail server took it."""
    SENT = "sent"
    UNKNOWN = "unknown"
    """Marketing that a crash interrupted: never repeated by itself."""
    DROPPED = "dropped"
    """To an address that has left by now: marketing, or the question of a sign-up that the leave overtook."""
    REFUSED = "refused"
    """The mail server said no for good."""


class Letter(Base):
    """One mail to one address: what it is about, frozen when it was caused; rendered when it is sent."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_state", "state", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[LetterKind] = mapped_column(word_of(LetterKind))
    to_address: Mapped[str] = mapped_column(String(320))
    address_hash: Mapped[str] = mapped_column(String(64))
    marketing: Mapped[bool]
    """Dropped where the address is suppressed, and never repeated by itself."""
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    """Chosen when queued: a letter sent twice after a crash is one message to every mail program."""
    facts: Mapped[dict[str, Any]]
    """What the template says: names, dates, links with their tokens; emptied once it is sent or dropped."""
    subject_id: Mapped[UUID | None]
    """The booking or subscription it is about."""
    state: Mapped[LetterState] = mapped_column(word_of(LetterState))
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
