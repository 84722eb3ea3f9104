"""What Stripe and the bank say of money, and where the two and our journal disagree."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.database import Base
from services.database.types import word_of
from services.finance.words import (
    BankMatch,
    Clearing,
    DiscrepancyKind,
    ImportStatus,
    PayoutStatus,
)


class ImportRun(Base):
    """One import from Stripe: asked for by a person, or by the clock."""

    __tablename__ = "import_runs"
    __table_args__ = (Index("ix_import_runs_requested_at", "requested_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[ImportStatus] = mapped_column(word_of(ImportStatus))
    requested_by: Mapped[str] = mapped_column(String(80))
    requested_at: Mapped[datetime]
    starts_over: Mapped[bool]
    """Whether everything is read again from the first transaction on."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    transactions_read: Mapped[int] = mapped_column(default=0)
    transactions_new: Mapped[int] = mapped_column(default=0)
    payouts_read: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(200))
    """In words, why it failed."""


class ImportPlace(Base):
    """How far the import of balance transactions has come; one row."""

    __tablename__ = "import_places"

    stream: Mapped[str] = mapped_column(String(40), primary_key=True)
    newest_id: Mapped[str | None] = mapped_column(String(120))
    """Everything up to this balance transaction, going forward, is stored."""
    newest_created_at: Mapped[datetime | None]
    oldest_id: Mapped[str | None] = mapped_column(String(120))
    """Where reading back into the past stopped; None before the first page."""
    reached_start: Mapped[bool]
    complete_until: Mapped[datetime | None]
    """The watermark: whatever Stripe showed by then is stored."""


class Payout(Base):
    """Money that Stripe sent to the bank, or took from it."""

    __tablename__ = "payouts"
    __table_args__ = (Index("ix_payouts_arrival_on", "arrival_on", "id"),)

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    """Stripe's, `po_...`."""
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    """Negative where Stripe took money from the bank."""
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[PayoutStatus] = mapped_column(word_of(PayoutStatus))
    is_automatic: Mapped[bool]
    method: Mapped[str] = mapped_column(String(20))
    reconciliation_status: Mapped[str] = mapped_column(String(20))
    descriptor: Mapped[str | None] = mapped_column(String(60))
    """What the bank's statement shows, where Stripe says."""
    failure_code: Mapped[str | None] = mapped_column(String(60))
    arrival_on: Mapped[date]
    created_at: Mapped[datetime]
    lines_listed_at: Mapped[datetime | None]
    """When Stripe's own list of an automatic payout's transactions was stored."""
    updated_at: Mapped[datetime]


class BalanceTransaction(Base):
    """One movement of the balance at Stripe, as Stripe says it."""

    __tablename__ = "balance_transactions"
    __table_args__ = (
        Index("ix_balance_transactions_created_at", "created_at", "id"),
        Index("ix_balance_transactions_payout_id", "payout_id"),
        Index("ix_balance_transactions_source_id", "source_id"),
        Index("uq_balance_transactions_entry_id", "entry_id", unique=True),
        Index(
            "ix_balance_transactions_unmatched",
            "created_at",
            sqlite_where=text("entry_id IS NULL"),
            postgresql_where=text("entry_id IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    """Stripe's, `txn_...`."""
    type: Mapped[str] = mapped_column(String(60))
    reporting_category: Mapped[str] = mapped_column(String(60))
    """What we classify by."""
    gross_minor: Mapped[int] = mapped_column(BigInteger)
    fee_minor: Mapped[int] = mapped_column(BigInteger)
    net_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    fee_details: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    available_on: Mapped[date]
    source_id: Mapped[str | None] = mapped_column(String(120))
    """Of the charge, refund, dispute or payout at Stripe."""
    payout_id: Mapped[str | None] = mapped_column(ForeignKey("payouts.id"))
    """The automatic payout that it is part of; a payout's own transaction names the payout as its source."""
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    """The entry that tells of the principal, and of no other's; its fee is an entry of the transaction's own."""
    imported_at: Mapped[datetime]


class Discrepancy(Base):
    """One disagreement, open until it is cleared."""

    __tablename__ = "discrepancies"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        Index(
            "uq_discrepancies_open",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_discrepancies_occurred_on", "occurred_on", "id"),
        Index("ix_discrepancies_subject", "subject"),
        Index("ix_discrepancies_entry_id", "entry_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[DiscrepancyKind] = mapped_column(word_of(DiscrepancyKind))
    subject: Mapped[str] = mapped_column(String(120))
    """Id of the balance transaction, the payout or our entry."""
    balance_transaction_id: Mapped[str | None] = mapped_column(ForeignKey("balance_transactions.id"))
    payout_id: Mapped[str | None] = mapped_column(ForeignKey("payouts.id"))
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entries.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    """How much is unexplained, without its sign."""
    currency: Mapped[str] = mapped_column(String(3))
    occurred_on: Mapped[date]
    """UTC day that decides the month it counts in: Stripe's creation, a payout's arrival, our entry's day."""
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    cleared_by: Mapped[Clearing | None] = mapped_column(word_of(Clearing))
    closed_by: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(200))


class BankCsvMapping(Base):
    """Which column of a bank's CSV file is which, as a person said once."""

    __tablename__ = "bank_csv_mappings"

    shape: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Hash of the heading; the next file with the same one is read the same way."""
    columns: Mapped[dict[str, Any]] = mapped_column(JSON)
    given_by: Mapped[str] = mapped_column(String(80))
    given_at: Mapped[datetime]


class BankStatement(Base):
    """One statement that was uploaded, for the days it covers."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        UniqueConstraint("file_sha256", "position"),
        Index("ix_bank_statements_days", "currency", "from_on", "until_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    format: Mapped[str] = mapped_column(String(20))
    file_sha256: Mapped[str] = mapped_column(String(64))
    csv_shape: Mapped[str | None] = mapped_column(String(64))
    """Hash of a CSV file's heading, by which its columns are remembered."""
    position: Mapped[int] = mapped_column(default=1)
    """Which of the file's statements it is."""
    account_label: Mapped[str] = mapped_column(String(40))
    """Enough of the account's number to tell two apart."""
    currency: Mapped[str] = mapped_column(String(3))
    from_on: Mapped[date]
    until_on: Mapped[date]
    lines_read: Mapped[int]
    lines_known: Mapped[int]
    """Lines that an overlapping statement had brought before."""
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[str] = mapped_column(String(80))


class BankLine(Base):
    """One line of a bank statement, stored once however many statements show it."""

    __tablename__ = "bank_lines"
    __table_args__ = (
        Index("ix_bank_lines_statement_id", "statement_id"),
        Index("ix_bank_lines_candidates", "currency", "amount_minor", "booked_on"),
        UniqueConstraint("payout_id", "is_return"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statements.id"))
    fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    """What makes it the same line on another statement."""
    booked_on: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    description: Mapped[str] = mapped_column(String(500))
    reference: Mapped[str | None] = mapped_column(String(120))
    payout_id: Mapped[str | None] = mapped_column(ForeignKey("payouts.id"))
    """The payout that it is, or sends back."""
    is_return: Mapped[bool] = mapped_column(default=False)
    """Whether the bank sent the payout back by it, after another line brought it."""
    matched_by: Mapped[BankMatch | None] = mapped_column(word_of(BankMatch))
    matched_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    """When it was stored, matched, or a match was taken back."""
    is_left_to_people: Mapped[bool] = mapped_column(default=False)
    """A person took its match back: the rule does not make it again."""
