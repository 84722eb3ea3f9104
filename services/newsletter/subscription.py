"""Signing up, and the one row that everything about a subscription is decided under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session, selectinload

from services.database.writes import insert_once
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import new_id
from services.newsletter.links import Links
from services.newsletter.models import LeaveLink, SignUpRequest, Subscription, SubscriptionTopic
from services.newsletter.topics import require_known
from services.newsletter.words import SubscriptionStatus
from services.suppression.register import find_suppressed_at
from services.tokens import Keyring


@dataclass(frozen=True)
class SignUp:
    """What a visitor typed and ticked, and where."""

    email: str
    name: str | None
    topics: list[str]
    wording_id: UUID
    form_id: str
    page_origin: str | None


@dataclass(frozen=True)
class Changed:
    """A subscription that the audience must be told about."""

    subscription_id: UUID
    version: int


def request_sign_up(session: Session, sign_up: SignUp, *, keyring: Keyring, now: datetime, pointer: str = "") -> None:
    """Note that somebody asked; whether the address is known is looked up later, by the worker.

    Does one and the same thing for every address. Raises InvalidFields, its pointers beginning with `pointer`.
    """
    topics = list(dict.fromkeys(sign_up.topics))
    require_known(session, topics, sign_up.wording_id, pointer=pointer)
    request = SignUpRequest(
        id=new_id(),
        email=sign_up.email.casefold(),
        address_hash=keyring.address_hash(sign_up.email),
        name=sign_up.name,
        topics=topics,
        wording_id=sign_up.wording_id,
        form_id=sign_up.form_id,
        page_origin=sign_up.page_origin,
        requested_at=now,
    )
    session.add(request)
    queue(session, EffectKind.HANDLE_SIGN_UP, str(request.id), now=now)


def waiting_sign_ups(session: Session, address_hash: str) -> list[SignUpRequest]:
    """Sign-ups that are not dealt with yet, oldest first."""
    return list(
        session.scalars(
            select(SignUpRequest)
            .where(SignUpRequest.address_hash == address_hash, SignUpRequest.handled_at.is_(None))
            .order_by(SignUpRequest.requested_at, SignUpRequest.id)
            .execution_options(populate_existing=True)
        )
    )


def lock_known_or_new(session: Session, *, email: str, address_hash: str, now: datetime) -> Subscription:
    """The address's subscription, locked; a new one is pending."""
    insert_once(
        session,
        Subscription,
        id=new_id(),
        email=email,
        address_hash=address_hash,
        status=SubscriptionStatus.PENDING,
        version=1,
        pushed_version=0,
        created_at=now,
        updated_at=now,
    )
    found = find_and_lock(session, Subscription.address_hash == address_hash)
    if found is None:
        raise LookupError("the address belongs to a subscription with another hash: has the pepper changed?")
    return found


def find_and_lock(session: Session, which: ColumnElement[bool]) -> Subscription | None:
    """A subscription with its topics, as they are now; every change to either is made under this lock."""
    return session.scalars(
        _with_topics(which).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()


def find_subscription(session: Session, which: ColumnElement[bool]) -> Subscription | None:
    """The same for reading."""
    return session.scalars(_with_topics(which)).one_or_none()


def is_subscribed(session: Session, subscription: Subscription) -> bool:
    """Whether mail may go there: a suppression outweighs whatever the row says."""
    return (
        subscription.status is SubscriptionStatus.SUBSCRIBED
        and find_suppressed_at(session, subscription.address_hash) is None
    )


def topics_of(subscription: Subscription) -> set[str]:
    return {topic.topic_slug for topic in subscription.topics}


def set_topics(subscription: Subscription, wanted: Iterable[str]) -> None:
    """Have the person read exactly these."""
    slugs = set(wanted)
    kept = [topic for topic in subscription.topics if topic.topic_slug in slugs]
    added = sorted(slugs - topics_of(subscription))
    subscription.topics = [*kept, *(SubscriptionTopic(topic_slug=slug) for slug in added)]


def mark_changed(subscription: Subscription, *, now: datetime) -> Changed:
    subscription.version += 1
    subscription.updated_at = now
    return Changed(subscription.id, subscription.version)


def keep_leave_link(session: Session, links: Links, subscription_id: UUID) -> str:
    """The subscription's leave link, which answers from now on and for ever; a new secret key makes a new link."""
    insert_once(session, LeaveLink, id_sha256=links.leave_id_sha256(subscription_id), subscription_id=subscription_id)
    return links.leave(subscription_id)


def _with_topics(which: ColumnElement[bool]) -> Select[Subscription]:
    return select(Subscription).where(which).options(selectinload(Subscription.topics))
