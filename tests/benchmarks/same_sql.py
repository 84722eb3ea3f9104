"""What a request asks of PostgreSQL, as a script for pgbench: the same statements in the same transactions.

A request is recorded twice with other content; what differs, ids and keys and addresses, is made anew by the script
each time it runs, so that it meets the same indexes and constraints.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import ClientCursor
from sqlalchemy import Connection, Engine, event

from tests.benchmarks.load import CALLERS
from tests.postgres import find_binaries

NUMBER = "\\set run_number random(1, 281474976710655)"
MARK = re.compile(r"'@@(\d+)(u?)@@'")


@dataclass(frozen=True)
class Said:
    """One statement with its values; without values it begins or ends a transaction."""

    sql: str
    values: dict[str, Any] | None = None


def script_of(engine: Engine, request: Callable[[], None]) -> str:
    """pgbench's script of what `request` does; it is called twice."""
    first, second = _recorded(engine, request), _recorded(engine, request)
    if [said.sql for said in first] != [said.sql for said in second]:
        raise AssertionError("the request does not always ask the same")
    varying = _varying(first, second)
    with engine.connect() as connection:
        cursor = ClientCursor(connection.connection.driver_connection)  # type: ignore[arg-type]
        statements = [_as_text(cursor, said, varying) for said in first]
    return "\n".join([NUMBER, *statements])


def run_pgbench(url: str, script: Path, seconds: float) -> float:
    """Scripts a second, over as many connections as the load has callers."""
    options = ["--no-vacuum", f"--client={CALLERS}", f"--time={max(1, round(seconds))}", f"--file={script}"]
    done = subprocess.run([f"{find_binaries()}/pgbench", *options, url], capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode != 0 or found is None:
        raise AssertionError(done.stderr[-2000:])
    return float(found[1])


def _recorded(engine: Engine, request: Callable[[], None]) -> list[Said]:
    with _recorder(engine) as said:
        request()
    return said


@contextmanager
def _recorder(engine: Engine) -> Iterator[list[Said]]:
    said: list[Said] = []

    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        level = f" ISOLATION LEVEL {options['isolation_level']}" if "isolation_level" in options else ""
        said.append(Said(f"BEGIN{level}{' READ ONLY' if options.get('postgresql_readonly') else ''}"))

    def execute(_connection: Connection, _cursor: Any, sql: str, values: Any, _context: Any, _many: bool) -> None:
        # One INSERT of many rows counts as many, too, and has its values in one mapping.
        said.extend(Said(sql, dict(each)) for each in (values if isinstance(values, list) else [values]))

    def commit(_connection: Connection) -> None:
        said.append(Said("COMMIT"))

    listeners: dict[str, Callable[..., None]] = {"begin": begin, "before_cursor_execute": execute, "commit": commit}
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield said
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def _varying(first: list[Said], second: list[Said]) -> dict[Any, str]:
    """A mark for each text and id that differs between two recordings."""
    differing = [
        value
        for one, other in zip(first, second, strict=True)
        for name, value in (one.values or {}).items()
        if isinstance(value, str | UUID) and value != (other.values or {})[name]
    ]
    return {
        value: f"@@{number}{'u' if isinstance(value, UUID) else ''}@@"
        for number, value in enumerate(dict.fromkeys(differing))
    }


def _as_text(cursor: ClientCursor[Any], said: Said, varying: dict[Any, str]) -> str:
    if said.values is None:
        return said.sql + ";"
    values = {
        name: varying.get(value, value) if isinstance(value, str | UUID) else value
        for name, value in said.values.items()
    }
    text = " ".join(cursor.mogrify(said.sql, values).split())
    return MARK.sub(lambda mark: _made_anew(int(mark[1]), is_id=bool(mark[2])), text) + ";"


def _made_anew(number: int, *, is_id: bool) -> str:
    if is_id:
        return f"('{number:08x}-0000-7000-8000-' || lpad(to_hex(:run_number), 12, '0'))"
    return f"('{number}-' || :run_number)"
