"""Sage 50: the journal as audit-trail transactions.

Every line is a journal debit (JD) or credit (JC). Receipts and payments against a customer's account, which Sage takes
as SA and PA but not as SR and PP, come with invoices; until then there is no such account. A cost centre is Sage's
department where it can be one; as it is written it stands in the extra reference, for Sage's cost codes are projects'.
Source: Sage 50's table of fields for importing audit-trail transactions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from services.finance.exports.cells import Row, csv_bytes, slashed
from services.finance.exports.reading import ExportedEntry, Period, read_entries
from services.ledger.accounts import list_accounts
from services.ledger.chart import AccountKey, ChartAccount

VERSION = 1
COLUMNS = (
    "Type",
    "Account",
    "Nominal",
    "Dept",
    "Date",
    "Reference",
    "Details",
    "Net",
    "Tax code",
    "Tax",
    "Exchange rate",
    "Ex.Ref",
    "User",
    "Project",
    "Cost code",
)
LONGEST_CODE, LONGEST_REFERENCE, LONGEST_DETAILS = 8, 30, 60
DEPARTMENT, NO_DEPARTMENT = re.compile(r"[0-9]{1,3}"), 0
OUTSIDE_VAT = "T9"
"""Of journals: VAT is a line of its own."""


def sage50(session: Session, period: Period, currency: str) -> Iterator[bytes]:
    """The journal, an entry at a time."""
    accounts = list_accounts(session)
    yield csv_bytes([COLUMNS])
    for entry in read_entries(session, period, currency):
        yield csv_bytes(_rows(entry, accounts))


def _rows(entry: ExportedEntry, accounts: Mapping[AccountKey, ChartAccount]) -> Iterator[Row]:
    for line in entry.lines:
        about = line.about
        yield (
            "JD" if line.amount > 0 else "JC",
            None,
            line.code_in(accounts)[:LONGEST_CODE],
            _department(about.cost_centre or ""),
            slashed(entry.effective_on),
            entry.reference.partition("_")[2][:LONGEST_REFERENCE],
            entry.says[:LONGEST_DETAILS],
            abs(line.amount),
            OUTSIDE_VAT,
            "0.00",
            1,
            (about.cost_centre or "")[:LONGEST_REFERENCE],
            None,
            None,
            None,
        )


def _department(cost_centre: str) -> int:
    return int(cost_centre) if DEPARTMENT.fullmatch(cost_centre) else NO_DEPARTMENT
