"""The first rows of a bank's CSV file, for whoever has to say which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.finance.bank.csv_file import DELIMITERS, first_rows
from services.finance.bank.csv_mapping import likely_columns, numbers_of
from services.finance.bank.errors import BankFileUnreadable
from services.finance.bank.reading import decode, tidy

ROWS_SHOWN = 5
FEWEST_COLUMNS = 3
"""A day, an amount and some words: narrower rows are a bank's own preface."""


@dataclass(frozen=True)
class CsvPreview:
    """The heading, what stands below it, and the column that its words hint at for each part of a line.

    Where there is no heading, columns are called by their numbers.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    likely: Mapping[str, str]


def preview_csv(content: bytes) -> CsvPreview:
    """Raises BankFileUnreadable where no row has as many columns as a line needs."""
    text = decode(content)
    rows = max((first_rows(text, delimiter) for delimiter in DELIMITERS), key=_widest)
    wide = [row for row in rows if _width(row) >= FEWEST_COLUMNS]
    if not wide:
        raise BankFileUnreadable("no row of it has a day, words and an amount: download it again, or OFX or CAMT.053")
    at = next((at for at, row in enumerate(wide) if _may_be_heading(row)), None)
    if at is None:
        return CsvPreview(tuple(numbers_of(max(wide, key=len))), _shown(wide), {})
    heading = _tidied(wide[at])
    return CsvPreview(heading, _shown(wide[at + 1 :]), likely_columns(heading))


def _widest(rows: Sequence[Sequence[str]]) -> int:
    return max(map(_width, rows), default=0)


def _may_be_heading(row: Sequence[str]) -> bool:
    """Where there are digits, it is somebody's payment."""
    return not any(character.isdigit() for cell in row for character in cell)


def _width(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _shown(rows: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(_tidied(row) for row in rows[:ROWS_SHOWN])


def _tidied(row: Sequence[str]) -> tuple[str, ...]:
    return tuple(tidy(cell) for cell in row)
