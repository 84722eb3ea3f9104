"""Site keys and staff keys: made, shown once, and recognised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from services.access.errors import Unauthenticated
from services.access.models import Site, StaffKey
from services.audit.log import Change, record
from services.ids import new_id
from services.tokens import random_token, sha256_hex

SITE_PREFIX = "pk_setlist_"
STAFF_PREFIX = "sk_setlist_"
KEY_ACTOR = "staff:"
USE_NOTED_EVERY = timedelta(minutes=1)
"""How finely the use of a key is told; finer would make a write of every read."""

_SITE = select(Site.id, Site.origins).where(Site.publishable_key == bindparam("key"), Site.revoked_at.is_(None))


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


class KeyKind(StrEnum):
    SITE = "site"
    STAFF = "staff"


@dataclass(frozen=True)
class KnownSite:
    id: UUID
    origins: frozenset[str]


@dataclass(frozen=True)
class KnownKey:
    id: UUID
    name: str
    scopes: frozenset[Scope]
    last_used_at: datetime | None

    @property
    def principal(self) -> str:
        """Names the key in the audit log, the journal and in idempotency."""
        return f"{KEY_ACTOR}{self.id}"

    def was_used_just_now(self, now: datetime) -> bool:
        """Within the minute, which is as finely as its use is noted."""
        return self.last_used_at is not None and now - self.last_used_at < USE_NOTED_EVERY


def add_site(session: Session, *, name: str, origins: list[str], actor: str, now: datetime) -> str:
    """Make a site; answers its publishable key."""
    key, site_id = SITE_PREFIX + random_token(), new_id()
    session.add(Site(id=site_id, name=name, publishable_key=key, origins=origins, created_at=now))
    session.flush()
    record(session, Change(actor, "key.made", KeyKind.SITE, site_id, {"origins": origins}), at=now)
    return key


def add_origins(session: Session, publishable_key: str, origins: list[str]) -> None:
    """Let the site be used from these as well."""
    site = session.scalars(select(Site).where(Site.publishable_key == publishable_key).with_for_update()).one_or_none()
    if site is not None:
        site.origins = list(dict.fromkeys([*site.origins, *origins]))


def add_staff_key(
    session: Session, *, name: str, scopes: list[Scope], actor: str, now: datetime, expires_at: datetime | None = None
) -> str:
    """Make a secret key; this answer is the only time it is ever shown."""
    key, made = STAFF_PREFIX + random_token(), new_id()
    words = [scope.value for scope in scopes]
    session.add(
        StaffKey(id=made, name=name, key_sha256=sha256_hex(key), scopes=words, created_at=now, expires_at=expires_at)
    )
    session.flush()
    record(session, Change(actor, "key.made", KeyKind.STAFF, made, {"scopes": words}), at=now)
    return key


def get_site(session: Session, publishable_key: str) -> KnownSite:
    """The site of this key, or Unauthenticated."""
    found = session.connection().execute(_SITE, {"key": publishable_key}).one_or_none()
    if found is None:
        raise Unauthenticated
    return KnownSite(found.id, frozenset(found.origins))


def get_staff_key(session: Session, key: str, *, now: datetime) -> KnownKey:
    """The staff key, looked up by its hash, or Unauthenticated."""
    query = select(StaffKey.id, StaffKey.name, StaffKey.scopes, StaffKey.last_used_at).where(
        StaffKey.key_sha256 == sha256_hex(key),
        StaffKey.revoked_at.is_(None),
        or_(StaffKey.expires_at.is_(None), StaffKey.expires_at > now),
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise Unauthenticated
    return KnownKey(found.id, found.name, frozenset(Scope(scope) for scope in found.scopes), found.last_used_at)


def note_use(session: Session, key_id: UUID, *, now: datetime) -> None:
    """Note that the key was used, unless somebody noted it within the minute."""
    stale = or_(StaffKey.last_used_at.is_(None), StaffKey.last_used_at <= now - USE_NOTED_EVERY)
    session.execute(update(StaffKey).where(StaffKey.id == key_id, stale).values(last_used_at=now))


def is_listed_origin(session: Session, origin: str) -> bool:
    """Whether a site in use names this origin."""
    lists = session.scalars(select(Site.origins).where(Site.revoked_at.is_(None)))
    return any(origin in listed for listed in lists)
