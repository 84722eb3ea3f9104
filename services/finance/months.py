"""A month at Stripe in one look: what came, what it cost, what was paid out, and how much is unexplained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.finance.calendar_month import Month
from services.finance.models import BalanceTransaction, Discrepancy, Payout
from services.finance.payout_views import count_verdicts
from services.finance.postings import (
    CHARGE,
    DISPUTE,
    DISPUTE_REVERSAL,
    FEE,
    PAYOUT,
    PAYOUT_REVERSAL,
    REFUND,
    REFUND_FAILURE,
)
from services.finance.words import DiscrepancyKind, Verdict
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.money import Money

DEFAULT_CURRENCY = "GBP"
TAKINGS = (
    AccountKey.DEFERRED_INCOME,
    AccountKey.VAT_OUTPUT,
    AccountKey.CUSTOMER_CREDIT,
    AccountKey.INCOME,
    AccountKey.BAD_DEBT,
)
"""Accounts whose change, with its sign turned, is what was taken: payments less refunds and disputes lost."""
FEES = (AccountKey.STRIPE_FEES, AccountKey.DISPUTE_FEES)
OpenSums = Mapping[tuple[str, DiscrepancyKind], tuple[int, int]]
"""Sum and number of the open discrepancies by currency and kind."""


@dataclass(frozen=True)
class MonthTotals:
    """Sums of the month's balance transactions; what leaves the balance is negative, fees are costs."""

    payments: Money
    refunds: Money
    disputes: Money
    fees: Money
    payouts: Money
    other: Money


@dataclass(frozen=True)
class MonthCounts:
    transactions: int
    payouts: int
    """Arriving in the month."""
    payouts_matched: int
    payouts_awaiting_bank: int
    discrepancies: Mapping[DiscrepancyKind, int]
    """Open ones."""


@dataclass(frozen=True)
class Day:
    """One day of the plot."""

    on: date
    takings: Money
    fees: Money
    payouts: Money


@dataclass(frozen=True)
class MonthSummary:
    month: str
    currency: str
    currencies: list[str]
    """All in which there was money this month."""
    unexplained: Money
    unexplained_elsewhere: list[Money]
    """In the other currencies, where it is not zero."""
    totals: MonthTotals
    counts: MonthCounts
    days: list[Day]


def summarise_month(session: Session, month: Month, currency: str | None = None) -> MonthSummary:
    """The month in one currency: the one named, or the one with the most transactions."""
    counted = _transactions_by_currency(session, month)
    open_sums = _unexplained(session, month)
    currencies = sorted({*counted, *(currency for currency, _ in open_sums)})
    chosen = currency or max(counted, key=lambda each: counted[each], default=[*currencies, DEFAULT_CURRENCY][0])
    mine = {kind: found for (each, kind), found in open_sums.items() if each == chosen}
    return MonthSummary(
        month=str(month),
        currency=chosen,
        currencies=currencies,
        unexplained=_sum_in(chosen, open_sums),
        unexplained_elsewhere=[_sum_in(each, open_sums) for each in sorted({each for each, _ in open_sums} - {chosen})],
        totals=_totals(session, month, chosen),
        counts=_counts(session, month, chosen, counted.get(chosen, 0), {kind: n for kind, (_, n) in mine.items()}),
        days=_days(session, month, chosen),
    )


def _sum_in(currency: str, open_sums: OpenSums) -> Money:
    return Money(sum(amount for (each, _), (amount, _) in open_sums.items() if each == currency), currency)


def _transactions_by_currency(session: Session, month: Month) -> dict[str, int]:
    counts = (
        select(BalanceTransaction.currency, func.count())
        .where(BalanceTransaction.created_at >= month.starts_at, BalanceTransaction.created_at < month.ends_at)
        .group_by(BalanceTransaction.currency)
    )
    return {row[0]: row[1] for row in session.execute(counts)}


