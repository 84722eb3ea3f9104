"""DBOS's own tables: beside ours on SQLite, in the schema `dbos` on PostgreSQL."""

from __future__ import annotations

from dbos import DBOS


def migrate(database_url: str) -> None:
    """Create them, or bring them to what the installed dbos expects."""
    DBOS.migrate(database_url)
