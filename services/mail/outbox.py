"""Letters from being queued with their cause to being taken by the mail server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.clock import Clock
from services.database import Database
from services.database.faults import fault_point
from services.database.turns import take_turns_about
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import new_id
from services.mail.errors import LetterInHand, PostboxRefused, PostboxUnavailable
from services.mail.letters import Facts, facts_from_json, facts_to_json
from services.mail.models import Letter, LetterKind, LetterState
from services.mail.postbox import Postbox
from services.mail.rendering import AddressedLetter, Letterhead, render
from services.suppression.register import find_suppressed_at
from services.tokens import Keyring

CLAIM_LEASE = timedelta(minutes=5)
"""Longer than a delivery in which every step all but times out; half of the ten minutes that recovery is given."""

_QUEUE = insert(Letter)

OPEN_STATES = frozenset({LetterState.QUEUED, LetterState.SENDING})


@dataclass(frozen=True)
class LetterToQueue:
    """One letter to one address."""

    to_address: str
    facts: Facts
    subject_id: UUID | None
    """The booking or subscription it is about."""


@dataclass(frozen=True)
class _Claim:
    """One worker's right to deliver a letter, until it settles it or another's claim follows a lapsed lease."""

    letter_id: UUID
    claimed_at: datetime
    marketing: bool


def queue_letter(session: Session, letter: LetterToQueue, *, keyring: Keyring, host: str, now: datetime) -> UUID:
    """Have the letter sent once this transaction commits; answers its id. `host` is the letterhead's."""
    letter_id = new_id()
    session.connection().execute(
        _QUEUE,
        {
            "id": letter_id,
            "kind": letter.facts.kind,
            "to_address": letter.to_address,
            "address_hash": keyring.address_hash(letter.to_address),
            "marketing": letter.facts.is_marketing,
            "message_id": f"<{letter_id}@{host}>",
            "facts": facts_to_json(letter.facts),
            "subject_id": letter.subject_id,
            "state": LetterState.QUEUED,
            "created_at": now,
        },
    )
    queue(session, EffectKind.SEND_LETTER, str(letter_id), now=now)
    return letter_id


def send_letter(database: Database, postbox: Postbox, clock: Clock, head: Letterhead, letter_id: UUID) -> None:
    """Deliver a queued letter and mark it; a letter that is settled already is left alone.

    Rendered before it is claimed, so that a mistake in a template leaves it queued; delivered with no transaction open.
    Any other exception than the postbox's two leaves the claim standing, like a crash: see `_claim`.

    Raises PostboxUnavailable and LetterInHand: try again later.
    """
    letter = _find_open(database, letter_id)
    if letter is None:
        return
    message = render(letter, head, now=clock.now())
    claim = _claim(database, letter_id, now=clock.now())
    if claim is None:
        return
    fault_point("letter_claimed")
    try:
        postbox.deliver(message, head.mail_from, letter.to_address)
    except PostboxRefused:
        _settle_for_staff(database, claim, LetterState.REFUSED, AttentionKind.LETTER_REFUSED, now=clock.now())
        return
    except PostboxUnavailable as error:
        if claim.marketing and error.may_have_arrived:
            _settle_for_staff(database, claim, LetterState.UNKNOWN, AttentionKind.LETTER_UNKNOWN, now=clock.now())
            return
        _put_back(database, claim)
        raise
    fault_point("letter_accepted_not_marked")
    _mark_sent(database, claim, now=clock.now())


def _find_open(database: Database, letter_id: UUID) -> AddressedLetter | None:
    with database.reading() as session:
        letter = session.get_one(Letter, letter_id)
        if letter.state not in OPEN_STATES:
            return None
        return AddressedLetter(
            message_id=letter.message_id,
            to_address=letter.to_address,
            facts=facts_from_json(letter.kind, letter.facts),
            caused_at=letter.created_at,
        )


def _claim(database: Database, letter_id: UUID, *, now: datetime) -> _Claim | None:
    """The right to deliver, or None where there is nothing left to deliver.

    The row's lock makes two workers take turns, and the second finds `sending`. While the lease runs, somebody is at
    work. Once it is over they died, before or after the mail server took the letter: a booking letter is claimed anew
    (its Message-ID makes the two one), marketing becomes `unknown` and is never repeated. Suppression is asked here,
    in the transaction that claims (I7).
    """
    with database.writing() as session:
        letter = session.get_one(Letter, letter_id, with_for_update=True)
        if letter.state not in OPEN_STATES:
            return None
        if letter.state is LetterState.SENDING:
            _require_lapsed(letter, now)
            if letter.marketing:
                letter.state = LetterState.UNKNOWN
                open_item(session, AttentionKind.LETTER_UNKNOWN, str(letter_id), now=now)
                return None
        if _is_unwelcome(session, letter):
            _close(letter, LetterState.DROPPED)
            return None
        letter.state = LetterState.SENDING
        letter.claimed_at = now
        return _Claim(letter_id, now, letter.marketing)


def _is_unwelcome(session: Session, letter: Letter) -> bool:
    """Whether the address has left: at any time, for marketing; for a sign-up's question, since it was queued."""
    if not letter.marketing and letter.kind is not LetterKind.NEWSLETTER_CONFIRM:
        return False
    take_turns_about(session, letter.address_hash)
    left_at = find_suppressed_at(session, letter.address_hash)
    return left_at is not None and (letter.marketing or left_at >= letter.created_at)


def _require_lapsed(letter: Letter, now: datetime) -> None:
    if letter.claimed_at is not None and now < letter.claimed_at + CLAIM_LEASE:
        raise LetterInHand


def _mark_sent(database: Database, claim: _Claim, *, now: datetime) -> None:
    with database.writing() as session:
        letter = _find_claimed(session, claim)
        if letter is not None:
            _close(letter, LetterState.SENT)
            letter.sent_at = now


def _put_back(database: Database, claim: _Claim) -> None:
    with database.writing() as session:
        letter = _find_claimed(session, claim)
        if letter is not None:
            letter.state = LetterState.QUEUED


def _settle_for_staff(
    database: Database, claim: _Claim, state: LetterState, attention: AttentionKind, *, now: datetime
) -> None:
    with database.writing() as session:
        letter = _find_claimed(session, claim)
        if letter is not None:
            letter.state = state
            open_item(session, attention, str(claim.letter_id), now=now)


def _find_claimed(session: Session, claim: _Claim) -> Letter | None:
    """The letter, unless a later claim has taken it over: then its outcome is the later one's to tell."""
    letter = session.get_one(Letter, claim.letter_id, with_for_update=True)
    return letter if letter.claimed_at == claim.claimed_at else None


def _close(letter: Letter, state: LetterState) -> None:
    """Settle a letter that nobody will render again; its links open things, so they do not stay."""
    letter.state = state
    letter.facts = {}
