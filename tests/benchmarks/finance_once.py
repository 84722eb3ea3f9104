"""One reading of finance in a process of its own, which tells how long it took and how much memory it ever had.

`python -m tests.benchmarks.finance_once DATABASE_URL month|reconcile|TARGET`
"""

from __future__ import annotations

import re
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import orjson

import services.tables  # noqa: F401 - a foreign key has the type of what it points to
from services.database import Database
from services.finance.calendar_month import Month
from services.finance.exports.reading import Period
from services.finance.exports.targets import PARTED, Target, Wanted, read_parts, stream
from services.finance.months import summarise_month
from services.finance.reconciliation import reconcile

MONTH = Month(date(2026, 6, 1))
AFTER_THE_YEAR = datetime(2027, 1, 2, tzinfo=UTC)
YEAR = Wanted(Period(date(2026, 1, 1), date(2026, 12, 31)), "GBP")


def read(database: Database, what: str) -> int:
    """How many bytes it came to."""
    if what == "month":
        with database.reading() as session:
            return len(repr(summarise_month(session, MONTH)))
    if what == "reconcile":
        with database.writing() as session:
            return len(repr(reconcile(session, now=AFTER_THE_YEAR)))
    target = Target(what)
    return sum(map(len, (read_parts if target in PARTED else stream)(database, target, YEAR)))


def main(url: str, what: str) -> None:
    database = Database(url)
    with database.reading() as session:
        session.connection()  # what is measured is the reading, not the greeting
    begun = time.monotonic()
    size = read(database, what)
    seconds = time.monotonic() - begun
    sys.stdout.write(orjson.dumps({"seconds": seconds, "peak_mb": peak_mb(), "size": size}).decode())


def peak_mb() -> float:
    """By the kernel; `getrusage` would count what the process that started this one had."""
    status = Path("/proc/self/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
