"""The person's own yes: the one thing that makes somebody a subscriber, or lifts a suppression."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.audit import log as audit
from services.mail.letters import NewsletterWelcome
from services.mail.outbox import LetterToQueue, queue_letter
from services.newsletter import consent
from services.newsletter.asking import end_pause_between_letters, evidence_of
from services.newsletter.errors import ConfirmationLinkExpired
from services.newsletter.leaving import TYPED, stop_topics
from services.newsletter.links import Links, preference_token
from services.newsletter.models import Confirmation, Subscription
from services.newsletter.subscription import (
    Changed,
    find_and_lock,
    keep_leave_link,
    mark_changed,
    set_topics,
    topics_of,
)
from services.newsletter.topics import TopicView, get_wording, list_topics
from services.newsletter.words import ConsentAction, SubscriptionStatus
from services.suppression.register import find_suppressed_at, lift
from services.tokens import sha256_hex


@dataclass(frozen=True)
class Confirmed:
    """The answer to whoever confirmed, the same for as long as the link lives."""

    topics: list[TopicView]
    preferences_token: str
    changed: Changed | None
    """None where it had been confirmed before."""


def confirm(session: Session, token: str, *, links: Links, now: datetime) -> Confirmed:
    """Subscribe whoever was mailed this token; done again, it changes nothing and answers the same.

    Raises ConfirmationLinkExpired: older than 48 hours, overtaken by a leave, or never made.
    """
    confirmation = session.scalars(
        select(Confirmation).where(Confirmation.token_sha256 == sha256_hex(token)).with_for_update()
    ).one_or_none()
    if confirmation is None or confirmation.expires_at <= now:
        raise ConfirmationLinkExpired
    changed = None
    if confirmation.used_at is None:
        changed = _subscribe(session, confirmation, links, now)
        confirmation.used_at = now
    return Confirmed(
        topics=_views(session, confirmation.topics),
        preferences_token=preference_token(links.keyring, confirmation.subscription_id, mailed_at=confirmation.used_at),
        changed=changed,
    )


def _subscribe(session: Session, confirmation: Confirmation, links: Links, now: datetime) -> Changed:
    subscription = find_and_lock(session, Subscription.id == confirmation.subscription_id)
    if subscription is None:
        raise ConfirmationLinkExpired
    _open_epoch(session, subscription, confirmation, now)
    set_topics(subscription, {*topics_of(subscription), *confirmation.topics})
    subscription.status = SubscriptionStatus.SUBSCRIBED
    subscription.name = confirmation.name or subscription.name
    subscription.confirmed_at = now
    subscription.asked_by_mailchimp_at = None
    evidence = evidence_of(session, confirmation, actor="subscriber")
    consent.record(session, subscription, ConsentAction.CONFIRMED, confirmation.topics, evidence, at=now)
    facts = {"topics": confirmation.topics}
    audit.record(
        session, audit.Change("subscriber", "newsletter.confirmed", "subscription", subscription.id, facts), at=now
    )
    end_pause_between_letters(session, subscription.address_hash, now=now)
    _welcome(session, subscription, confirmation, links, now)
    return mark_changed(subscription, now=now)


def _open_epoch(session: Session, subscription: Subscription, confirmation: Confirmation, now: datetime) -> None:
    """Lift a suppression that is older than the opt-in, and carry out a leave that the worker has not come to yet.

    The suppression wins ties. What the person has said no to since they asked is no longer confirmed.
    """
    left_at = find_suppressed_at(session, subscription.address_hash)
    if left_at is not None and left_at >= confirmation.requested_at:
        raise ConfirmationLinkExpired
    topics = consent.still_asked(session, subscription.id, confirmation.topics, since=confirmation.requested_at)
    if not topics:
        raise ConfirmationLinkExpired
    confirmation.topics = topics
    if left_at is not None:
        stop_topics(session, subscription, TYPED, at=left_at)
        lift(session, subscription.address_hash, opt_in_started_at=confirmation.requested_at, now=now)


def _views(session: Session, slugs: list[str]) -> list[TopicView]:
    return [topic for topic in list_topics(session) if topic.slug in slugs]


def _welcome(
    session: Session, subscription: Subscription, confirmation: Confirmation, links: Links, now: datetime
) -> None:
    """The consent receipt."""
    wording = get_wording(session, confirmation.wording_id)
    facts = NewsletterWelcome(
        topics=tuple(topic.name for topic in _views(session, confirmation.topics)),
        wording=wording.text,
        privacy_notice_version=wording.privacy_notice_version,
        confirmed_at=now,
        preferences_url=links.preference_form,
        leave_url=keep_leave_link(session, links, subscription.id),
    )
    letter = LetterToQueue(subscription.email, facts, subscription.id)
    queue_letter(session, letter, keyring=links.keyring, host=links.host, now=now)
