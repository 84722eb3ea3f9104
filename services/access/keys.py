"""Site keys and staff keys: made, shown once, and recognised."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.access.errors import Unauthenticated
from services.access.models import Site, StaffKey
from services.ids import new_id
from services.tokens import sha256_hex

SITE_PREFIX = "pk_setlist_"
STAFF_PREFIX = "sk_setlist_"


class Scope(StrEnum):
    SETS_READ = "sets:read"
    SETS_WRITE = "sets:write"
    BOOKINGS_READ = "bookings:read"
    BOOKINGS_WRITE = "bookings:write"
    NEWSLETTER_READ = "newsletter:read"
    NEWSLETTER_WRITE = "newsletter:write"
    FINANCE_READ = "finance:read"
    FINANCE_WRITE = "finance:write"
    PRIVACY_WRITE = "privacy:write"
    KEYS_WRITE = "keys:write"


@dataclass(frozen=True)
class KnownSite:
    id: UUID
    origins: frozenset[str]


@dataclass(frozen=True)
class KnownKey:
    id: UUID
    scopes: frozenset[Scope]


def add_site(session: Session, *, name: str, origins: list[str], now: datetime) -> str:
    """Make a site; answers its publishable key."""
    key = SITE_PREFIX + secrets.token_urlsafe(24)
    session.add(Site(id=new_id(), name=name, publishable_key=key, origins=origins, created_at=now))
    session.flush()
    return key


def add_staff_key(session: Session, *, name: str, scopes: list[Scope], now: datetime) -> str:
    """Make a secret key; this answer is the only time it is ever shown."""
    key = STAFF_PREFIX + secrets.token_urlsafe(32)
    stored = [scope.value for scope in scopes]
    session.add(StaffKey(id=new_id(), name=name, key_sha256=sha256_hex(key), scopes=stored, created_at=now))
    session.flush()
    return key


def get_site(session: Session, publishable_key: str) -> KnownSite:
    """The site of this key, or Unauthenticated."""
    query = select(Site.id, Site.origins).where(Site.publishable_key == publishable_key, Site.revoked_at.is_(None))
    found = session.execute(query).one_or_none()
    if found is None:
        raise Unauthenticated
    return KnownSite(found.id, frozenset(found.origins))


def get_staff_key(session: Session, key: str, *, now: datetime) -> KnownKey:
    """The staff key, looked up by its hash, or Unauthenticated."""
    query = select(StaffKey.id, StaffKey.scopes).where(
        StaffKey.key_sha256 == sha256_hex(key),
        StaffKey.revoked_at.is_(None),
        or_(StaffKey.expires_at.is_(None), StaffKey.expires_at > now),
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Unauthenticated
    return KnownKey(found.id, frozenset(Scope(scope) for scope in found.scopes))
