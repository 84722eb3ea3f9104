"""Inserts whose repetition is no error, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.database.base import Base


def insert_once(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is there already; says whether it was inserted."""
    once = _insert(session, table).values(**values).on_conflict_do_nothing()
    # Without the option psycopg's count of an INSERT is thrown away, and every answer would be False.
    result = session.connection().execute(once, execution_options={"preserve_rowcount": True})
    return bool(result.rowcount == 1)


def insert_new(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, leaving out those whose key is there already."""
    if rows:
        session.connection().execute(_insert(session, table).on_conflict_do_nothing(), list(rows))


def _insert(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)
