"""What was typed for the newsletter and never confirmed is kept a week."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, literal, select
from sqlalchemy.orm import Session

from services.database import Base
from services.mail.models import Letter, LetterKind
from services.mail.outbox import OPEN_STATES
from services.newsletter.asking import LINK_LIVES
from services.newsletter.models import AddressRequest, Confirmation, SignUpRequest, Subscription

KEPT = timedelta(days=7)


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return any(session.scalar(select(literal(True)).where(old).limit(1)) for _, old in _old(now))


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what was dealt with a week ago, questions mailed included, and the row of whoever never said yes.

    A sign-up that waits for a cap on letters stays until it has had its letter. The record of what was asked stays too:
    it knows the address by its keyed hash alone.
    """
    for table, old in _old(now):
        session.connection().execute(delete(table).where(old))


def _old(now: datetime) -> Iterator[tuple[type[Base], ColumnElement[bool]]]:
    """Tables, and what is old in each; those that point at others come first."""
    week_ago = now - KEPT
    yield AddressRequest, and_(AddressRequest.handled_at.is_not(None), AddressRequest.requested_at <= week_ago)
    yield SignUpRequest, and_(SignUpRequest.handled_at.is_not(None), SignUpRequest.requested_at <= week_ago)
    asked = and_(Letter.kind == LetterKind.NEWSLETTER_CONFIRM, Letter.state.not_in(OPEN_STATES))
    yield Letter, and_(asked, Letter.created_at <= week_ago)
    yield Confirmation, Confirmation.expires_at <= week_ago + LINK_LIVES
    yield (
        Subscription,
        and_(
            Subscription.confirmed_at.is_(None),
            Subscription.created_at <= week_ago,
            ~exists().where(Confirmation.subscription_id == Subscription.id),
            ~exists().where(SignUpRequest.address_hash == Subscription.address_hash),
        ),
    )
