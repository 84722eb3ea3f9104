"""What finance costs as the books grow, on PostgreSQL: a month, a pass after an import, a year's exports.

`make bench` prints the table, time and memory. Each is read in a process of its own; peak memory is all that the
process ever had.
"""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import text

from services.database import Database
from services.finance.exports.targets import Target
from tests.builders.ledger import LINES_A_PAYMENT, a_ledger
from tests.conftest import FreshDatabase

SIZES = [int(lines) for lines in os.environ.get("BENCH_LINES", "10000,100000,1000000").split(",")]
READINGS = ("month", "reconcile", *Target)
MOST_SECONDS_FOR_A_MONTH = 1.0
MOST_SECONDS_FOR_A_PASS = 1.0
MOST_MB = 150
LINES_ON_SQLITE = 100_000


@pytest.mark.parametrize("lines", SIZES)
def test_finance(lines: int, fresh_database: FreshDatabase, tmp_path: Path) -> None:
    url = fresh_database("postgresql", tmp_path)
    loaded = load(url, lines)
    measured = {what: reading(url, what) for what in READINGS}
    for what, found in measured.items():
        sys.stdout.write(
            f"\n{loaded:>9,} journal lines  {what:<20} {found['seconds']:8.2f} s {found['peak_mb']:6.0f} MB"
            f" {found['size'] / 1e6:8.1f} MB long"
        )
    sys.stdout.write("\n")
    assert measured["month"]["seconds"] < MOST_SECONDS_FOR_A_MONTH
    assert measured["reconcile"]["seconds"] < MOST_SECONDS_FOR_A_PASS
    assert max(found["peak_mb"] for found in measured.values()) < MOST_MB


def test_a_year_on_sqlite_fits_in_little_memory(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    url = fresh_database("sqlite", tmp_path)
    database = Database(url)
    with database.writing() as session:
        a_ledger(session, payments=LINES_ON_SQLITE // LINES_A_PAYMENT, from_on=date(2026, 1, 1))
    database.dispose()
    assert max(reading(url, what)["peak_mb"] for what in READINGS) < MOST_MB


def load(url: str, lines: int) -> int:
    """Fill the books; how many lines they have then."""
    database = Database(url)
    with database.writing() as session:
        # What the builder makes balances and has its keys; checking a million lines one by one takes minutes.
        session.execute(text("SET LOCAL session_replication_role = replica"))
        loaded = a_ledger(session, payments=lines // LINES_A_PAYMENT, from_on=date(2026, 1, 1)).lines
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    database.dispose()
    return loaded


def reading(url: str, what: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.finance_once", url, what]
    answer = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[2])
    found: dict[str, Any] = orjson.loads(answer.stdout)
    return found
