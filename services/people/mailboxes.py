"""Proving a mailbox: a link is mailed to it, works once within half an hour, and opens what belongs to its owner."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import new_id
from services.mail.letters import SignIn
from services.mail.models import LetterKind
from services.mail.outbox import LetterToQueue, queue_letter
from services.people.errors import SignInLinkExpired
from services.people.mailed_links import CappedLetter, Sender, find_unanswered, make_token, use_up
from services.people.models import Person, SignInLink
from services.requests.caps import A_DAY, PAUSE, end_pause
from services.tokens import Keyring, Purpose

TOKEN_LIVES = timedelta(minutes=30)
LETTER = CappedLetter(LetterKind.SIGN_IN, (PAUSE, A_DAY))
_ID_BYTES, _EXPIRY_BYTES = 16, 8


@dataclass(frozen=True)
class OpenMailbox:
    """A mailbox that was proved just now, and the bearer token that says so for a while."""

    person_id: UUID
    token: str
    expires_at: datetime


def request_link(session: Session, email: str, *, now: datetime) -> None:
    """Note that somebody wants a link; does one and the same thing for every address."""
    link = SignInLink(id=new_id(), email=email.casefold(), requested_at=now)
    session.add(link)
    queue(session, EffectKind.HANDLE_SIGN_IN, str(link.id), now=now)


def answer_request(session: Session, link_id: UUID, *, sender: Sender, now: datetime) -> None:
    """Mail the link to whoever has anything here; under a cap there is no letter, now or later."""
    link = find_unanswered(session, SignInLink, link_id, now=now)
    if link is None:
        return
    person = session.scalars(select(Person).where(Person.email == link.email).with_for_update()).one_or_none()
    if person is None:
        return
    token = make_token(session, link, LETTER, keyring=sender.keyring, now=now)
    if token is None:
        return
    link.person_id = person.id
    letter = LetterToQueue(person.email, SignIn(f"{sender.origin}/my/{token}"), subject_id=None)
    queue_letter(session, letter, keyring=sender.keyring, host=sender.host, now=now)


def open_mailbox(session: Session, token: str, *, keyring: Keyring, now: datetime) -> OpenMailbox:
    """Use the mailed link up; raises SignInLinkExpired."""
    link = use_up(session, SignInLink, token, now=now)
    if link.person_id is None:
        raise SignInLinkExpired
    end_pause(session, LETTER.kind, keyring.address_hash(link.email), now=now)
    expires_at = (now + TOKEN_LIVES).replace(microsecond=0)
    payload = link.person_id.bytes + int(expires_at.timestamp()).to_bytes(_EXPIRY_BYTES, "big")
    return OpenMailbox(link.person_id, keyring.sign(Purpose.MAILBOX, payload), expires_at)


def find_mailbox_owner(keyring: Keyring, token: str, *, now: datetime) -> UUID | None:
    """Whose mailbox the bearer token proves; None for one that has expired or is none of ours."""
    payload = keyring.open(Purpose.MAILBOX, token)
    if payload is None or len(payload) != _ID_BYTES + _EXPIRY_BYTES:
        return None
    expires_at = datetime.fromtimestamp(int.from_bytes(payload[_ID_BYTES:], "big"), UTC)
    return UUID(bytes=payload[:_ID_BYTES]) if now < expires_at else None
