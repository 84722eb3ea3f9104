"""Asking an address, by letter, whether its owner wants what was asked for in their name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.audit import log as audit
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import new_id
from services.mail.letters import NewsletterConfirm
from services.mail.models import LetterKind
from services.mail.outbox import LetterToQueue, queue_letter
from services.newsletter import consent
from services.newsletter.consent import Evidence
from services.newsletter.links import Links
from services.newsletter.models import Confirmation, SignUpRequest, Subscription
from services.newsletter.subscription import is_subscribed, lock_known_or_new, topics_of, waiting_sign_ups
from services.newsletter.topics import get_wording
from services.newsletter.words import ConsentAction, ConsentMethod
from services.requests.caps import A_DAY, A_MONTH, PAUSE, count_letter, end_pause, next_letter_at
from services.suppression.register import find_suppressed_at
from services.tokens import random_token, sha256_hex

LINK_LIVES = timedelta(hours=48)
LETTER = LetterKind.NEWSLETTER_CONFIRM
CAPS = (PAUSE, A_DAY, A_MONTH)


def answer_sign_up(session: Session, request_id: UUID, *, links: Links, now: datetime) -> None:
    """Queue the letter that asks for confirmation: one for this sign-up and all others that wait for its address.

    Nothing is queued for an address that left after it signed up, or reads all that it asked for. Under a cap they
    go on waiting, and are looked at again when the cap allows a letter; by then this one may be long forgotten.
    """
    request = session.get(SignUpRequest, request_id)
    if request is None or not waiting_sign_ups(session, request.address_hash):
        return
    subscription = lock_known_or_new(session, email=request.email, address_hash=request.address_hash, now=now)
    waiting = _waiting(session, request.address_hash, now)
    wanted = _wanted(session, subscription, waiting)
    if wanted:
        allowed_at = next_letter_at(session, LETTER, subscription.address_hash, CAPS, now=now)
        if allowed_at > now:
            _look_again(session, waiting[0], due_at=allowed_at, now=now)
            return
        _ask(session, subscription, waiting, wanted, links, now)
    for dealt_with in waiting:
        dealt_with.handled_at = now


def end_pause_between_letters(session: Session, address_hash: str, *, now: datetime) -> None:
    """The address confirmed: what the short pause alone held back is looked at again at once."""
    end_pause(session, LETTER, address_hash, now=now)
    for request in waiting_sign_ups(session, address_hash)[:1]:
        _look_again(session, request, due_at=now, now=now)


def _waiting(session: Session, address_hash: str, now: datetime) -> list[SignUpRequest]:
    """What waits for this address, once everything that a leave came after is closed."""
    left_at = find_suppressed_at(session, address_hash)
    waiting = waiting_sign_ups(session, address_hash)
    for request in waiting:
        if left_at is not None and request.requested_at <= left_at:
            request.handled_at = now
    return [request for request in waiting if request.handled_at is None]


def _wanted(session: Session, subscription: Subscription, waiting: Sequence[SignUpRequest]) -> list[str]:
    asked = {topic for request in waiting for topic in request.topics}
    reads = topics_of(subscription) if is_subscribed(session, subscription) else set()
    return sorted(asked - reads)


def _look_again(session: Session, request: SignUpRequest, *, due_at: datetime, now: datetime) -> None:
    subject = f"{request.id}:{due_at.isoformat()}"  # the first effect has used up the bare id
    queue(session, EffectKind.HANDLE_SIGN_UP, subject, now=now, due_at=due_at)


def _ask(
    session: Session,
    subscription: Subscription,
    waiting: Sequence[SignUpRequest],
    wanted: list[str],
    links: Links,
    now: datetime,
) -> None:
    """One letter for all that waits; its evidence is the newest form's.

    It counts as asked for when the oldest of them was, so that any leave in between outweighs the answer.
    """
    token = random_token()
    confirmation = _confirmation(subscription, waiting, wanted, token, now)
    session.add(confirmation)
    evidence = evidence_of(session, confirmation, actor="visitor")
    consent.record(session, subscription, ConsentAction.REQUESTED, wanted, evidence, at=confirmation.requested_at)
    change = audit.Change("visitor", "newsletter.asked", "subscription", subscription.id, {"topics": wanted})
    audit.record(session, change, at=now)
    count_letter(session, LETTER, subscription.address_hash, now=now)
    letter = LetterToQueue(subscription.email, NewsletterConfirm(links.confirmation(token)), subscription.id)
    queue_letter(session, letter, keyring=links.keyring, host=links.host, now=now)


def _confirmation(
    subscription: Subscription, waiting: Sequence[SignUpRequest], wanted: list[str], token: str, now: datetime
) -> Confirmation:
    oldest, newest = waiting[0], waiting[-1]
    return Confirmation(
        id=new_id(),
        token_sha256=sha256_hex(token),
        subscription_id=subscription.id,
        name=newest.name,
        topics=wanted,
        wording_id=newest.wording_id,
        form_id=newest.form_id,
        page_origin=newest.page_origin,
        requested_at=oldest.requested_at,
        expires_at=now + LINK_LIVES,
    )


def evidence_of(session: Session, confirmation: Confirmation, *, actor: str) -> Evidence:
    """What a double opt-in proves, at its beginning and at its end."""
    wording = get_wording(session, confirmation.wording_id)
    return Evidence(
        method=ConsentMethod.DOUBLE_OPT_IN,
        actor=actor,
        wording_id=wording.id,
        privacy_notice_version=wording.privacy_notice_version,
        form_id=confirmation.form_id,
        page_origin=confirmation.page_origin,
        token_sha256=confirmation.token_sha256,
    )
