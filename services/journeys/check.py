"""The promises, checked from inside the database: run after every fault and load test, and by `setlist check`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.attention.models import AttentionItem
from services.audit.models import AuditEntry
from services.bookings.models import Booking, Enrolment
from services.bookings.moves import TAKES_PLACES
from services.bookings.words import BookingStatus
from services.database import Database
from services.ids import Prefix, to_public
from services.journeys.broken import Broken
from services.journeys.check_money import i4_balanced, i5_cleared, i6_paid_out, i11_never_more
from services.newsletter.consent import find_broken_chains
from services.payments.models import Payment, Refund, RefundReason, RefundStatus, StripeEvent
from services.requests.models import IdempotentRequest
from services.sets.models import LearningSet
from services.sets.words import PaymentMethod

SETTLED_WITHIN = timedelta(minutes=15)


def check_invariants(database: Database, *, now: datetime) -> list[Broken]:
    """Every promise that this database alone can show to be broken."""
    with database.reading() as session:
        return [broken for check in CHECKS for broken in check(session, now)]


def _i1_places(session: Session, _now: datetime) -> Iterator[Broken]:
    """Places that bookings take are the places counted on the set, and no more than its capacity."""
    held = (
        select(Booking.learning_set_id, func.sum(Booking.places).label("places"))
        .where(Booking.status.in_(TAKES_PLACES))
        .group_by(Booking.learning_set_id)
        .subquery()
    )
    places = func.coalesce(held.c.places, 0)
    query = (
        select(LearningSet.id, places.label("places"), LearningSet.taken, LearningSet.capacity)
        .outerjoin(held, held.c.learning_set_id == LearningSet.id)
        .where(or_(places != LearningSet.taken, places > LearningSet.capacity))
    )
    for row in session.execute(query):
        yield Broken("I1", f"{to_public(Prefix.SET, row.id)}: {row.places} held, {row.taken} counted of {row.capacity}")
    people = select(Booking.id).where(
        Booking.places != select(func.count(Enrolment.id)).where(Enrolment.booking_id == Booking.id).scalar_subquery()
    )
    for booking_id in session.scalars(people):
        yield Broken("I1", f"{to_public(Prefix.BOOKING, booking_id)}: places and enrolments differ")


def _i2_allocated(session: Session, now: datetime) -> Iterator[Broken]:
    """Fifteen minutes on, events are applied, and all that was paid is a live booking's, refunded, or with staff."""
    late = now - SETTLED_WITHIN
    waiting = select(StripeEvent.id).where(StripeEvent.applied_at.is_(None), StripeEvent.received_at < late)
    for event_id in session.scalars(waiting):
        yield Broken("I2", f"{event_id}: not applied")
    with_staff = set(session.scalars(select(AttentionItem.subject).where(AttentionItem.closed_at.is_(None))))
    for account in _accounts(session):
        owed, kept = account.total_minor if account.is_confirmed else 0, account.paid - account.refunded
        if (
            not owed - account.given_up <= kept <= owed
            and account.last_paid_at < late
            and not account.references & with_staff
        ):
            reference = to_public(Prefix.BOOKING, account.booking_id)
            yield Broken("I2", f"{reference}: paid {account.paid}, refunded {account.refunded}, owed {owed}")


def _i3_charged(session: Session, _now: datetime) -> Iterator[Broken]:
    """No booking is confirmed by card without its money, and no more is given back than was charged."""
    refunded = (
        select(func.coalesce(func.sum(Refund.amount_minor), 0))
        .where(Refund.payment_id == Payment.id, Refund.status != RefundStatus.FAILED)
        .scalar_subquery()
    )
    for payment_id in session.scalars(select(Payment.id).where(refunded > Payment.amount_minor)):
        yield Broken("I3", f"{to_public(Prefix.PAYMENT, payment_id)}: more refunded than charged")
    unpaid = (
        select(Booking.id)
        .where(Booking.status == BookingStatus.CONFIRMED, Booking.payment_method == PaymentMethod.CARD)
        .where(~select(Payment.id).where(Payment.booking_id == Booking.id).exists())
    )
    for booking_id in session.scalars(unpaid):
        yield Broken("I3", f"{to_public(Prefix.BOOKING, booking_id)}: confirmed by card and never paid")


