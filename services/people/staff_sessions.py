"""Signing in as staff: a link is mailed to whoever is on the list, and opens a session in one browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.access.keys import Scope
from services.audit.log import Change, record
from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.ids import new_id
from services.mail.letters import StaffSignIn
from services.mail.models import LetterKind
from services.mail.outbox import LetterToQueue, queue_letter
from services.people.errors import SignInLinkExpired
from services.people.mailed_links import LINK_LIVES, CappedLetter, Sender, find_unanswered, make_token, use_up
from services.people.models import StaffMember, StaffSession, StaffSignInLink
from services.requests.caps import Cap, end_pause
from services.tokens import Keyring, random_token, sha256_hex

LETTER = CappedLetter(LetterKind.STAFF_SIGN_IN, (Cap(3, LINK_LIVES - timedelta(minutes=5), ends_when_answered=True),))
"""The next letter may go before the last link is too old, so that nobody can lock staff out by typing their address."""
MEMBER_ACTOR = "staff-member:"
SEEN_NOTED_EVERY = timedelta(minutes=1)
"""How finely being seen is told; finer would make a write of every page."""


@dataclass(frozen=True)
class SignedIn:
    """Somebody of staff in one browser."""

    session_id: UUID
    member_id: UUID
    name: str
    scopes: frozenset[Scope]
    last_seen_at: datetime

    @property
    def principal(self) -> str:
        """Names the member in the audit log, the journal and in idempotency."""
        return _actor(self.member_id)

    def was_seen_just_now(self, now: datetime) -> bool:
        return now - self.last_seen_at < SEEN_NOTED_EVERY


@dataclass(frozen=True)
class OpenedSession:
    """A session that began just now: what its cookie holds, and the page that was asked for first."""

    token: str
    leads_to: str


def request_link(session: Session, email: str, leads_to: str, *, now: datetime) -> None:
    """Note that somebody wants a link; does one and the same thing for every address."""
    link = StaffSignInLink(id=new_id(), email=email.casefold(), leads_to=leads_to, requested_at=now)
    session.add(link)
    queue(session, EffectKind.HANDLE_STAFF_SIGN_IN, str(link.id), now=now)


def answer_request(session: Session, link_id: UUID, *, sender: Sender, now: datetime) -> None:
    """Mail the link to whoever is on the list; under a cap there is no letter, now or later."""
    link = find_unanswered(session, StaffSignInLink, link_id, now=now)
    if link is None:
        return
    listed = (StaffMember.email == link.email, StaffMember.left_at.is_(None))
    member = session.scalars(select(StaffMember).where(*listed).with_for_update()).one_or_none()
    if member is None:
        return
    token = make_token(session, link, LETTER, keyring=sender.keyring, now=now)
    if token is None:
        return
    link.member_id = member.id
    letter = LetterToQueue(member.email, StaffSignIn(f"{sender.origin}/staff/sign-in/{token}"), subject_id=None)
    queue_letter(session, letter, keyring=sender.keyring, host=sender.host, now=now)


def sign_in(session: Session, token: str, *, lives: timedelta, keyring: Keyring, now: datetime) -> OpenedSession:
    """Use the mailed link up and begin a session, with a token that nobody held before; raises SignInLinkExpired."""
    member_id = _lock_member(session, token)
    link = use_up(session, StaffSignInLink, token, now=now)
    if member_id is None:
        raise SignInLinkExpired
    end_pause(session, LETTER.kind, keyring.address_hash(link.email), now=now)
    opened = OpenedSession(random_token(), link.leads_to)
    begun = StaffSession(
        id=new_id(),
        member_id=member_id,
        token_sha256=sha256_hex(opened.token),
        started_at=now,
        last_seen_at=now,
        expires_at=now + lives,
    )
    session.add(begun)
    _record(session, "staff.signed_in", member_id, begun.id, at=now)
    return opened


def _lock_member(session: Session, token: str) -> UUID | None:
    """Whose link it is, if they are still on the list; locked before the link is, as whoever removes them does."""
    linked = select(StaffSignInLink.member_id).where(StaffSignInLink.token_sha256 == sha256_hex(token))
    listed = (StaffMember.id == linked.scalar_subquery(), StaffMember.left_at.is_(None))
    return session.scalar(select(StaffMember.id).where(*listed).with_for_update())


def find_signed_in(session: Session, token: str, *, idle: timedelta, now: datetime) -> SignedIn | None:
    """Whose session the cookie opens; None where it ended, by whatever end, or never was."""
    found = session.execute(
        select(StaffSession.id, StaffSession.last_seen_at, StaffMember.id, StaffMember.name, StaffMember.scopes)
        .join(StaffMember, StaffMember.id == StaffSession.member_id)
        .where(
            StaffSession.token_sha256 == sha256_hex(token),
            StaffSession.ended_at.is_(None),
            StaffSession.expires_at > now,
            StaffSession.last_seen_at > now - idle,
            StaffMember.left_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    session_id, last_seen_at, member_id, name, scopes = found
    return SignedIn(session_id, member_id, name, frozenset(Scope(scope) for scope in scopes), last_seen_at)


def note_seen(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Note that the session is in use, unless somebody noted it within the minute."""
    stale = (StaffSession.id == session_id, StaffSession.last_seen_at <= now - SEEN_NOTED_EVERY)
    session.execute(update(StaffSession).where(*stale).values(last_seen_at=now))


def sign_out(session: Session, who: SignedIn, *, now: datetime) -> None:
    """End the session; ended before, nothing happens."""
    still_open = (StaffSession.id == who.session_id, StaffSession.ended_at.is_(None))
    ended = session.connection().execute(update(StaffSession).where(*still_open).values(ended_at=now))
    if ended.rowcount == 1:
        _record(session, "staff.signed_out", who.member_id, who.session_id, at=now)


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return session.scalar(select(StaffSession.id).where(StaffSession.expires_at <= now).limit(1)) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete sessions whose time is over; the audit log says who was there when."""
    session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))


def _actor(member_id: UUID) -> str:
    return f"{MEMBER_ACTOR}{member_id}"


def _record(session: Session, action: str, member_id: UUID, session_id: UUID, *, at: datetime) -> None:
    facts = {"session_id": str(session_id)}
    record(session, Change(_actor(member_id), action, "staff_member", member_id, facts), at=at)
