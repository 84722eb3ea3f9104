"""Any file of a bank, by what it turns out to be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.finance.bank.camt_file import read_camt
from services.finance.bank.csv_file import CsvHints, CsvRead, read_csv
from services.finance.bank.errors import BankFileUnreadable
from services.finance.bank.ofx_file import read_ofx
from services.finance.bank.reading import CURRENCY, ReadStatement

HEAD = 2048
OFX = re.compile(rb"OFXHEADER|<OFX>", re.IGNORECASE)
ARCHIVES = (b"PK", b"%PDF", b"\xd0\xcf\x11\xe0")
"""Spreadsheets and PDFs, which people take for their statement."""


@dataclass(frozen=True)
class FileRead:
    """The statements of a file, and for CSV how it was read."""

    statements: Sequence[ReadStatement]
    csv: CsvRead | None = None


def read_file(content: bytes, hints: CsvHints, *, currency: str | None) -> FileRead:
    """Every statement in it; `currency` is what the uploader says it is in, if they do.

    Raises BankFileUnreadable, BankMappingNeeded.
    """
    head = content[:HEAD].lstrip(b"\xef\xbb\xbf \r\n\t")
    if not head:
        raise BankFileUnreadable("the file is empty")
    if head.startswith(ARCHIVES):
        raise BankFileUnreadable("it is a spreadsheet or PDF: download the statement as CSV, OFX or CAMT.053")
    if OFX.search(head):
        read = FileRead(read_ofx(content))
    elif head.startswith(b"<"):
        read = FileRead(read_camt(content))
    else:
        found = read_csv(content, hints)
        read = FileRead([found.statement], found)
    if not read.statements:
        raise BankFileUnreadable("there is no statement of an account in it")
    for statement in read.statements:
        if not CURRENCY.fullmatch(statement.currency):
            raise BankFileUnreadable("its currency is not one of three letters")
        if currency is not None and statement.currency != currency:
            raise BankFileUnreadable(f"the statement is in {statement.currency}, not in {currency}")
    return replace(read, statements=tuple(read.statements))
