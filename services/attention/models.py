"""Items that wait for staff."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base
from services.database.types import word_of


class AttentionKind(StrEnum):
    DUPLICATE_ENROLMENT = "duplicate_enrolment"
    PAYMENT_DIFFERS = "payment_differs"
    CHECKOUT_REFUSED = "checkout_refused"
    REFUND_FAILED = "refund_failed"
    LETTER_UNKNOWN = "letter_unknown"
    LETTER_REFUSED = "letter_refused"
    MAILCHIMP_REFUSED = "mailchimp_refused"
    EFFECT_FAILED = "effect_failed"


class AttentionItem(Base):
    """One matter for staff, open until somebody closes it."""

    __tablename__ = "attention_items"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[AttentionKind] = mapped_column(word_of(AttentionKind))
    subject: Mapped[str] = mapped_column(String(200))
    """What it is about: an id or an effect's key."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
