"""Asking staff to look at something."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.attention.models import AttentionItem, AttentionKind
from services.ids import new_id


def open_item(session: Session, kind: AttentionKind, subject: str, *, now: datetime) -> None:
    """Put a matter before staff, unless the same one is open already."""
    already = select(AttentionItem.id).where(
        AttentionItem.kind == kind, AttentionItem.subject == subject, AttentionItem.closed_at.is_(None)
    )
    if session.scalar(already) is None:
        session.add(AttentionItem(id=new_id(), kind=kind, subject=subject, opened_at=now))
