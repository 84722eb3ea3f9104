"""What can be exported, for whom, and in which form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from services.database import Database
from services.finance.exports import beancount, master, quickbooks, sage, xero
from services.finance.exports.beancount import beancount_ledger
from services.finance.exports.master import master_csv
from services.finance.exports.parts import Part
from services.finance.exports.quickbooks import quickbooks_bank, quickbooks_journals
from services.finance.exports.reading import Period, Position
from services.finance.exports.sage import sage50
from services.finance.exports.spreadsheet import master_xlsx
from services.finance.exports.xero import xero_bank, xero_journals

CSV, XLSX = "text/csv; charset=utf-8", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = "text/plain; charset=utf-8"


class Target(StrEnum):
    MASTER_CSV = "master.csv"
    MASTER_XLSX = "master.xlsx"
    XERO_BANK = "xero-bank"
    XERO_JOURNALS = "xero-journals"
    QUICKBOOKS_BANK = "quickbooks-bank"
    QUICKBOOKS_JOURNALS = "quickbooks-journals"
    SAGE50 = "sage50"
    BEANCOUNT = "beancount"


@dataclass(frozen=True)
class Wanted:
    """Days, and the currency, for programs that take one at a time."""

    period: Period
    currency: str


@dataclass(frozen=True)
class Form:
    """How a target's file is called: `version` is its column map's, and rises with it."""

    media_type: str
    suffix: str
    version: int

    def file_name(self, target: Target, period: Period, part: int) -> str:
        name = target.value.partition(".")[0]
        number = f"-part-{part}" if part > 1 else ""
        return f"setlist-{name}-v{self.version}-{period.from_on}-{period.until_on}{number}.{self.suffix}"


FORMS: Mapping[Target, Form] = {
    Target.MASTER_CSV: Form(CSV, "csv", master.VERSION),
    Target.MASTER_XLSX: Form(XLSX, "xlsx", master.VERSION),
    Target.XERO_BANK: Form(CSV, "csv", xero.VERSION),
    Target.XERO_JOURNALS: Form(CSV, "csv", xero.VERSION),
    Target.QUICKBOOKS_BANK: Form(CSV, "csv", quickbooks.VERSION),
    Target.QUICKBOOKS_JOURNALS: Form(CSV, "csv", quickbooks.VERSION),
    Target.SAGE50: Form(CSV, "csv", sage.VERSION),
    Target.BEANCOUNT: Form(PLAIN, "beancount", beancount.VERSION),
}
STREAMS: Mapping[Target, Callable[[Session, Wanted], Iterator[bytes]]] = {
    Target.MASTER_CSV: lambda session, wanted: master_csv(session, wanted.period),
    Target.MASTER_XLSX: lambda session, wanted: master_xlsx(session, wanted.period),
    Target.SAGE50: lambda session, wanted: sage50(session, wanted.period, wanted.currency),
    Target.BEANCOUNT: lambda session, wanted: beancount_ledger(session, wanted.period),
}
"""Whole at once, however long."""
PARTED: Mapping[Target, Callable[[Session, Period, str, Position | None], Part]] = {
    Target.XERO_BANK: xero_bank,
    Target.XERO_JOURNALS: xero_journals,
    Target.QUICKBOOKS_BANK: quickbooks_bank,
    Target.QUICKBOOKS_JOURNALS: quickbooks_journals,
}
"""In files of the size that the program takes."""


def stream(database: Database, target: Target, wanted: Wanted) -> Iterator[bytes]:
    """The file, as it is read; all of it as the books stood at one moment."""
    with database.reading() as session:
        yield from STREAMS[target](session, wanted)


def read_part(database: Database, target: Target, wanted: Wanted, after: Position | None) -> Part:
    """The part that follows a position, or the first."""
    with database.reading() as session:
        return PARTED[target](session, wanted.period, wanted.currency, after)


def read_parts(database: Database, target: Target, wanted: Wanted) -> Iterator[bytes]:
    """Every part one after the other, all of them as the books stood at one moment."""
    with database.reading() as session:
        part = PARTED[target](session, wanted.period, wanted.currency, None)
        while True:
            yield part.body
            if part.ends_at is None:
                return
            part = PARTED[target](session, wanted.period, wanted.currency, part.ends_at)
