"""Exports in parts: each a whole file of the size that a program takes, and no record cut in two."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.finance.exports.cells import Row, csv_bytes
from services.finance.exports.reading import Position


@dataclass(frozen=True)
class Record:
    """Rows that belong together."""

    position: Position
    rows: Sequence[Row]


@dataclass(frozen=True)
class Limit:
    """How much a program takes in one file, its heading not counted among the rows."""

    rows: int | None = None
    size: int | None = None


@dataclass(frozen=True)
class Part:
    """One file; `ends_at` is where the next one goes on, None where there is none."""

    body: bytes
    ends_at: Position | None


def fill_part(header: Row, records: Iterable[Record], limit: Limit) -> Part:
    """As many records as fit; one that is larger than the limit by itself is a part of its own."""
    chunks, rows, last = [csv_bytes([header])], 0, None
    size = len(chunks[0])
    for record in records:
        chunk = csv_bytes(record.rows)
        too_many = limit.rows is not None and rows + len(record.rows) > limit.rows
        too_large = limit.size is not None and size + len(chunk) > limit.size
        if last is not None and (too_many or too_large):
            return Part(b"".join(chunks), last)
        chunks.append(chunk)
        rows, size, last = rows + len(record.rows), size + len(chunk), record.position
    return Part(b"".join(chunks), None)
