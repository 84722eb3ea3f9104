"""Leaving: by the link in any letter, from the preference page, or by typing an address.

Whoever leaves is suppressed, unsubscribed and taken at their word in the record of consent, in one transaction. A topic
left is only that topic; who leaves their last one is unsubscribed, but not suppressed: they said no to the topics they
had, not to us.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.audit import log as audit
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import new_id
from services.mail.letters import NewsletterLeft
from services.mail.outbox import LetterToQueue, queue_letter
from services.newsletter import consent
from services.newsletter.consent import Evidence
from services.newsletter.errors import LeaveLinkUnknown
from services.newsletter.links import Links, leave_id_sha256
from services.newsletter.models import AddressRequest, LeaveLink, Subscription
from services.newsletter.subscription import (
    Changed,
    find_and_lock,
    mark_changed,
    set_topics,
    topics_of,
    waiting_sign_ups,
)
from services.newsletter.words import AddressWish, ConsentMethod, SubscriptionStatus
from services.suppression.register import find_suppressed_at, suppress
from services.tokens import Keyring

BY_LINK = Evidence(method=ConsentMethod.LEAVE_LINK, actor="subscriber")
TYPED = Evidence(method=ConsentMethod.TYPED_ADDRESS, actor="visitor")
REASON = "left"


def require_leave_link(session: Session, token: str, *, keyring: Keyring) -> None:
    """Raise LeaveLinkUnknown where the token is no leave link of ours; asks for nothing else."""
    _get_link(session, token, keyring)


def leave_by_link(
    session: Session, token: str, *, topic: str | None, keyring: Keyring, now: datetime
) -> Changed | None:
    """Stop one topic, or all; None where nothing was left to stop, be it that the subscription was erased.

    Raises LeaveLinkUnknown.
    """
    link = _get_link(session, token, keyring)
    subscription = find_and_lock(session, Subscription.id == link.subscription_id)
    if subscription is None:
        return None
    if topic is None:
        return leave_all(session, subscription, BY_LINK, now=now)
    return leave_topics(session, subscription, {topic}, BY_LINK, now=now)


def leave_all(session: Session, subscription: Subscription, evidence: Evidence, *, now: datetime) -> Changed | None:
    """Suppress the address and stop everything.

    A leave repeated while nothing was asked for anew changes nothing; after a new sign-up it counts anew.
    """
    waiting = waiting_sign_ups(session, subscription.address_hash)
    stopped = stop_topics(session, subscription, evidence, at=now)
    suppressed_at = find_suppressed_at(session, subscription.address_hash)
    if not waiting and not stopped and suppressed_at is not None:
        return None
    suppress(session, subscription.address_hash, reason=REASON, source=evidence.method, now=now)
    for request in waiting:
        request.handled_at = now
    _audit(session, "newsletter.left", subscription, evidence, stopped, now)
    return mark_changed(subscription, now=now)


def leave_topics(
    session: Session, subscription: Subscription, topics: set[str], evidence: Evidence, *, now: datetime
) -> Changed | None:
    """Stop these, also where they are only asked for as yet; None where none of them was read."""
    for request in waiting_sign_ups(session, subscription.address_hash):
        request.topics = [asked for asked in request.topics if asked not in topics]
        if not request.topics:
            request.handled_at = now
    stopped = consent.close(session, subscription, evidence, at=now, topics=topics)
    if stopped:
        _audit(session, "newsletter.topics_left", subscription, evidence, stopped, now)
    reads = topics_of(subscription)
    if not reads & topics:
        return None
    set_topics(subscription, reads - topics)
    if reads <= topics:
        subscription.status = SubscriptionStatus.UNSUBSCRIBED
    return mark_changed(subscription, now=now)


def stop_topics(session: Session, subscription: Subscription, evidence: Evidence, *, at: datetime) -> list[str]:
    """Unsubscribe without suppressing; answers the topics that were read or asked for by then."""
    set_topics(subscription, [])
    subscription.status = SubscriptionStatus.UNSUBSCRIBED
    return consent.close(session, subscription, evidence, at=at)


def request_leave(session: Session, email: str, *, keyring: Keyring, now: datetime) -> None:
    """Suppress a typed address at once, whoever's it is and whether or not it is known.

    Does one and the same thing for every address; what follows for a known one is the worker's.
    """
    request = AddressRequest(
        id=new_id(),
        email=email.casefold(),
        address_hash=keyring.address_hash(email),
        wish=AddressWish.LEAVE,
        requested_at=now,
    )
    session.add(request)
    suppress(session, request.address_hash, reason=REASON, source=TYPED.method, now=now)
    change = audit.Change(TYPED.actor, "newsletter.suppressed", "address_request", request.id)
    audit.record(session, change, at=now)
    queue(session, EffectKind.HANDLE_LEAVE_REQUEST, str(request.id), now=now)


def answer_leave_request(session: Session, request_id: UUID, *, links: Links, now: datetime) -> Changed | None:
    """Unsubscribe whoever has the address, and tell them once, lest somebody else typed it.

    Nothing happens where they have confirmed anew since.
    """
    request = session.get_one(AddressRequest, request_id)
    if request.handled_at is not None:
        return None
    request.handled_at = now
    subscription = find_and_lock(session, Subscription.address_hash == request.address_hash)
    left_at = find_suppressed_at(session, request.address_hash)
    if subscription is None or left_at is None:
        return None
    was_subscribed = subscription.status is SubscriptionStatus.SUBSCRIBED
    stopped = stop_topics(session, subscription, TYPED, at=left_at)
    if not was_subscribed and not stopped:
        return None
    if was_subscribed:
        letter = LetterToQueue(subscription.email, NewsletterLeft(links.sign_up_form), subscription.id)
        queue_letter(session, letter, keyring=links.keyring, host=links.host, now=now)
    _audit(session, "newsletter.left", subscription, TYPED, stopped, now)
    return mark_changed(subscription, now=now)


def _get_link(session: Session, token: str, keyring: Keyring) -> LeaveLink:
    link = session.get(LeaveLink, leave_id_sha256(keyring, token))
    if link is None:
        raise LeaveLinkUnknown
    return link


def _audit(
    session: Session, action: str, subscription: Subscription, evidence: Evidence, topics: list[str], now: datetime
) -> None:
    change = audit.Change(evidence.actor, action, "subscription", subscription.id, {"topics": topics})
    audit.record(session, change, at=now)
