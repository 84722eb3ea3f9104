"""Which entry of ours a balance transaction tells of, and which journey to ask where there is none."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session

from services.effects.kinds import EffectKind
from services.finance.models import BalanceTransaction
from services.finance.overtaken import take_back_suspense
from services.finance.postings import CHARGE, DISPUTE, DISPUTE_REVERSAL, REFUND, REFUND_FAILURE
from services.finance.words import DiscrepancyKind
from services.ids import Prefix, to_public
from services.ledger.chart import AccountKey
from services.ledger.journal import Source, find_entry
from services.ledger.models import JournalLine
from services.ledger.standing import nth
from services.ledger.words import SourceType
from services.money import Money
from services.payments.models import Dispute, Payment, Refund
from services.payments.postings import FAILED, OPENED, REFUNDED, WON, dispute_source, payment_source, refund_source

JOURNEYS = {
    CHARGE: EffectKind.SETTLE_CHARGE,
    REFUND: EffectKind.SETTLE_REFUND,
    REFUND_FAILURE: EffectKind.SETTLE_REFUND,
    DISPUTE: EffectKind.SETTLE_DISPUTE,
    DISPUTE_REVERSAL: EffectKind.SETTLE_DISPUTE,
}
"""The effect that has a journey read the source of such a transaction at Stripe, and post it."""

FROM_JOURNEYS = (SourceType.PAYMENT, SourceType.REFUND, SourceType.DISPUTE)
"""Sources of the entries that a balance transaction's gross may tell of."""

LEGS = {REFUND: REFUNDED, REFUND_FAILURE: FAILED, DISPUTE: OPENED, DISPUTE_REVERSAL: WON}


def find_counterpart(session: Session, transaction: BalanceTransaction) -> UUID | None:
    """Our entry for the gross of a balance transaction, if it was posted and no other transaction tells of it."""
    source = _source(session, transaction)
    entry_id = find_entry(session, source) if source else None
    return entry_id if entry_id is not None and not is_told_of(session, entry_id) else None


def is_told_of(session: Session, entry_id: UUID) -> bool:
    """Whether a balance transaction tells of this entry: no second one may."""
    telling = select(BalanceTransaction.id).where(BalanceTransaction.entry_id == entry_id)
    return session.scalar(telling.limit(1)) is not None


def is_unposted() -> ColumnElement[bool]:
    """Of balance transactions whose gross our journal does not know; a gross of nothing needs no entry."""
    return and_(BalanceTransaction.entry_id.is_(None), BalanceTransaction.gross_minor != 0)


def link_entry(session: Session, transaction: BalanceTransaction, entry_id: UUID, *, actor: str, now: datetime) -> None:
    """Say that a transaction tells of an entry; what was in suspense because either lacked the other is taken back."""
    transaction.entry_id = entry_id
    session.flush()
    for kind, subject, reason in (
        (DiscrepancyKind.MISSING_AT_STRIPE, to_public(Prefix.ENTRY, entry_id), "Stripe knows of it after all"),
        (DiscrepancyKind.MISSING_HERE, transaction.id, "our journal knows of it after all"),
    ):
        take_back_suspense(session, kind, subject, actor=actor, reason=reason, now=now)


def settling(transaction: BalanceTransaction) -> tuple[EffectKind, str] | None:
    """The effect that settles a transaction we do not know yet: its kind, and a subject of its own."""
    kind = JOURNEYS.get(transaction.reporting_category)
    return (kind, f"{transaction.source_id}:{transaction.id}") if kind and transaction.source_id else None


def cleared_by(session: Session, entry_id: UUID, currency: str) -> int:
    """What an entry moved in the clearing account, in minor units."""
    moved = select(func.coalesce(func.sum(JournalLine.amount_minor), 0)).where(
        JournalLine.entry_id == entry_id,
        JournalLine.account == AccountKey.STRIPE_CLEARING,
        JournalLine.currency == currency,
    )
    return int(session.scalar(moved) or 0)


def differences(session: Session, transaction: BalanceTransaction) -> list[Money]:
    """What the clearing account lacks of a transaction, beside what its entry moved; empty where the two agree.

    Two amounts where Stripe settled in another currency than we posted: one is lacking, the other too much.
    """
    moved = select(JournalLine.currency, func.sum(JournalLine.amount_minor)).where(
        JournalLine.entry_id == transaction.entry_id, JournalLine.account == AccountKey.STRIPE_CLEARING
    )
    lacking = Counter({transaction.currency: transaction.gross_minor})
    for currency, amount in session.execute(moved.group_by(JournalLine.currency)):
        lacking[currency] -= int(amount)
    return [Money(amount, currency) for currency, amount in sorted(lacking.items()) if amount]


def _source(session: Session, transaction: BalanceTransaction) -> Source | None:
    category, source_id = transaction.reporting_category, transaction.source_id
    if source_id is None:
        return None
    if category == CHARGE:
        payment_id = session.scalar(select(Payment.id).where(Payment.stripe_charge_id == source_id))
        return payment_source(payment_id) if payment_id else None
    if category in (REFUND, REFUND_FAILURE):
        refund_id = session.scalar(select(Refund.id).where(Refund.stripe_refund_id == source_id))
        return refund_source(refund_id, LEGS[category]) if refund_id else None
    if category in (DISPUTE, DISPUTE_REVERSAL):
        dispute_id = session.scalar(select(Dispute.id).where(Dispute.stripe_dispute_id == source_id))
        return dispute_source(dispute_id, nth(LEGS[category], _number(session, transaction))) if dispute_id else None
    return None


def _number(session: Session, transaction: BalanceTransaction) -> int:
    """Which of its source's movements of this category it is: a dispute may take its money more than once."""
    own = (transaction.created_at, transaction.id)
    earlier = select(func.count(BalanceTransaction.id)).where(
        BalanceTransaction.source_id == transaction.source_id,
        BalanceTransaction.reporting_category == transaction.reporting_category,
        BalanceTransaction.gross_minor != 0,
        tuple_(BalanceTransaction.created_at, BalanceTransaction.id) < own,
    )
    return 1 + (session.scalar(earlier) or 0)
