"""Staff keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from services.access.keys import Scope, add_staff_key
from tests.builders.dates import LONG_AGO


def a_staff_key(session: Session, *scopes: Scope, expires_at: datetime | None = None) -> dict[str, str]:
    """The header that carries a new key with these scopes."""
    key = add_staff_key(
        session, name="A tester", scopes=list(scopes), actor="test", now=LONG_AGO, expires_at=expires_at
    )
    return {"Authorization": f"Bearer {key}"}
