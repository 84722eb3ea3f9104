"""What only Stripe and the bank can tell, told to the journal: fees, payouts, and whatever we do not know."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.ledger.chart import AccountKey
from services.ledger.journal import Entry, Line, Source, post, reverse
from services.ledger.models import JournalEntry
from services.ledger.words import SourceType
from services.money import Money
from services.payments.gateway import TransactionState

CHARGE, REFUND, REFUND_FAILURE, DISPUTE, DISPUTE_REVERSAL = (
    "charge",
    "refund",
    "refund_failure",
    "dispute",
    "dispute_reversal",
)
PAYOUT, PAYOUT_REVERSAL, FEE = "payout", "payout_reversal", "fee"

PRINCIPALS = frozenset({CHARGE, REFUND, REFUND_FAILURE, DISPUTE, DISPUTE_REVERSAL})
"""Categories whose gross a journey posts; of these we post the fee alone."""
DISPUTES = frozenset({DISPUTE, DISPUTE_REVERSAL})
OWN_ACCOUNTS = {
    PAYOUT: AccountKey.PAYOUTS_IN_TRANSIT,
    PAYOUT_REVERSAL: AccountKey.PAYOUTS_IN_TRANSIT,
    FEE: AccountKey.STRIPE_FEES,
}
"""Categories whose gross is posted here, and against which account; any other is in suspense until it is explained."""

ACTOR = "worker:import_from_stripe"
AT_BANK = "at_bank"


def is_known(reporting_category: str) -> bool:
    return reporting_category in PRINCIPALS or reporting_category in OWN_ACCOUNTS


def post_transaction(session: Session, transaction: TransactionState, *, now: datetime) -> UUID | None:
    """Post a balance transaction's fee, and its gross where no journey does; answers the entry of the gross."""
    category = transaction.reporting_category
    if transaction.fee.amount_minor:
        account = AccountKey.DISPUTE_FEES if category in DISPUTES else AccountKey.STRIPE_FEES
        fee_id = _post(session, transaction, "fee", account, transaction.fee * -1, now)
    if category in PRINCIPALS:
        return None
    if not transaction.gross.amount_minor:
        return fee_id if transaction.fee.amount_minor else None
    account = OWN_ACCOUNTS.get(category, AccountKey.SUSPENSE)
    return _post(session, transaction, "gross", account, transaction.gross, now)


def post_at_bank(
    session: Session, payout_id: str, amount: Money, booked_on: date, *, actor: str, now: datetime
) -> UUID:
    """The bank's statement shows a payout: it is in the bank, no longer in transit."""
    lines = (Line(AccountKey.BANK, amount), Line(AccountKey.PAYOUTS_IN_TRANSIT, amount * -1))
    taken_back = select(func.count(JournalEntry.id)).where(
        JournalEntry.source_type == SourceType.PAYOUT,
        JournalEntry.source_id == payout_id,
        JournalEntry.reverses_id.is_not(None),
    )
    times = session.scalar(taken_back) or 0
    leg = f"{AT_BANK}:{times + 1}" if times else AT_BANK
    entry = Entry(Source(SourceType.PAYOUT, payout_id, leg), booked_on, lines, actor, "payout seen at the bank")
    return post(session, entry, now=now)


def take_back_at_bank(session: Session, payout_id: str, *, actor: str, reason: str, now: datetime) -> None:
    """The line was another payout's after all: every posting of this one at the bank that still stands is reversed."""
    reversals = select(JournalEntry.reverses_id).where(JournalEntry.reverses_id.is_not(None))
    standing = select(JournalEntry.id).where(
        JournalEntry.source_type == SourceType.PAYOUT,
        JournalEntry.source_id == payout_id,
        JournalEntry.reverses_id.is_(None),
        JournalEntry.id.not_in(reversals.where(JournalEntry.source_id == payout_id)),
    )
    for entry_id in session.scalars(standing).all():
        reverse(session, entry_id, actor=actor, reason=reason, now=now)


def _post(
    session: Session, transaction: TransactionState, leg: str, account: AccountKey, moved: Money, now: datetime
) -> UUID:
    """The clearing account by what moved in Stripe's balance, and the other account by the opposite."""
    entry = Entry(
        source=Source(SourceType.BALANCE_TRANSACTION, transaction.stripe_transaction_id, leg),
        effective_on=transaction.created_at.date(),
        lines=(Line(AccountKey.STRIPE_CLEARING, moved), Line(account, moved * -1)),
        actor=ACTOR,
        reason=f"Stripe: {transaction.reporting_category}"[:200],
    )
    return post(session, entry, now=now)
