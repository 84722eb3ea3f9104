"""Leases: locks that die with the process that holds them, whatever kills it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from services.database import Database

# A machine that vanished is noticed within some twenty seconds, here by libpq and, by `options`, at the server too,
# which would else keep its lock for two hours.
_KEEPALIVE = {
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "options": "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 "
    "-c tcp_user_timeout=20000",
}


class Lease(Protocol):
    """A name that one process at a time holds."""

    def acquire(self) -> bool:
        """Take it, unless somebody holds it."""

    def is_held(self) -> bool:
        """Whether it is still ours: a lease may be lost without our doing."""

    def release(self) -> None:
        """Give it back."""


LeaseMaker = Callable[[str], Lease]


def lease_maker(database: Database, folder: Path) -> LeaseMaker:
    """Makes leases: in PostgreSQL itself, for workers on many machines; as locked files in `folder` beside SQLite."""
    if database.is_sqlite:
        leases = folder / "leases"
        leases.mkdir(parents=True, exist_ok=True)
        return lambda name: FileLease(leases / f"{name}.lock")
    engine = lease_engine(database.engine.url)
    return lambda name: PostgresLease(engine, name)


def lease_engine(url: URL) -> Engine:
    """Connections that die, at both ends, with the machine at either."""
    return create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_KEEPALIVE)


class PostgresLease:
    """An advisory lock, which lives as long as its connection."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._key = int.from_bytes(sha256(f"setlist:{name}".encode()).digest()[:8], "big", signed=True)
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        with ExitStack() as closing:
            connection = closing.enter_context(self._engine.connect())
            if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key}):
                self._connection = connection
                closing.pop_all()
        return self._connection is not None

    def is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class FileLease:
    """A locked file, which the kernel unlocks when its process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        if self.is_held():
            return True
        self._close()  # it was removed by its last holder between our two steps
        return False

    def is_held(self) -> bool:
        """Also false where the file was removed: others would lock a new one of its name."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), os.stat(self._path))
        except OSError:
            return False

    def release(self) -> None:
        if self.is_held():
            self._path.unlink()
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
