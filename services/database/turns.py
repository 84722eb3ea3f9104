"""Transactions that must not look past each other, and have no row in common to lock."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turns_about(session: Session, about: str) -> None:
    """Have every transaction that says the same words wait for the one before it; SQLite has one writer as it is."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(about, 0))))
