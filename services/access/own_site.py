"""The site that our own pages act for: whoever books or signs up on them comes from it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.access.keys import SITE_PREFIX
from services.access.models import Site
from services.database import Database
from services.database.writes import insert_once
from services.tokens import random_token

OWN_SITE = UUID("01990000-0000-7000-8000-000000000001")


def known_or_new_own_site(database: Database, *, now: datetime) -> UUID:
    """Its id; noted as a site when it is first needed. Its key is told to nobody, so no other page can use it."""
    with database.reading() as session:
        if session.get(Site, OWN_SITE) is not None:
            return OWN_SITE
    with database.writing() as session:
        insert_once(
            session,
            Site,
            id=OWN_SITE,
            name="Our own pages",
            publishable_key=SITE_PREFIX + random_token(),
            origins=[],
            created_at=now,
        )
    return OWN_SITE
