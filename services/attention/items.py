"""Asking staff to look at something, and what they were asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from services.attention.errors import AttentionItemNotFound
from services.attention.models import AttentionItem
from services.attention.words import AttentionKind
from services.ids import new_id


@dataclass(frozen=True)
class ItemView:
    id: UUID
    kind: AttentionKind
    subject: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None


def open_item(session: Session, kind: AttentionKind, subject: str, *, now: datetime) -> None:
    """Put a matter before staff, unless the same one is open already."""
    already = select(AttentionItem.id).where(
        AttentionItem.kind == kind, AttentionItem.subject == subject, AttentionItem.closed_at.is_(None)
    )
    if session.scalar(already) is None:
        session.add(AttentionItem(id=new_id(), kind=kind, subject=subject, opened_at=now))


def list_items(
    session: Session, *, is_open: bool | None, after: UUID | None, limit: int, updated_since: datetime | None = None
) -> list[ItemView]:
    """At most `limit` items, the newest first, older than the one of the id `after`."""
    query = select(AttentionItem).order_by(AttentionItem.id.desc()).limit(limit)
    if is_open is not None:
        query = query.where(AttentionItem.closed_at.is_(None) if is_open else AttentionItem.closed_at.is_not(None))
    if updated_since is not None:
        query = query.where(or_(AttentionItem.opened_at >= updated_since, AttentionItem.closed_at >= updated_since))
    if after is not None:
        query = query.where(AttentionItem.id < after)
    return [_view(item) for item in session.scalars(query)]


def count_open(session: Session) -> dict[AttentionKind, int]:
    """How many wait, by kind."""
    query = select(AttentionItem.kind, func.count()).where(AttentionItem.closed_at.is_(None))
    return {kind: count for kind, count in session.execute(query.group_by(AttentionItem.kind))}


def close_item(session: Session, item_id: UUID, *, by: str, now: datetime) -> ItemView:
    """Close an item, once; raises AttentionItemNotFound."""
    item = session.get(AttentionItem, item_id, with_for_update=True)
    if item is None:
        raise AttentionItemNotFound
    if item.closed_at is None:
        item.closed_at, item.closed_by = now, by
    return _view(item)


def close_open_items(session: Session, kind: AttentionKind, subject: str, *, by: str, now: datetime) -> None:
    """Close whatever is open about this: it is being dealt with."""
    session.execute(
        update(AttentionItem)
        .where(AttentionItem.kind == kind, AttentionItem.subject == subject, AttentionItem.closed_at.is_(None))
        .values(closed_at=now, closed_by=by)
    )


def _view(item: AttentionItem) -> ItemView:
    return ItemView(item.id, item.kind, item.subject, item.opened_at, item.closed_at, item.closed_by)
