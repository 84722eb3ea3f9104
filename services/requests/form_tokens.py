"""Form tokens: proof that a form of ours, or of a site we know, was shown not long ago.

A token says which form on which origin it was made for and when; it is genuine for 24 hours and good for one request
and its repeats: its nonce is kept, as a primary key, until it expires.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.database import Database
from services.database.writes import insert_once
from services.errors import DomainError
from services.requests.errors import FormTokenInvalid, FormTokenSpent
from services.requests.models import SpentNonce
from services.tokens import Keyring, Purpose

LIVES = timedelta(hours=24)
NONCE_BYTES = 16
TIME_BYTES = 8


@dataclass(frozen=True)
class Form:
    """Where a form stands: its name, and the origin of its page."""

    name: str
    origin: str

    @property
    def digest(self) -> bytes:
        return sha256(f"{self.name}\n{self.origin}".encode()).digest()[:16]


@dataclass(frozen=True)
class FormToken:
    nonce: str
    expires_at: datetime


def make_form_token(keyring: Keyring, form: Form, *, now: datetime) -> tuple[str, FormToken]:
    """A fresh token as text, and what it says."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    payload = nonce + int(now.timestamp()).to_bytes(TIME_BYTES, "big") + form.digest
    return keyring.sign(Purpose.FORM, payload), FormToken(nonce.hex(), now + LIVES)


def open_form_token(keyring: Keyring, token: str, form: Form, *, now: datetime) -> FormToken:
    """What a genuine token of this form says; raises FormTokenInvalid for any other, and for an old one."""
    payload = keyring.open(Purpose.FORM, token)
    if payload is None or payload[NONCE_BYTES + TIME_BYTES :] != form.digest:
        raise FormTokenInvalid
    seconds = int.from_bytes(payload[NONCE_BYTES : NONCE_BYTES + TIME_BYTES], "big")
    expires_at = datetime.fromtimestamp(seconds, UTC) + LIVES
    if expires_at <= now:
        raise FormTokenInvalid
    return FormToken(payload[:NONCE_BYTES].hex(), expires_at)


@contextmanager
def serving(database: Database, token: FormToken, request_sha256: str) -> Iterator[None]:
    """Let the token serve what happens inside; what is refused there may be corrected and sent again.

    Raises FormTokenSpent.
    """
    with database.writing() as session:
        is_first = spend(session, token, request_sha256)
    try:
        yield
    except DomainError:
        if is_first:
            with database.writing() as session:
                give_back(session, token)
        raise


def spend(session: Session, token: FormToken, request_sha256: str) -> bool:
    """Let the token serve this request and its repeats; says whether it is the first of them.

    Raises FormTokenSpent for any other request.
    """
    values = {"nonce": token.nonce, "request_sha256": request_sha256, "expires_at": token.expires_at}
    if insert_once(session, SpentNonce, **values):
        return True
    served = session.scalar(select(SpentNonce.request_sha256).where(SpentNonce.nonce == token.nonce))
    if served != request_sha256:
        raise FormTokenSpent
    return False


def is_spent(session: Session, token: FormToken) -> bool:
    """Whether the token served a request already; takes no write lock."""
    return session.get(SpentNonce, token.nonce) is not None


def give_back(session: Session, token: FormToken) -> None:
    """Undo `spend`: the request was refused and changed nothing."""
    session.execute(delete(SpentNonce).where(SpentNonce.nonce == token.nonce))


def has_old(session: Session, *, now: datetime) -> bool:
    """Whether there is anything to forget."""
    return session.scalar(select(SpentNonce.nonce).where(SpentNonce.expires_at <= now).limit(1)) is not None


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete the nonces of tokens that no longer open anything."""
    session.execute(delete(SpentNonce).where(SpentNonce.expires_at <= now))
