"""Writing the audit log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from services.audit.models import AuditEntry
from services.ids import new_id

_INSERT = insert(AuditEntry)


@dataclass(frozen=True)
class Change:
    """What was done to what, by whom: ids and codes, nothing personal."""

    actor: str
    action: str
    subject_type: str
    subject_id: UUID
    facts: dict[str, Any] = field(default_factory=dict)


def record(session: Session, change: Change, *, at: datetime) -> None:
    """Write an entry in the transaction of the change itself (I10)."""
    session.connection().execute(
        _INSERT,
        {
            "id": new_id(),
            "at": at,
            "actor": change.actor,
            "action": change.action,
            "subject_type": change.subject_type,
            "subject_id": change.subject_id,
            "facts": change.facts,
        },
    )
