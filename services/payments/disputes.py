"""Disputes: a payer's bank asks for the money back, and decides months later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.ids import Prefix, new_id, to_public
from services.payments.gateway import DisputeProgress, DisputeState
from services.payments.models import Dispute, DisputeStatus
from services.payments.received import StoredPayment

_STATUS = {
    DisputeProgress.INQUIRY: DisputeStatus.INQUIRY,
    DisputeProgress.OPEN: DisputeStatus.OPEN,
    DisputeProgress.WON: DisputeStatus.WON,
    DisputeProgress.LOST: DisputeStatus.LOST,
}
UNDECIDED = (DisputeStatus.INQUIRY, DisputeStatus.OPEN)


@dataclass(frozen=True)
class StoredDispute:
    """A dispute as it now is with us, and whether that is news."""

    id: UUID
    status: DisputeStatus
    is_news: bool

    @property
    def is_decided(self) -> bool:
        return self.status not in UNDECIDED

    @property
    def reference(self) -> str:
        return to_public(Prefix.DISPUTE, self.id)


def store_dispute(
    session: Session, payment: StoredPayment, state: DisputeState, *, actor: str, now: datetime
) -> StoredDispute:
    """Keep what Stripe says of a dispute.

    The caller holds the booking's lock, and asked Stripe after the last turn that we know of.
    """
    status = _STATUS[state.progress]
    dispute = session.scalars(select(Dispute).where(Dispute.stripe_dispute_id == state.stripe_dispute_id)).one_or_none()
    if dispute is not None and dispute.status is status:
        return StoredDispute(dispute.id, status, is_news=False)
    before = dispute.status.value if dispute is not None else None
    dispute = dispute or _opened(session, payment, state, now)
    dispute.status, dispute.updated_at = status, now
    dispute.amount_minor = state.amount.amount_minor
    dispute.settled_at = None if status in UNDECIDED else now
    session.flush()
    record(session, Change(actor, "dispute.moved", "dispute", dispute.id, {"from": before, "to": status.value}), at=now)
    return StoredDispute(dispute.id, status, is_news=True)


def find_status(session: Session, stripe_dispute_id: str) -> DisputeStatus | None:
    """How a dispute stands with us; None where we do not know it."""
    return session.scalar(select(Dispute.status).where(Dispute.stripe_dispute_id == stripe_dispute_id))


def list_undecided(session: Session) -> list[str]:
    """Stripe's ids of the disputes that a bank has still to decide."""
    return list(session.scalars(select(Dispute.stripe_dispute_id).where(Dispute.status.in_(UNDECIDED))))


def _opened(session: Session, payment: StoredPayment, state: DisputeState, now: datetime) -> Dispute:
    dispute = Dispute(
        id=new_id(),
        payment_id=payment.id,
        stripe_dispute_id=state.stripe_dispute_id,
        amount_minor=state.amount.amount_minor,
        currency=state.amount.currency,
        reason=state.reason[:60],
        opened_at=state.opened_at,
        created_at=now,
    )
    session.add(dispute)
    return dispute
