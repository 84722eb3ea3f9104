"""Links that prove an address: anybody may ask for one, only whom we know is mailed it, and it works once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from services.mail.models import LetterKind
from services.people.errors import SignInLinkExpired
from services.people.models import MailedLink, SignInLink, StaffSignInLink
from services.requests.caps import Cap, count_letter, next_letter_at
from services.tokens import Keyring, random_token, sha256_hex

LINK_LIVES = timedelta(minutes=30)
KEPT = timedelta(days=7)
TABLES: tuple[type[MailedLink], ...] = (SignInLink, StaffSignInLink)

Link = TypeVar("Link", bound=MailedLink)


@dataclass(frozen=True)
class Sender:
    """Where a mailed link leads, and who proves it."""

    origin: str
    host: str
    keyring: Keyring


@dataclass(frozen=True)
class CappedLetter:
    """The letter that carries a link, and how often it goes to one address."""

    kind: LetterKind
    caps: Sequence[Cap]


def find_unanswered(session: Session, table: type[Link], link_id: UUID, *, now: datetime) -> Link | None:
    """The request, which counts as answered from now on; None where it did before, or was forgotten."""
    link = session.get(table, link_id, with_for_update=True)
    if link is None or link.handled_at is not None:
        return None
    link.handled_at = now
    return link


def make_token(
    session: Session, link: MailedLink, letter: CappedLetter, *, keyring: Keyring, now: datetime
) -> str | None:
    """What opens the link from now on, to be mailed; None where a cap allows no letter, now or later.

    The caller holds a lock on whom the address belongs to, as `next_letter_at` asks.
    """
    address_hash = keyring.address_hash(link.email)
    if next_letter_at(session, letter.kind, address_hash, letter.caps, now=now) > now:
        return None
    count_letter(session, letter.kind, address_hash, now=now)
    token = random_token()
    link.token_sha256, link.expires_at = sha256_hex(token), now + LINK_LIVES
    return token


def use_up(session: Session, table: type[Link], token: str, *, now: datetime) -> Link:
    """Use a mailed link up; raises SignInLinkExpired, the same for one that is used, too old, or never was ours."""
    found = session.scalars(select(table).where(table.token_sha256 == sha256_hex(token))).one_or_none()
    if found is None:
        raise SignInLinkExpired
    unused = (table.id == found.id, table.used_at.is_(None), table.expires_at > now)
    used = session.connection().execute(update(table).where(*unused).values(used_at=now))
    if used.rowcount != 1:
        raise SignInLinkExpired
    return found


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return any(session.scalar(select(table.id).where(table.requested_at <= now - KEPT).limit(1)) for table in TABLES)


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete what was typed a week ago, whatever became of it."""
    for table in TABLES:
        session.execute(delete(table).where(table.requested_at <= now - KEPT))
