"""Inserts whose repetition is no error, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.database.base import Base


def insert_once(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row unless its key is there already; says whether it was inserted."""
    # Without the option psycopg's count of an INSERT is thrown away, and every answer would be False.
    result = session.connection().execute(
        _insert(table, session.get_bind().dialect.name), values, execution_options={"preserve_rowcount": True}
    )
    return bool(result.rowcount == 1)


def insert_new(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once, leaving out those whose key is there already."""
    if rows:
        session.connection().execute(_insert(table, session.get_bind().dialect.name), list(rows))


@cache
def _insert(table: type[Base], dialect: str) -> sqlite.Insert | postgresql.Insert:
    """Built once: building it anew would cost more than running it."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(table).on_conflict_do_nothing()
