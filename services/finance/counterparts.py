"""Which entry of ours a balance transaction tells of, and which journey to ask where there is none."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
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

LEGS = {REFUND: REFUNDED, REFUND_FAILURE: FAILED, DISPUTE: OPENED, DISPUTE_REVERSAL: WON}


def find_counterpart(session: Session, transaction: BalanceTransaction) -> UUID | None:
    """Our entry for the gross of a balance transaction, if it was posted."""
    source = _source(session, transaction)
    return find_entry(session, source) if source else None


def link_entry(session: Session, transaction: BalanceTransaction, entry_id: UUID, *, actor: str, now: datetime) -> None:
    """Say that a transaction tells of an entry; what was in suspense because Stripe lacked it is taken back."""
    transaction.entry_id = entry_id
    session.flush()
    kind, subject = DiscrepancyKind.MISSING_AT_STRIPE, to_public(Prefix.ENTRY, entry_id)
    take_back_suspense(session, kind, subject, actor=actor, reason="Stripe knows of it after all", now=now)


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
        return dispute_source(dispute_id, LEGS[category]) if dispute_id else None
    return None