def _i9_one_answer(session: Session, _now: datetime) -> Iterator[Broken]:
    """A finished request made what its answer names, and no two requests made the same."""
    for request in session.scalars(select(IdempotentRequest).where(IdempotentRequest.finished_at.is_not(None))):
        if request.result is None or request.result.get("id") != str(request.subject_id):
            yield Broken("I9", f"request for {request.subject_id}: its answer is about something else")
    twice = select(IdempotentRequest.subject_id).group_by(IdempotentRequest.subject_id).having(func.count() > 1)
    for subject_id in session.scalars(twice):
        yield Broken("I9", f"{subject_id}: made by two requests")
    made = select(IdempotentRequest.subject_id).where(
        ~select(Booking.id).where(Booking.id == IdempotentRequest.subject_id).exists(),
        ~select(Refund.id).where(Refund.id == IdempotentRequest.subject_id).exists(),
    )
    for subject_id in session.scalars(made):
        yield Broken("I9", f"{subject_id}: the request stands and what it made does not")


def _i10_audited(session: Session, _now: datetime) -> Iterator[Broken]:
    """The status of a booking, and of a refund that has moved, is what its last audit row says."""
    audited = _last_audited(session, "booking.moved")
    for booking_id, status in session.execute(select(Booking.id, Booking.status)):
        if audited.get(booking_id) != status.value:
            yield _unaudited(to_public(Prefix.BOOKING, booking_id), status, audited.get(booking_id))
    audited = _last_audited(session, "refund.moved")
    for refund_id, moved_to in session.execute(select(Refund.id, Refund.status)):
        if audited.get(refund_id, RefundStatus.REQUESTED) != moved_to.value:
            yield _unaudited(to_public(Prefix.REFUND, refund_id), moved_to, audited.get(refund_id))


def _unaudited(subject: str, status: StrEnum, audited: str | None) -> Broken:
    return Broken("I10", f"{subject}: {status} and last audited {audited}")


def _last_audited(session: Session, action: str) -> dict[UUID, str]:
    """What each subject became by its last move."""
    moves = select(AuditEntry.subject_id, AuditEntry.facts).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return {subject_id: facts["to"] for subject_id, facts in session.execute(moves)}


def _consent_chains(session: Session, _now: datetime) -> Iterator[Broken]:
    """Each subscription's consent records form one unbroken chain."""
    for subscription_id in find_broken_chains(session):
        yield Broken("consent", f"{subscription_id}: its chain of consent records is broken")


@dataclass(frozen=True)
class _Account:
    """A paid booking's money, in minor units."""

    booking_id: UUID
    is_confirmed: bool
    total_minor: int
    paid: int
    refunded: int
    given_up: int
    """Of what is refunded: by staff's decision, here or in Stripe's dashboard, of a booking that stays as it is."""
    last_paid_at: datetime
    references: set[str]
    """Public ids of its payments and refunds, by which staff may have it before them."""


def _accounts(session: Session) -> Iterator[_Account]:
    payments = select(Payment, Booking).join(Booking, Booking.id == Payment.booking_id).order_by(Booking.id)
    for booking, rows in groupby(session.execute(payments), key=lambda row: row.Booking):
        taken = [row.Payment for row in rows]
        ids = [payment.id for payment in taken]
        given_back = session.scalars(select(Refund).where(Refund.payment_id.in_(ids))).all()
        standing = [refund for refund in given_back if refund.status is not RefundStatus.FAILED]
        yield _Account(
            booking_id=booking.id,
            is_confirmed=booking.status is BookingStatus.CONFIRMED,
            total_minor=booking.total_minor,
            paid=sum(payment.amount_minor for payment in taken),
            refunded=sum(refund.amount_minor for refund in standing),
            given_up=sum(refund.amount_minor for refund in standing if refund.reason in BY_STAFF),
            last_paid_at=max(payment.created_at for payment in taken),
            references={to_public(Prefix.PAYMENT, payment_id) for payment_id in ids}
            | {to_public(Prefix.REFUND, refund.id) for refund in given_back},
        )


BY_STAFF = (RefundReason.STAFF, RefundReason.AT_STRIPE)

CHECKS: tuple[Callable[[Session, datetime], Iterator[Broken]], ...] = (
    _i1_places,
    _i2_allocated,
    _i3_charged,
    _i9_one_answer,
    _i10_audited,
    _consent_chains,
    i4_balanced,
    i5_cleared,
    i6_paid_out,
    i11_never_more,
)
