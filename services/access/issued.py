"""Keys that were made: listed, and revoked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.access.keys import KeyKind
from services.access.models import Site, StaffKey
from services.access.own_site import OWN_SITE
from services.audit.log import Change, record


@dataclass(frozen=True)
class IssuedKey:
    kind: KeyKind
    id: UUID
    name: str
    opens: Sequence[str]
    """Origins of a site, scopes of staff."""
    expires_at: datetime | None
    last_used_at: datetime | None
    """Of a site's key it is not noted."""
    revoked_at: datetime | None


def list_keys(session: Session) -> list[IssuedKey]:
    """Every key, sites' before staff's, the oldest first."""
    return [_view(row) for row in _rows(session)]


def is_name_taken(session: Session, name: str) -> bool:
    """Whether a key of this name is in use, so that another could not be told from it."""
    return any(row.name == name and row.revoked_at is None for row in _rows(session))


def revoke(session: Session, name: str, *, actor: str, now: datetime) -> list[IssuedKey]:
    """Have every key of this name open nothing from now on; answers which these are."""
    revoked = [row for row in _rows(session) if row.name == name and row.revoked_at is None]
    for row in revoked:
        row.revoked_at = now
        record(session, Change(actor, "key.revoked", _view(row).kind, row.id), at=now)
    return [_view(row) for row in revoked]


def _rows(session: Session) -> Iterator[Site | StaffKey]:
    """Without our own pages' site, whose key nobody has."""
    yield from session.scalars(select(Site).where(Site.id != OWN_SITE).order_by(Site.id))
    yield from session.scalars(select(StaffKey).order_by(StaffKey.id))


def _view(row: Site | StaffKey) -> IssuedKey:
    if isinstance(row, Site):
        return IssuedKey(KeyKind.SITE, row.id, row.name, row.origins, None, None, row.revoked_at)
    return IssuedKey(KeyKind.STAFF, row.id, row.name, row.scopes, row.expires_at, row.last_used_at, row.revoked_at)
