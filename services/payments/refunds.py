"""Refunds: money given back, decided in one transaction and sent to Stripe after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import Prefix, new_id, to_public
from services.money import Money
from services.payments.gateway import RefundProgress, RefundState
from services.payments.models import Refund, RefundReason, RefundStatus
from services.payments.received import StoredPayment, get_payment

_STATUS = {
    RefundProgress.PENDING: RefundStatus.PENDING,
    RefundProgress.SUCCEEDED: RefundStatus.SUCCEEDED,
    RefundProgress.FAILED: RefundStatus.FAILED,
}


@dataclass(frozen=True)
class StoredRefund:
    id: UUID
    payment: StoredPayment
    amount: Money
    status: RefundStatus
    created_at: datetime
    stripe_refund_id: str | None

    @property
    def reference(self) -> str:
        """Our public id, which Stripe keeps in the refund's metadata."""
        return to_public(Prefix.REFUND, self.id)

    @property
    def idempotency_key(self) -> str:
        return f"refund:{self.reference}"


def request_refund(
    session: Session, payment: StoredPayment, amount: Money, reason: RefundReason, *, actor: str, now: datetime
) -> UUID:
    """Decide a refund; the effect that sends it to Stripe is queued with it."""
    refund = Refund(
        id=new_id(),
        payment_id=payment.id,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        reason=reason,
        status=RefundStatus.REQUESTED,
        created_at=now,
    )
    session.add(refund)
    session.flush()
    facts = {"payment": to_public(Prefix.PAYMENT, payment.id), "reason": reason.value}
    record(session, Change(actor, "refund.requested", "refund", refund.id, facts), at=now)
    queue(session, EffectKind.SEND_REFUND, str(refund.id), now=now)
    return refund.id


def get_refund(session: Session, refund_id: UUID) -> StoredRefund:
    found = session.scalars(select(Refund).where(Refund.id == refund_id)).one()
    return StoredRefund(
        id=found.id,
        payment=get_payment(session, found.payment_id),
        amount=Money(found.amount_minor, found.currency),
        status=found.status,
        created_at=found.created_at,
        stripe_refund_id=found.stripe_refund_id,
    )


def find_by_stripe_id(session: Session, stripe_refund_id: str) -> UUID | None:
    return session.scalar(select(Refund.id).where(Refund.stripe_refund_id == stripe_refund_id))


def store_state(session: Session, refund_id: UUID, state: RefundState, *, actor: str, now: datetime) -> bool:
    """Keep what Stripe says of a refund; says whether that was news."""
    refund = session.scalars(select(Refund).where(Refund.id == refund_id).with_for_update()).one()
    status = _STATUS[state.progress]
    if refund.status is status and refund.stripe_refund_id == state.stripe_refund_id:
        return False
    refund.stripe_refund_id = state.stripe_refund_id
    _move(session, refund, status, actor=actor, now=now)
    return True


def mark_failed(session: Session, refund_id: UUID, *, actor: str, now: datetime) -> None:
    """Note that Stripe refused the refund outright."""
    refund = session.scalars(select(Refund).where(Refund.id == refund_id).with_for_update()).one()
    _move(session, refund, RefundStatus.FAILED, actor=actor, now=now)


def _move(session: Session, refund: Refund, status: RefundStatus, *, actor: str, now: datetime) -> None:
    facts = {"from": refund.status.value, "to": status.value}
    refund.status = status
    refund.settled_at = now if status in {RefundStatus.SUCCEEDED, RefundStatus.FAILED} else None
    record(session, Change(actor, "refund.moved", "refund", refund.id, facts), at=now)
