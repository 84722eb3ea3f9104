"""What only Stripe and the bank can tell, told to the journal: fees, payouts, and whatever we do not know."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.ledger.chart import AccountKey
from services.ledger.journal import Entry, Line, Source, post
from services.ledger.standing import post_standing, take_back
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
AT_BANK, RETURNED = "at_bank", "returned"


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
    lines = _into_bank(amount)
    entry = Entry(_of_payout(payout_id, AT_BANK), booked_on, lines, actor, "payout seen at the bank")
    return post_standing(session, entry, now=now)


def post_returned(
    session: Session, payout_id: str, amount: Money, booked_on: date, *, actor: str, now: datetime
) -> UUID:
    """The bank's statement shows a payout sent back, by the opposite amount: it is in transit to Stripe."""
    lines = _into_bank(amount)
    entry = Entry(_of_payout(payout_id, RETURNED), booked_on, lines, actor, "payout sent back by the bank")
    return post_standing(session, entry, now=now)


def take_back_at_bank(session: Session, payout_id: str, *, actor: str, reason: str, now: datetime) -> None:
    """The line was another payout's after all: the posting of this one at the bank is reversed, as of its own day."""
    take_back(session, _of_payout(payout_id, AT_BANK), actor=actor, reason=reason, now=now)


def take_back_returned(session: Session, payout_id: str, *, actor: str, reason: str, now: datetime) -> None:
    """The line did not send this payout back after all."""
    take_back(session, _of_payout(payout_id, RETURNED), actor=actor, reason=reason, now=now)


def _of_payout(payout_id: str, leg: str) -> Source:
    return Source(SourceType.PAYOUT, payout_id, leg)


def _into_bank(amount: Money) -> tuple[Line, ...]:
    return Line(AccountKey.BANK, amount), Line(AccountKey.PAYOUTS_IN_TRANSIT, amount * -1)


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
