"""The master as a spreadsheet: transactions, payouts and sets, a sheet each; numbers are numbers, text is text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.orm import Session
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from services.finance.exports.cells import Cell, Row, neutral
from services.finance.exports.master import (
    COLUMNS,
    PAYOUT_COLUMNS,
    SET_COLUMNS,
    master_rows,
    payout_rows,
    set_rows,
)
from services.finance.exports.reading import Period

MOST_ROWS = 1_000_000
"""On a sheet, which has 1,048,576 at the most."""
CHUNK = 64 * 1024
WIDTHS = {"created": 18, "payout_arrival_on": 18, "reporting_category": 22, "booking_id": 38}
NARROW, WIDE = 13, 34
NUMBERS = frozenset({"transactions", "gross", "fee", "net", "vat"})
A4 = 9
"""XlsxWriter's number for it."""
LEGIBLE_COLUMNS = 9
"""On a page of paper; more are spread over several pages, the first column on each."""
SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def master_xlsx(session: Session, period: Period) -> Iterator[bytes]:
    """The workbook, written to a file of its own row by row and then read from it."""
    with TemporaryDirectory(prefix="setlist-export-") as folder:
        path = Path(folder) / "master.xlsx"
        with Workbook(str(path), SAFE | {"tmpdir": folder}) as workbook:
            workbook.set_properties({"title": "Setlist", "created": period.begins_at.replace(tzinfo=None)})
            book = _Book(workbook)
            book.write("Transactions", COLUMNS, master_rows(session, period))
            book.write("Payouts", PAYOUT_COLUMNS, payout_rows(session, period))
            book.write("Sets", SET_COLUMNS, set_rows(session, period))
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk


class _Book:
    """A workbook with its formats."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.heading = workbook.add_format({"bold": True, "bottom": 1, "indent": 1})
        self.number_heading = workbook.add_format({"bold": True, "bottom": 1, "align": "right"})
        self.text = workbook.add_format({"indent": 1})
        self.day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left", "indent": 1})
        self.instant = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left", "indent": 1})
        self._amounts: dict[int, Format] = {}

    def write(self, title: str, columns: Row, rows: Iterator[Row]) -> None:
        """The rows on a sheet of that title, and on more where one does not hold them."""
        number = 1
        first = next(rows, None)
        while True:
            sheet = self._sheet(title if number == 1 else f"{title} {number}", columns)
            filled = chain([] if first is None else [first], islice(rows, MOST_ROWS - 1))
            for at, row in enumerate(filled, 1):
                for column, cell in enumerate(row):
                    self._write_cell(sheet, at, column, cell)
            first, number = next(rows, None), number + 1
            if first is None:
                return

    def _sheet(self, title: str, columns: Row) -> Worksheet:
        sheet = self.workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(-(-len(columns) // LEGIBLE_COLUMNS), 0)  # and as many pages down as it takes
        sheet.print_across()
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        for at, name in enumerate(columns):
            width = WIDTHS.get(str(name), WIDE if str(name).endswith("_id") else NARROW)
            sheet.set_column(at, at, width)
            sheet.write_string(0, at, str(name), self.number_heading if name in NUMBERS else self.heading)
        return sheet

    def _write_cell(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        match cell:
            case None:
                return
            case str():
                sheet.write_string(row, column, neutral(cell), self.text)
            case datetime():
                sheet.write_datetime(row, column, cell.astimezone(UTC).replace(tzinfo=None), self.instant)
            case date():
                sheet.write_datetime(row, column, cell, self.day)
            case Decimal():
                sheet.write_number(row, column, cell, self._amount(cell))
            case _:
                sheet.write_number(row, column, cell)

    def _amount(self, amount: Decimal) -> Format:
        """With as many decimals as its currency has."""
        decimals = max(0, -int(amount.as_tuple().exponent))
        if decimals not in self._amounts:
            shown = "#,##0." + "0" * decimals if decimals else "#,##0"
            self._amounts[decimals] = self.workbook.add_format({"num_format": shown})
        return self._amounts[decimals]