def _unexplained(session: Session, month: Month) -> OpenSums:
    sums = (
        select(Discrepancy.currency, Discrepancy.kind, func.sum(Discrepancy.amount_minor), func.count())
        .where(
            Discrepancy.occurred_on >= month.first,
            Discrepancy.occurred_on < month.next,
            Discrepancy.closed_at.is_(None),
        )
        .group_by(Discrepancy.currency, Discrepancy.kind)
    )
    return {(row[0], row[1]): (int(row[2]), row[3]) for row in session.execute(sums)}


def _totals(session: Session, month: Month, currency: str) -> MonthTotals:
    sums = (
        select(
            BalanceTransaction.reporting_category,
            func.sum(BalanceTransaction.gross_minor),
            func.sum(BalanceTransaction.fee_minor),
        )
        .where(
            BalanceTransaction.created_at >= month.starts_at,
            BalanceTransaction.created_at < month.ends_at,
            BalanceTransaction.currency == currency,
        )
        .group_by(BalanceTransaction.reporting_category)
    )
    gross: dict[str, int] = {}
    fees = 0
    for category, amount, fee in session.execute(sums):
        gross[category], fees = int(amount), fees + int(fee)

    def take(*categories: str) -> Money:
        return Money(sum(gross.pop(category, 0) for category in categories), currency)

    return MonthTotals(
        payments=take(CHARGE),
        refunds=take(REFUND, REFUND_FAILURE),
        disputes=take(DISPUTE, DISPUTE_REVERSAL),
        fees=Money(fees - take(FEE).amount_minor, currency),
        payouts=take(PAYOUT, PAYOUT_REVERSAL),
        other=take(*list(gross)),
    )


def _counts(
    session: Session, month: Month, currency: str, transactions: int, discrepancies: dict[DiscrepancyKind, int]
) -> MonthCounts:
    arriving = select(Payout).where(
        Payout.arrival_on >= month.first, Payout.arrival_on < month.next, Payout.currency == currency
    )
    verdicts = count_verdicts(session, session.scalars(arriving).all())
    return MonthCounts(
        transactions=transactions,
        payouts=sum(verdicts.values()),
        payouts_matched=verdicts.get(Verdict.MATCHED, 0),
        payouts_awaiting_bank=verdicts.get(Verdict.AWAITING_BANK, 0),
        discrepancies=discrepancies,
    )


def _days(session: Session, month: Month, currency: str) -> list[Day]:
    """Each day of the month that moved anything, from the journal."""
    sums = (
        select(JournalLine.effective_on, JournalLine.account, func.sum(JournalLine.amount_minor))
        .where(
            JournalLine.effective_on >= month.first,
            JournalLine.effective_on < month.next,
            JournalLine.currency == currency,
            JournalLine.account.in_((*TAKINGS, *FEES)),
        )
        .group_by(JournalLine.effective_on, JournalLine.account)
    )
    taken: dict[date, int] = {}
    fees: dict[date, int] = {}
    for day, account, amount in session.execute(sums):
        kept, sign = (fees, 1) if account in FEES else (taken, -1)
        kept[day] = kept.get(day, 0) + sign * int(amount)
    payouts = _payouts_by_day(session, month, currency)
    return [
        Day(
            on=day,
            takings=Money(taken.get(day, 0), currency),
            fees=Money(fees.get(day, 0), currency),
            payouts=Money(payouts.get(day, 0), currency),
        )
        for day in sorted(taken.keys() | fees.keys() | payouts.keys())
    ]


def _payouts_by_day(session: Session, month: Month, currency: str) -> dict[date, int]:
    sums = (
        select(JournalLine.effective_on, func.sum(JournalLine.amount_minor))
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(
            JournalLine.effective_on >= month.first,
            JournalLine.effective_on < month.next,
            JournalLine.currency == currency,
            JournalLine.account == AccountKey.PAYOUTS_IN_TRANSIT,
            JournalEntry.source_type == SourceType.BALANCE_TRANSACTION,
        )
        .group_by(JournalLine.effective_on)
    )
    return {row[0]: int(row[1]) for row in session.execute(sums)}
