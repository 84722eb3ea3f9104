"""Websites that may use the API."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.access.models import Site
from services.ids import new_id
from tests.builders.dates import LONG_AGO


@dataclass(frozen=True)
class BuiltSite:
    id: UUID
    publishable_key: str


def a_site(
    session: Session,
    *,
    publishable_key: str = "pk_a_site",
    origins: Sequence[str] = ("https://larkfield.example",),
    revoked_at: datetime | None = None,
) -> BuiltSite:
    site = Site(
        id=new_id(),
        name="Larkfield",
        publishable_key=publishable_key,
        origins=list(origins),
        created_at=LONG_AGO,
        revoked_at=revoked_at,
    )
    session.add(site)
    session.flush()
    return BuiltSite(site.id, site.publishable_key)
