"""The journal and the accounts that an organisation has renamed.

An entry seals its lines. Lines are written first and the entry last: a trigger lets an entry in only where its lines
sum to zero in each currency, another lets no line in once its entry stands, and the deferred foreign key lets no line
be committed without an entry. So neither database can hold an unbalanced one.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base
from services.database.types import word_of
from services.ledger.chart import AccountKey
from services.ledger.words import SourceType


class Account(Base):
    """An account whose code or name the organisation changed; the others are as the chart has them."""

    __tablename__ = "accounts"

    key: Mapped[AccountKey] = mapped_column(word_of(AccountKey), primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]


class JournalEntry(Base):
    """One thing that happened; append-only by trigger."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        UniqueConstraint("source_type", "source_id", "leg"),
        Index("ix_journal_entries_effective_on", "effective_on", "id"),
        Index("ix_journal_entries_posted_at", "posted_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source_type: Mapped[SourceType] = mapped_column(word_of(SourceType))
    source_id: Mapped[str] = mapped_column(String(120))
    leg: Mapped[str] = mapped_column(String(40))
    """Which of the source's entries: `taken`, `fee`, `failed`. Source and leg together are posted once."""
    effective_on: Mapped[date]
    """UTC day on which it happened, however late it is posted."""
    posted_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(200))
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"), unique=True)


class JournalLine(Base):
    """One amount in one account; append-only by trigger."""

    __tablename__ = "journal_lines"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount_not_zero"),
        Index("ix_journal_lines_entry_id", "entry_id"),
        Index("ix_journal_lines_effective_on", "effective_on", "account"),
        Index("ix_journal_lines_payment_id", "payment_id"),
        Index("ix_journal_lines_booking_id", "booking_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(
        ForeignKey("journal_entries.id", deferrable=True, initially="DEFERRED"),
    )
    position: Mapped[int]
    account: Mapped[AccountKey] = mapped_column(word_of(AccountKey))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    """Positive: debit; negative: credit."""
    currency: Mapped[str] = mapped_column(String(3))
    effective_on: Mapped[date]
    """Its entry's, kept here for sums over a span of days; the sealing trigger holds the two together."""
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"))
    learning_set_id: Mapped[UUID | None] = mapped_column(ForeignKey("learning_sets.id"))
    payment_id: Mapped[UUID | None]
    """The payment whose money it is; payments stand above the ledger, so there is no foreign key."""
    nominal_code: Mapped[str | None] = mapped_column(String(20))
    cost_centre: Mapped[str | None] = mapped_column(String(20))
    vat_code: Mapped[str | None] = mapped_column(String(4))
