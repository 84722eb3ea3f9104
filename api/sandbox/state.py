"""The stand-ins' memory: one SQLite file of their own, shared by web, worker and sandbox processes."""

from __future__ import annotations

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, created INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS replays (
    key TEXT PRIMARY KEY, created INTEGER NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL,
    body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, body BLOB NOT NULL, due_at REAL,
    attempts INTEGER NOT NULL DEFAULT 0, delivered_at REAL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, received_at TEXT NOT NULL, mail_from TEXT NOT NULL,
    rcpt_to TEXT NOT NULL, raw BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""


class SandboxState:
    """Documents by kind and id, and what else the stand-ins must remember.

    One connection a thread; `writing()` is IMMEDIATE, so two processes never lose each other's change.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()
        path.parent.mkdir(parents=True, exist_ok=True)
        # Turning to WAL heeds no time-out: processes that start together do it one after another.
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.connection().execute("PRAGMA journal_mode=WAL")
            self.connection().executescript(TABLES)

    def connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = sqlite3.connect(self.path, timeout=10, isolation_level=None)
            found.row_factory = sqlite3.Row
            found.execute("PRAGMA synchronous=NORMAL")
            self._local.connection = found
        return found

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction of one thread; entered again inside itself, it joins."""
        connection = self.connection()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def find(self, kind: str, document_id: str) -> dict[str, Any] | None:
        row = (
            self.connection()
            .execute("SELECT body FROM documents WHERE kind = ? AND id = ?", (kind, document_id))
            .fetchone()
        )
        return orjson.loads(row["body"]) if row else None

    def list(self, kind: str) -> list[dict[str, Any]]:
        """All documents of a kind, newest first, as Stripe lists them."""
        rows = self.connection().execute(
            "SELECT body FROM documents WHERE kind = ? ORDER BY created DESC, rowid DESC", (kind,)
        )
        return [orjson.loads(row["body"]) for row in rows]

    def put(self, kind: str, document_id: str, body: dict[str, Any], *, created: int = 0) -> None:
        """Store a document; `created` (Unix seconds) is kept from the first time."""
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO documents (kind, id, created, body) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
                (kind, document_id, created, orjson.dumps(body)),
            )

    def setting(self, name: str, default: Any = None) -> Any:
        row = self.connection().execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return orjson.loads(row["value"]) if row else default

    def set(self, name: str, value: Any) -> None:
        with self.writing() as connection:
            connection.execute(
                "INSERT INTO settings (name, value) VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (name, orjson.dumps(value)),
            )
