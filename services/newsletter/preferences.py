"""The preference page: choosing topics with a link that was mailed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy.orm import Session

from services.audit import log as audit
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import new_id
from services.mail.letters import NewsletterPreferences
from services.mail.models import LetterKind
from services.mail.outbox import LetterToQueue, queue_letter
from services.newsletter import consent
from services.newsletter.consent import Evidence
from services.newsletter.errors import PreferenceLinkExpired
from services.newsletter.leaving import leave_all, leave_topics
from services.newsletter.links import Links, open_preference_token, preference_token
from services.newsletter.models import AddressRequest, Subscription
from services.newsletter.subscription import (
    Changed,
    SignUp,
    find_and_lock,
    find_subscription,
    is_subscribed,
    mark_changed,
    request_sign_up,
    set_topics,
    topics_of,
)
from services.newsletter.topics import TopicView, get_wording_in_force, list_topics
from services.newsletter.words import AddressWish, ConsentAction, ConsentMethod
from services.requests.caps import A_DAY, PAUSE, count_letter, next_letter_at
from services.tokens import Keyring

FORM = "preference_page"
BY_PAGE = Evidence(method=ConsentMethod.PREFERENCE_PAGE, actor="subscriber", form_id=FORM)
LETTER = LetterKind.NEWSLETTER_PREFERENCES
CAPS = (PAUSE, A_DAY)


@dataclass(frozen=True)
class TopicChoice:
    topic: TopicView
    chosen: bool


class Outcome(StrEnum):
    """What saving the choices came to."""

    SAVED = "saved"
    LEFT = "left"
    """Nothing is chosen any more."""
    ASKED = "asked"
    """Not subscribed (any more): a letter asks whether they want it again, like any other sign-up."""


@dataclass(frozen=True)
class Saved:
    outcome: Outcome
    changed: Changed | None


def request_preference_link(session: Session, email: str, *, keyring: Keyring, now: datetime) -> None:
    """Note that somebody wants their preference link; does one and the same thing for every address."""
    request = AddressRequest(
        id=new_id(),
        email=email.casefold(),
        address_hash=keyring.address_hash(email),
        wish=AddressWish.PREFERENCES,
        requested_at=now,
    )
    session.add(request)
    queue(session, EffectKind.HANDLE_PREFERENCE_LINK, str(request.id), now=now)


def answer_preference_request(session: Session, request_id: UUID, *, links: Links, now: datetime) -> None:
    """Mail the link to whoever is subscribed.

    Under a cap there is no letter now or later: the link of the one before still works.
    """
    request = session.get_one(AddressRequest, request_id)
    if request.handled_at is not None:
        return
    request.handled_at = now
    subscription = find_and_lock(session, Subscription.address_hash == request.address_hash)
    if subscription is None or not is_subscribed(session, subscription):
        return
    if next_letter_at(session, LETTER, subscription.address_hash, CAPS, now=now) > now:
        return
    count_letter(session, LETTER, subscription.address_hash, now=now)
    url = links.preferences(preference_token(links.keyring, subscription.id, mailed_at=now))
    letter = LetterToQueue(subscription.email, NewsletterPreferences(url), subscription.id)
    queue_letter(session, letter, keyring=links.keyring, host=links.host, now=now)


def list_choices(session: Session, token: str, *, keyring: Keyring, now: datetime) -> list[TopicChoice]:
    """All topics, and which of them the token's owner reads; raises PreferenceLinkExpired."""
    subscription_id = open_preference_token(keyring, token, now=now)
    subscription = find_subscription(session, Subscription.id == subscription_id)
    if subscription is None:
        raise PreferenceLinkExpired
    reads = topics_of(subscription) if is_subscribed(session, subscription) else set()
    return [TopicChoice(topic, topic.slug in reads) for topic in list_topics(session)]


def choose(session: Session, token: str, wanted: Collection[str], *, keyring: Keyring, now: datetime) -> Saved:
    """Have the token's owner read exactly these topics; names of none are passed over. Raises PreferenceLinkExpired."""
    subscription = _locked_subscription(session, token, keyring, now)
    chosen = {topic.slug for topic in list_topics(session)} & set(wanted)
    if not is_subscribed(session, subscription):
        return _ask_again(session, subscription, chosen, keyring, now)
    reads = topics_of(subscription)
    added = _add(session, subscription, chosen - reads, now)
    left = leave_topics(session, subscription, reads - chosen, BY_PAGE, now=now)
    return Saved(Outcome.SAVED if chosen else Outcome.LEFT, left or added)


def leave_by_page(session: Session, token: str, *, keyring: Keyring, now: datetime) -> Changed | None:
    """The page's "Stop all e-mails"; raises PreferenceLinkExpired."""
    return leave_all(session, _locked_subscription(session, token, keyring, now), BY_PAGE, now=now)


def _locked_subscription(session: Session, token: str, keyring: Keyring, now: datetime) -> Subscription:
    subscription_id = open_preference_token(keyring, token, now=now)
    subscription = find_and_lock(session, Subscription.id == subscription_id)
    if subscription is None:
        raise PreferenceLinkExpired
    return subscription


def _add(session: Session, subscription: Subscription, topics: set[str], now: datetime) -> Changed | None:
    """A mailed link proves the mailbox, so a subscriber need not confirm one topic more."""
    if not topics:
        return None
    set_topics(subscription, topics_of(subscription) | topics)
    consent.record(session, subscription, ConsentAction.CONFIRMED, topics, BY_PAGE, at=now)
    facts = {"topics": sorted(topics)}
    change = audit.Change(BY_PAGE.actor, "newsletter.topics_added", "subscription", subscription.id, facts)
    audit.record(session, change, at=now)
    return mark_changed(subscription, now=now)


def _ask_again(
    session: Session, subscription: Subscription, chosen: set[str], keyring: Keyring, now: datetime
) -> Saved:
    if not chosen:
        return Saved(Outcome.LEFT, None)
    sign_up = SignUp(
        email=subscription.email,
        name=None,
        topics=sorted(chosen),
        wording_id=get_wording_in_force(session, now=now).id,
        form_id=FORM,
        page_origin=None,
    )
    request_sign_up(session, sign_up, keyring=keyring, now=now)
    return Saved(Outcome.ASKED, None)
