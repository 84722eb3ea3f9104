"""The promises about money (I4, I5, I6, I11), checked from inside the database; and I5 at Stripe itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.finance.balance import clearing_accounts, compare_with_stripe
from services.finance.counterparts import is_unposted
from services.finance.in_transit import list_strayed
from services.finance.models import BalanceTransaction, BankLine, Payout
from services.finance.reconciliation import unimported_entries
from services.ids import Prefix, find_uuid, to_public
from services.journeys.broken import Broken
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.outside import Outside
from services.payments.models import Dispute, DisputeStatus, Payment, Refund, RefundStatus
from services.payments.postings import FAILED

IMPORTED_WITHIN = timedelta(minutes=30)


def check_stripe(outside: Outside) -> list[Broken]:
    """Whether Stripe's own balance is what the imported transactions come to (I5); asks Stripe."""
    return [
        Broken("I5", f"{each.currency}: Stripe holds {each.at_stripe}, its transactions come to {each.here}")
        for each in compare_with_stripe(outside.database, outside.gateway)
        if each.at_stripe != each.here
    ]


def i4_balanced(session: Session, _now: datetime) -> Iterator[Broken]:
    """Every journal entry sums to zero in each currency."""
    total = func.sum(JournalLine.amount_minor)
    sums = (
        select(JournalLine.entry_id, JournalLine.currency, total)
        .group_by(JournalLine.entry_id, JournalLine.currency)
        .having(total != 0)
    )
    for entry_id, currency, amount in session.execute(sums):
        yield Broken("I4", f"{to_public(Prefix.ENTRY, entry_id)}: {amount} {currency} out of balance")


def i5_cleared(session: Session, now: datetime) -> Iterator[Broken]:
    """The clearing account is what Stripe's transactions come to, and whatever is on its way is young."""
    late = now - IMPORTED_WITHIN
    for account in clearing_accounts(session):
        if account.difference:
            yield Broken("I5", f"{account.currency}: the clearing account is {account.difference} off")
    for entry_id, amount, currency in unimported_entries(session, JournalEntry.posted_at < late):
        yield Broken("I5", f"{to_public(Prefix.ENTRY, entry_id)}: {amount} {currency} not imported for too long")
    unposted = select(BalanceTransaction.id).where(is_unposted(), BalanceTransaction.imported_at < late)
    for transaction_id in session.scalars(unposted):
        yield Broken("I5", f"{transaction_id}: imported and not posted for too long")


def i6_paid_out(session: Session, _now: datetime) -> Iterator[Broken]:
    """An automatic payout is the net of its transactions, its own left out, and what the bank has of it."""
    net = (
        select(func.coalesce(func.sum(BalanceTransaction.net_minor), 0))
        .where(
            BalanceTransaction.payout_id == Payout.id,
            or_(BalanceTransaction.source_id.is_(None), BalanceTransaction.source_id != Payout.id),
        )
        .scalar_subquery()
    )
    listed = select(Payout.id, Payout.amount_minor, net).where(
        Payout.is_automatic, Payout.lines_listed_at.is_not(None), net != Payout.amount_minor
    )
    for payout_id, amount, found in session.execute(listed):
        yield Broken("I6", f"{payout_id}: pays {amount}, its transactions come to {found}")
    at_bank = (
        select(Payout.id, Payout.amount_minor, BankLine.amount_minor)
        .join(BankLine, BankLine.payout_id == Payout.id)
        .where(~BankLine.is_return, BankLine.amount_minor != Payout.amount_minor)
    )
    for payout_id, amount, found in session.execute(at_bank):
        yield Broken("I6", f"{payout_id}: pays {amount}, the bank has {found}")
    for each in list_strayed(session):
        yield Broken("I6", f"{each.payout_id}: {each.in_transit} in transit, which should be {each.expected}")


def i11_never_more(session: Session, _now: datetime) -> Iterator[Broken]:
    """Refunds plus disputed amounts never exceed what was paid."""
    refunded = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.payment_id == Payment.id, Refund.status != RefundStatus.FAILED)
        .scalar_subquery()
    )
    disputed = (
        select(func.coalesce(func.sum(Dispute.amount_minor), 0))
        .where(Dispute.payment_id == Payment.id, Dispute.status.in_((DisputeStatus.OPEN, DisputeStatus.LOST)))
        .scalar_subquery()
    )
    for payment_id in session.scalars(select(Payment.id).where(refunded + disputed > Payment.amount_minor)):
        yield Broken("I11", f"{to_public(Prefix.PAYMENT, payment_id)}: more refunded and disputed than paid")
    yield from _failures_forgotten(session)


def _failures_forgotten(session: Session) -> Iterator[Broken]:
    """Refunds whose money came back, by the journal, and which still count as given."""
    came_back = select(JournalEntry.source_id).where(
        JournalEntry.source_type == SourceType.REFUND, JournalEntry.leg == FAILED
    )
    for reference in session.scalars(came_back):
        status = session.scalar(select(Refund.status).where(Refund.id == find_uuid(Prefix.REFUND, reference)))
        if status is not RefundStatus.FAILED:
            yield Broken("I11", f"{reference}: its money came back, and it counts as given")
