"""The master: a row for each balance transaction at Stripe, and what they come to by payout and by set."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from services.finance.exports.cells import BATCH, Row, csv_bytes
from services.finance.exports.reading import STREAMED, Period, read_transactions
from services.finance.models import BalanceTransaction, Payout
from services.ids import Prefix, to_public
from services.ledger.models import JournalLine
from services.mail.formats import major
from services.money import Money

VERSION = 1
COLUMNS = (
    "balance_transaction_id",
    "created",
    "available_on",
    "reporting_category",
    "gross",
    "fee",
    "net",
    "currency",
    "source_id",
    "payout_id",
    "payout_arrival_on",
    "booking_id",
    "set_id",
    "nominal_code",
    "cost_centre",
    "vat_code",
    "vat",
)
SUMS = ("transactions", "gross", "fee", "net", "currency")
PAYOUT_COLUMNS = ("payout_id", "arrival_on", "status", *SUMS)
SET_COLUMNS = ("set_id", *SUMS)


def master_rows(session: Session, period: Period) -> Iterator[Row]:
    """A row for each balance transaction made on these days."""
    for each in read_transactions(session, period):
        yield (
            each.id,
            each.created_at,
            each.available_on,
            each.category,
            each.gross,
            each.fee,
            each.net,
            each.currency,
            each.source,
            each.payout,
            each.payout_arrival_on,
            each.about.booking,
            each.about.learning_set,
            each.about.nominal_code,
            each.about.cost_centre,
            each.about.vat_code,
            each.vat,
        )


def payout_rows(session: Session, period: Period) -> Iterator[Row]:
    """What these days' transactions come to in each payout that holds any, its own transaction left out."""
    query = (
        select(Payout.id, Payout.arrival_on, Payout.status, BalanceTransaction.currency, *_SUMMED)
        .join(Payout, Payout.id == BalanceTransaction.payout_id)
        .where(_made_in(period), func.coalesce(BalanceTransaction.source_id, "") != Payout.id)
        .group_by(Payout.id, Payout.arrival_on, Payout.status, BalanceTransaction.currency)
        .order_by(Payout.arrival_on, Payout.id, BalanceTransaction.currency)
    )
    for payout_id, arrival_on, status, currency, *sums in session.execute(query, execution_options=STREAMED):
        yield (payout_id, arrival_on, str(status), *_shown(sums, currency))


def set_rows(session: Session, period: Period) -> Iterator[Row]:
    """What these days' transactions come to for each set."""
    query = (
        select(JournalLine.learning_set_id, BalanceTransaction.currency, *_SUMMED)
        .join(JournalLine, JournalLine.entry_id == BalanceTransaction.entry_id)
        .where(_made_in(period), JournalLine.position == 1)
        .group_by(JournalLine.learning_set_id, BalanceTransaction.currency)
        .order_by(JournalLine.learning_set_id, BalanceTransaction.currency)
    )
    for set_id, currency, *sums in session.execute(query, execution_options=STREAMED):
        if set_id is not None:
            yield (to_public(Prefix.SET, set_id), *_shown(sums, currency))


def master_csv(session: Session, period: Period) -> Iterator[bytes]:
    """The rows as CSV, some at a time."""
    yield csv_bytes([COLUMNS])
    rows = master_rows(session, period)
    while chunk := csv_bytes(islice(rows, BATCH)):
        yield chunk


_SUMMED = (
    func.count(BalanceTransaction.id),
    func.sum(BalanceTransaction.gross_minor),
    func.sum(BalanceTransaction.fee_minor),
    func.sum(BalanceTransaction.net_minor),
)


def _made_in(period: Period) -> ColumnElement[bool]:
    made = BalanceTransaction.created_at
    return and_(made >= period.begins_at, made < period.ends_before)


def _shown(sums: list[int], currency: str) -> Row:
    counted, *amounts = sums
    return (counted, *(major(Money(int(amount), currency)) for amount in amounts), currency)
