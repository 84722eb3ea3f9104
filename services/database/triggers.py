"""Append-only tables, held by triggers on both databases; every migration ends by making them anew.

Alembic's batch mode drops a SQLite table's triggers without an error, hence `create_all_triggers` rather than once.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect

APPEND_ONLY = ("audit_entries", "consent_records", "journal_entries", "journal_lines")
"""UPDATE is refused for ever; DELETE only while a `purge_permits` row exists."""

SEALING = ("journal_entries_balanced", "journal_lines_sealed")
"""The journal's own: an entry goes in after its lines and only where they balance; no line goes in after its entry."""

_LINES = "SELECT 1 FROM journal_lines WHERE entry_id = NEW.id"
_UNBALANCED = (
    f"NOT EXISTS ({_LINES})"
    f" OR EXISTS ({_LINES} GROUP BY currency HAVING sum(amount_minor) <> 0)"
    f" OR EXISTS ({_LINES} AND effective_on <> NEW.effective_on)"
)
_SEALED = "EXISTS (SELECT 1 FROM journal_entries WHERE id = NEW.entry_id)"


def create_all_triggers(connection: Connection) -> None:
    """(Re)create the triggers of every append-only table that exists by now."""
    existing = set(inspect(connection).get_table_names())
    if "purge_permits" not in existing:
        return
    is_sqlite = connection.dialect.name == "sqlite"
    statements: list[str] = []
    for table in APPEND_ONLY:
        if table in existing:
            statements += _for_sqlite(table) if is_sqlite else _for_postgresql(table)
    if "journal_lines" in existing:
        statements += _sealed_on_sqlite() if is_sqlite else _sealed_on_postgresql()
    for statement in statements:
        connection.exec_driver_sql(statement)


def trigger_names(table: str) -> tuple[str, str]:
    return f"{table}_never_updated", f"{table}_deleted_by_permit"


def _for_sqlite(table: str) -> list[str]:
    updated, deleted = trigger_names(table)
    return [
        f"DROP TRIGGER IF EXISTS {updated}",
        f"DROP TRIGGER IF EXISTS {deleted}",
        f"CREATE TRIGGER {updated} BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        f"CREATE TRIGGER {deleted} BEFORE DELETE ON {table}"  # noqa: S608 - our own table names
        " WHEN NOT EXISTS (SELECT 1 FROM purge_permits)"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ]


def _for_postgresql(table: str) -> list[str]:
    updated, deleted = trigger_names(table)
    return [
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN"
        "   IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM purge_permits) THEN RETURN OLD; END IF;"
        "   RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', ERRCODE = 'restrict_violation';"
        " END $$",
        f"DROP TRIGGER IF EXISTS {updated} ON {table}",
        f"DROP TRIGGER IF EXISTS {deleted} ON {table}",
        f"CREATE TRIGGER {updated} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"CREATE TRIGGER {deleted} BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    ]


def _sealed_on_sqlite() -> list[str]:
    balanced, sealed = SEALING
    return [
        f"DROP TRIGGER IF EXISTS {balanced}",
        f"DROP TRIGGER IF EXISTS {sealed}",
        f"CREATE TRIGGER {balanced} BEFORE INSERT ON journal_entries WHEN {_UNBALANCED}"
        " BEGIN SELECT RAISE(ABORT, 'a journal entry must balance'); END",
        f"CREATE TRIGGER {sealed} BEFORE INSERT ON journal_lines WHEN {_SEALED}"
        " BEGIN SELECT RAISE(ABORT, 'a journal entry is sealed'); END",
    ]


def _sealed_on_postgresql() -> list[str]:
    balanced, sealed = SEALING
    return [
        _refusing_function("refuse_unbalanced", _UNBALANCED, "a journal entry must balance"),
        _refusing_function("refuse_late_line", _SEALED, "a journal entry is sealed"),
        f"DROP TRIGGER IF EXISTS {balanced} ON journal_entries",
        f"DROP TRIGGER IF EXISTS {sealed} ON journal_lines",
        f"CREATE TRIGGER {balanced} BEFORE INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced()",
        f"CREATE TRIGGER {sealed} BEFORE INSERT ON journal_lines FOR EACH ROW EXECUTE FUNCTION refuse_late_line()",
    ]


def _refusing_function(name: str, when: str, message: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN"
        f"   IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END IF;"
        "   RETURN NEW;"
        " END $$"
    )
