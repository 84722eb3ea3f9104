"""Entries that may be taken back and posted again: at most one of a source's leg stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from services.ledger.journal import Entry, Source, post, read_entry, reverse
from services.ledger.models import JournalEntry


def nth(leg: str, number: int) -> str:
    """The leg of the first, second... entry of its kind."""
    return leg if number == 1 else f"{leg}:{number}"


def find_standing(session: Session, source: Source) -> UUID | None:
    """The entry of this source and leg that was not taken back, if there is one."""
    opposite = aliased(JournalEntry)
    taken_back = select(opposite.id).where(opposite.reverses_id == JournalEntry.id)
    return session.scalar(select(JournalEntry.id).where(*_of(source), ~taken_back.exists()))


def post_standing(session: Session, entry: Entry, *, now: datetime) -> UUID:
    """Post an entry unless one of its leg stands that says the same; one that says something else is taken back.

    After one that was taken back it is posted as the next of its kind.
    """
    standing = find_standing(session, entry.source)
    if standing is not None and read_entry(session, standing).lines == entry.lines:
        return standing
    take_back(session, entry.source, on=entry.effective_on, actor=entry.actor, reason=entry.reason, now=now)
    before = session.scalar(select(func.count(JournalEntry.id)).where(*_of(entry.source))) or 0
    return post(session, replace(entry, source=replace(entry.source, leg=nth(entry.source.leg, before + 1))), now=now)


def take_back(
    session: Session, source: Source, *, on: date | None = None, actor: str, reason: str, now: datetime
) -> None:
    """Reverse what stands of a source's leg: on the day given, or on its own, as if it had never been."""
    standing = find_standing(session, source)
    if standing is not None:
        day = on or session.get_one(JournalEntry, standing).effective_on
        reverse(session, standing, actor=actor, reason=reason, now=now, on=day)


def _of(source: Source) -> tuple[ColumnElement[bool], ...]:
    return (
        JournalEntry.source_type == source.type,
        JournalEntry.source_id == source.id,
        or_(JournalEntry.leg == source.leg, JournalEntry.leg.startswith(f"{source.leg}:", autoescape=True)),
    )
