"""Cells of a table, and how they are written so that a spreadsheet takes text for text and numbers for numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO

Cell = str | int | Decimal | date | datetime | None
Row = Sequence[Cell]

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, or strips to find one."""
BATCH = 500
"""Rows that are written at a time."""


def neutral(text: str) -> str:
    """The text such that no spreadsheet computes it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def slashed(day: date) -> str:
    """31/01/2027."""
    return f"{day:%d/%m/%Y}"


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """Rows as CSV; numbers plain, instants in UTC."""
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_written(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case str():
            return neutral(cell)
        case datetime():
            return f"{cell.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        case date():
            return cell.isoformat()
        case Decimal():
            return f"{cell:f}"
        case _:
            return str(cell)
