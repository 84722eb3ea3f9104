"""Statements as CSV: whatever the bank separates by, encodes in and writes above the heading."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from services.finance.bank.csv_mapping import CsvMapping, guess, numbers_of, plain, shape_of
from services.finance.bank.errors import BankFileUnreadable, BankMappingNeeded
from services.finance.bank.reading import (
    MOST_LINES,
    ReadLine,
    ReadStatement,
    StatementFormat,
    decode,
    parse_amount,
    parse_day,
    reference_of,
    tidy,
)

DELIMITERS = ",;\t|"
ABOVE_HEADING = 20
"""In how many rows the heading is looked for: some banks write name and balance above it."""

Row = tuple[int, list[str]]
"""A row and the line of the file that it ends on."""


@dataclass(frozen=True)
class CsvHints:
    """What is known of the file beforehand."""

    currency: str
    given: CsvMapping | None
    remembered: Mapping[str, CsvMapping]
    """By shape of the heading."""


@dataclass(frozen=True)
class CsvRead:
    """A statement, with the mapping it was read by and the shape of its heading."""

    statement: ReadStatement
    mapping: CsvMapping
    shape: str


def read_csv(content: bytes, hints: CsvHints) -> CsvRead:
    """The statement; raises BankFileUnreadable, BankMappingNeeded."""
    text = decode(content)
    for delimiter in DELIMITERS:
        found = _by_heading(_rows(text, delimiter), hints)
        if found is None and hints.given is not None and hints.given.is_by_number:
            found = _by_number(text, delimiter, hints.given, hints.currency)
        if found is not None:
            return found
    raise BankMappingNeeded(_likely_heading(text))


def _by_heading(rows: Iterator[Row], hints: CsvHints) -> CsvRead | None:
    for header in _headings(rows):
        mapping = _mapping_for(header, hints)
        if mapping is not None:
            return _read(header, rows, mapping, hints.currency)
    return None


def _by_number(text: str, delimiter: str, mapping: CsvMapping, currency: str) -> CsvRead | None:
    """The file from its first line on, where one of its first rows has a day in the column that was said.

    What stands above is left out only where it has no amount either: a line whose day cannot be read is refused.
    """
    rows = first_rows(text, delimiter)
    columns = _Columns.of(numbers_of(max(rows, key=len, default=[])), mapping, currency)
    has_day = [mapping.fits(numbers_of(row)) and columns.has_day(row) for row in rows]
    if not any(has_day):
        return None
    first = has_day.index(True)
    begins = next(at for at, row in enumerate(rows) if at == first or columns.has_amount(row))
    return _read(numbers_of(rows[first]), islice(_rows(text, delimiter), begins, None), mapping, currency)


def _read(header: Sequence[str], rows: Iterator[Row], mapping: CsvMapping, currency: str) -> CsvRead:
    lines = tuple(_Columns.of(header, mapping, currency).read(rows))
    return CsvRead(_statement(lines, currency), mapping, shape_of(header))


@dataclass(frozen=True)
class _Columns:
    positions: Mapping[str, int]
    mapping: CsvMapping
    currency: str

    @classmethod
    def of(cls, header: Sequence[str], mapping: CsvMapping, currency: str) -> _Columns:
        return cls({plain(name): at for at, name in enumerate(header)}, mapping, currency)

    def has_day(self, row: Sequence[str]) -> bool:
        with suppress(ValueError, BankFileUnreadable):
            parse_day(self._cell(0, row, self.mapping.date))
            return True
        return False

    def has_amount(self, row: Sequence[str]) -> bool:
        with suppress(BankFileUnreadable):
            return self._amount(0, row) is not None
        return False

    def read(self, rows: Iterator[Row]) -> Iterator[ReadLine]:
        read = 0
        for number, row in rows:
            amount = self._amount(number, row)
            if amount is None:
                continue
            read += 1
            if read > MOST_LINES:
                raise BankFileUnreadable(f"more than {MOST_LINES} lines: split it", line=number)
            yield self._line(number, row, amount)

    def _line(self, number: int, row: Sequence[str], amount: int) -> ReadLine:
        reference = self.mapping.reference
        try:
            booked_on = parse_day(self._cell(number, row, self.mapping.date))
        except ValueError as error:
            raise BankFileUnreadable(str(error), line=number, column=self.mapping.date) from error
        return ReadLine(
            booked_on=booked_on,
            amount_minor=amount,
            description=tidy(self._cell(number, row, self.mapping.description)),
            reference=reference_of(self._cell(number, row, reference)) if reference is not None else None,
            at_line=number,
        )

    def _amount(self, number: int, row: Sequence[str]) -> int | None:
        """Signed; None for a row of two empty columns, which says a balance and moves nothing."""
        if self.mapping.amount is not None:
            return self._minor(number, row, self.mapping.amount)
        money_in, money_out = self.mapping.money_in or "", self.mapping.money_out or ""
        cells = [self._cell(number, row, name).strip() for name in (money_in, money_out)]
        if not any(cells):
            return None
        received = self._minor(number, row, money_in) if cells[0] else 0
        spent = self._minor(number, row, money_out) if cells[1] else 0
        if received and spent:
            raise BankFileUnreadable("money in and money out on one line", line=number, column=money_out)
        return received - abs(spent)

    def _minor(self, number: int, row: Sequence[str], column: str) -> int:
        try:
            return parse_amount(self._cell(number, row, column), self.currency)
        except ValueError as error:
            raise BankFileUnreadable(str(error), line=number, column=column) from error

    def _cell(self, number: int, row: Sequence[str], column: str) -> str:
        at = self.positions[plain(column)]
        if at >= len(row):
            raise BankFileUnreadable("the line breaks off before it", line=number, column=column)
        return row[at]


def first_rows(text: str, delimiter: str) -> list[list[str]]:
    """The rows among which the heading is, up to the first that cannot be cut this way."""
    return list(_headings(_rows(text, delimiter)))


def _mapping_for(header: Sequence[str], hints: CsvHints) -> CsvMapping | None:
    if hints.given is not None:
        return hints.given if hints.given.fits(header) else None
    return hints.remembered.get(shape_of(header)) or guess(header)


def _statement(lines: tuple[ReadLine, ...], currency: str) -> ReadStatement:
    if not lines:
        raise BankFileUnreadable("there is no line below its heading")
    days = [line.booked_on for line in lines]
    return ReadStatement(StatementFormat.CSV, None, currency, min(days), max(days), lines)


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Rows that say anything; a spreadsheet's leftover commas do not."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BankFileUnreadable(
                "a quotation mark is out of place, or a cell never ends", line=reader.line_num
            ) from error
        if any(cell.strip() for cell in row):
            yield reader.line_num, row


def _headings(rows: Iterator[Row]) -> Iterator[list[str]]:
    """Rows that may be the heading, up to the first that cannot be cut this way."""
    with suppress(BankFileUnreadable):
        for _, (_, row) in zip(range(ABOVE_HEADING), rows, strict=False):
            yield row


def _likely_heading(text: str) -> list[str]:
    """The first row, cut by whatever cuts it into the most columns."""
    first = [next(_headings(_rows(text, delimiter)), []) for delimiter in DELIMITERS]
    return [tidy(name) for name in max(first, key=len)]
