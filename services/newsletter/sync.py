"""Telling the audience what is true here: one push a subscription at a time, of what is true just before the call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.clock import Clock
from services.database import Database
from services.newsletter.audience import Audience, AudienceMember, MemberStatus
from services.newsletter.errors import AudienceRefused, AudienceUnavailable, PushUnderWay, RefusalReason
from services.newsletter.links import Links
from services.newsletter.models import Subscription
from services.newsletter.subscription import find_and_lock, is_subscribed, keep_leave_link, topics_of
from services.newsletter.topics import list_topics

LEASE = timedelta(minutes=5)
"""Longer than the eight calls that a push may take, each but a moment short of the audience's time-out."""


class Outcome(StrEnum):
    """What the audience made of a push."""

    TAKEN = "taken"
    ASKED = "asked"
    """Taken as `pending`: the audience asks the person itself."""
    REFUSED = "refused"


@dataclass(frozen=True)
class _Push:
    """One worker's right to tell the audience, and what to tell it."""

    subscription_id: UUID
    version: int
    lease_until: datetime
    member: AudienceMember
    may_ask: bool
    """Whether the audience may be had to ask the person, where it refuses to take them back."""


def push_subscription(
    database: Database, audience: Audience, clock: Clock, links: Links, subscription_id: UUID
) -> None:
    """Tell the audience about a subscription, again where it changes meanwhile, until it knows the latest.

    Raises AudienceUnavailable and PushUnderWay: try again later.
    """
    while push := _begin(database, links, subscription_id, now=clock.now()):
        try:
            outcome = _tell(audience, push)
        except AudienceUnavailable:
            _give_back(database, push)
            raise
        _finish(database, push, outcome, now=clock.now())


def _begin(database: Database, links: Links, subscription_id: UUID, *, now: datetime) -> _Push | None:
    """Take the lease; None where the audience knows all it shall know.

    Who never confirmed is unknown to it, and stays so: `pending` there would make it send an opt-in letter of its own.
    """
    with database.writing() as session:
        subscription = find_and_lock(session, Subscription.id == subscription_id)
        if subscription is None or subscription.confirmed_at is None:
            return None
        if subscription.pushed_version >= subscription.version:
            return None
        if subscription.push_lease_until is not None and subscription.push_lease_until > now:
            raise PushUnderWay
        subscription.push_lease_until = now + LEASE
        return _push_of(session, subscription, links, lease_until=now + LEASE)


def _push_of(session: Session, subscription: Subscription, links: Links, *, lease_until: datetime) -> _Push:
    subscribed = is_subscribed(session, subscription)
    reads = topics_of(subscription) if subscribed else set()
    member = AudienceMember(
        email=subscription.email,
        status=MemberStatus.SUBSCRIBED if subscribed else MemberStatus.UNSUBSCRIBED,
        topics=tuple(sorted(reads)),
        other_topics=tuple(topic.slug for topic in list_topics(session) if topic.slug not in reads),
        leave_url=keep_leave_link(session, links, subscription.id),
        preferences_url=links.preference_form,
        name=subscription.name,
    )
    return _Push(
        subscription_id=subscription.id,
        version=subscription.version,
        lease_until=lease_until,
        member=member,
        may_ask=subscribed and subscription.asked_by_mailchimp_at is None,
    )


def _tell(audience: Audience, push: _Push) -> Outcome:
    """Once as it is; once as `pending`, where only the person can bring themselves back."""
    try:
        audience.push_member(push.member)
        return Outcome.TAKEN
    except AudienceRefused as refusal:
        if refusal.reason is not RefusalReason.COMPLIANCE_STATE or not push.may_ask:
            return Outcome.REFUSED
    try:
        audience.push_member(replace(push.member, status=MemberStatus.PENDING))
        return Outcome.ASKED
    except AudienceRefused:
        return Outcome.REFUSED


def _finish(database: Database, push: _Push, outcome: Outcome, *, now: datetime) -> None:
    """Note what the audience knows now, and end the lease; unless it lapsed, and the push is another's."""
    with database.writing() as session:
        subscription = _find_leased(session, push)
        if subscription is None:
            return
        subscription.pushed_version = push.version
        subscription.push_lease_until = None
        if outcome is Outcome.ASKED:
            subscription.asked_by_mailchimp_at = now
        if outcome is Outcome.REFUSED:
            open_item(session, AttentionKind.MAILCHIMP_REFUSED, str(push.subscription_id), now=now)


def _give_back(database: Database, push: _Push) -> None:
    with database.writing() as session:
        subscription = _find_leased(session, push)
        if subscription is not None:
            subscription.push_lease_until = None


def _find_leased(session: Session, push: _Push) -> Subscription | None:
    subscription = find_and_lock(session, Subscription.id == push.subscription_id)
    return subscription if subscription is not None and subscription.push_lease_until == push.lease_until else None
