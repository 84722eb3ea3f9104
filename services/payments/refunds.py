"""Refunds: money given back, decided in one transaction and sent to Stripe after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.audit.log import Change, record
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import Prefix, find_uuid, new_id, to_public
from services.money import Money
from services.payments.errors import RefundExceedsPayment
from services.payments.gateway import RefundProgress, RefundState
from services.payments.models import Dispute, DisputeStatus, Refund, RefundReason, RefundStatus
from services.payments.received import StoredPayment, get_payment

_STATUS = {
    RefundProgress.PENDING: RefundStatus.PENDING,
    RefundProgress.SUCCEEDED: RefundStatus.SUCCEEDED,
    RefundProgress.FAILED: RefundStatus.FAILED,
}
ORDER = tuple(RefundStatus)
"""A refund goes forward through these, and never back; it may leave some out."""


@dataclass(frozen=True)
class StoredRefund:
    id: UUID
    payment: StoredPayment
    amount: Money
    reason: RefundReason
    note: str | None
    status: RefundStatus
    created_at: datetime
    stripe_refund_id: str | None

    @property
    def why(self) -> str:
        """What the journal says of it."""
        return self.note or f"refund: {self.reason.value}"

    @property
    def reference(self) -> str:
        """Our public id, which Stripe keeps in the refund's metadata."""
        return to_public(Prefix.REFUND, self.id)

    @property
    def idempotency_key(self) -> str:
        return f"refund:{self.reference}"


@dataclass(frozen=True)
class RefundOrder:
    """What is to be given back of a payment, and why."""

    payment: StoredPayment
    amount: Money
    reason: RefundReason
    note: str | None = None


def request_refund(
    session: Session, order: RefundOrder, *, actor: str, now: datetime, refund_id: UUID | None = None
) -> StoredRefund:
    """Decide a refund; the effect that sends it to Stripe is queued with it.

    Raises RefundExceedsPayment where refunds and disputes would come to more than was paid (I11); the caller holds the
    booking's lock.
    """
    left = left_to_refund(session, order.payment)
    if order.amount.amount_minor > left.amount_minor:
        raise RefundExceedsPayment(left)
    refund = _new_refund(order, refund_id or new_id(), now)
    session.add(refund)
    session.flush()
    facts = {"payment": to_public(Prefix.PAYMENT, order.payment.id), "reason": order.reason.value}
    record(session, Change(actor, "refund.requested", "refund", refund.id, facts), at=now)
    queue(session, EffectKind.SEND_REFUND, str(refund.id), now=now)
    return _stored(session, refund)


def adopt_refund(
    session: Session, payment: StoredPayment, state: RefundState, *, actor: str, now: datetime
) -> StoredRefund:
    """Take over a refund that was made in Stripe's dashboard, as Stripe has it."""
    order = RefundOrder(payment, state.amount, RefundReason.AT_STRIPE)
    refund = _new_refund(order, new_id(), now)
    refund.stripe_refund_id = state.stripe_refund_id
    session.add(refund)
    session.flush()
    facts = {"payment": to_public(Prefix.PAYMENT, payment.id), "reason": order.reason.value}
    record(session, Change(actor, "refund.adopted", "refund", refund.id, facts), at=now)
    return _stored(session, refund)


def left_to_refund(session: Session, payment: StoredPayment) -> Money:
    """What was paid, less refunds that did not fail and disputes that were not won."""
    refunded = select(func.coalesce(func.sum(Refund.amount_minor), 0)).where(
        Refund.payment_id == payment.id, Refund.status != RefundStatus.FAILED
    )
    disputed = select(func.coalesce(func.sum(Dispute.amount_minor), 0)).where(
        Dispute.payment_id == payment.id, Dispute.status.in_((DisputeStatus.OPEN, DisputeStatus.LOST))
    )
    gone = (session.scalar(refunded) or 0) + (session.scalar(disputed) or 0)
    return Money(max(0, payment.amount.amount_minor - gone), payment.amount.currency)


def get_refund(session: Session, refund_id: UUID) -> StoredRefund:
    return _stored(session, session.scalars(select(Refund).where(Refund.id == refund_id)).one())


def find_by_stripe_id(session: Session, stripe_refund_id: str) -> UUID | None:
    return session.scalar(select(Refund.id).where(Refund.stripe_refund_id == stripe_refund_id))


def find_by_reference(session: Session, reference: str | None) -> UUID | None:
    """The refund whose public id Stripe kept, for when Stripe's own was never stored."""
    refund_id = find_uuid(Prefix.REFUND, reference or "")
    return session.scalar(select(Refund.id).where(Refund.id == refund_id)) if refund_id else None


def store_state(session: Session, refund_id: UUID, state: RefundState, *, actor: str, now: datetime) -> bool:
    """Keep what Stripe says of a refund; says whether that was news."""
    refund = _get_locked(session, refund_id)
    status = _STATUS[state.progress]
    if refund.stripe_refund_id is not None and ORDER.index(status) <= ORDER.index(refund.status):
        return False  # known, or read before something later was kept
    refund.stripe_refund_id = state.stripe_refund_id
    _move(session, refund, status, actor=actor, now=now)
    return True


def mark_refused(session: Session, refund_id: UUID, *, actor: str, now: datetime) -> bool:
    """Note that Stripe will not make the refund; False where it has made it meanwhile."""
    refund = _get_locked(session, refund_id)
    if refund.status is not RefundStatus.REQUESTED:
        return False
    _move(session, refund, RefundStatus.FAILED, actor=actor, now=now)
    return True


def list_pending(session: Session) -> list[str]:
    """Stripe's ids of the refunds whose end is not known."""
    pending = Refund.status == RefundStatus.PENDING
    return [found for found in session.scalars(select(Refund.stripe_refund_id).where(pending)) if found is not None]


def _get_locked(session: Session, refund_id: UUID) -> Refund:
    return session.scalars(select(Refund).where(Refund.id == refund_id).with_for_update()).one()


def _new_refund(order: RefundOrder, refund_id: UUID, now: datetime) -> Refund:
    return Refund(
        id=refund_id,
        payment_id=order.payment.id,
        amount_minor=order.amount.amount_minor,
        currency=order.amount.currency,
        reason=order.reason,
        note=order.note,
        status=RefundStatus.REQUESTED,
        created_at=now,
        updated_at=now,
    )


def _stored(session: Session, refund: Refund) -> StoredRefund:
    return StoredRefund(
        id=refund.id,
        payment=get_payment(session, refund.payment_id),
        amount=Money(refund.amount_minor, refund.currency),
        reason=refund.reason,
        note=refund.note,
        status=refund.status,
        created_at=refund.created_at,
        stripe_refund_id=refund.stripe_refund_id,
    )


def _move(session: Session, refund: Refund, status: RefundStatus, *, actor: str, now: datetime) -> None:
    facts = {"from": refund.status.value, "to": status.value}
    refund.status, refund.updated_at = status, now
    refund.settled_at = now if status in {RefundStatus.SUCCEEDED, RefundStatus.FAILED} else None
    record(session, Change(actor, "refund.moved", "refund", refund.id, facts), at=now)
