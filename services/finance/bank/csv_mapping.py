"""Which column of a bank's CSV file is which: as a person said once, or as its heading leaves no doubt."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Self

IN_BRACKETS = re.compile(r"\([^)]*\)")

DATES = ("date", "transaction date", "booking date", "posting date", "date posted", "completed date")
AMOUNTS = ("amount", "transaction amount", "value", "net amount")
MONEY_IN = ("money in", "paid in", "credit", "credit amount", "credits", "amount in", "received", "deposits")
MONEY_OUT = ("money out", "paid out", "debit", "debit amount", "debits", "amount out", "spent", "withdrawals")
DESCRIPTIONS = (
    "description",
    "transaction description",
    "details",
    "narrative",
    "particulars",
    "memo",
    "payee",
    "name",
)
REFERENCES = ("reference", "transaction reference", "payment reference", "ref")


@dataclass(frozen=True)
class CsvMapping:
    """Columns by their heading, or by number from 1 where there is none.

    The amount is signed and in one, or without a sign and in two.
    """

    date: str
    description: str
    amount: str | None = None
    money_in: str | None = None
    money_out: str | None = None
    reference: str | None = None

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        return cls(**stored)

    def to_stored(self) -> dict[str, str | None]:
        return asdict(self)

    @property
    def has_amount(self) -> bool:
        """One column or two, never both and never half."""
        in_two = (self.money_in is not None, self.money_out is not None)
        return in_two == (False, False) if self.amount is not None else in_two == (True, True)

    @property
    def is_by_number(self) -> bool:
        """Nothing tells files without a heading apart, so such a mapping holds for one file."""
        return all(name.isdecimal() for name in asdict(self).values() if name is not None)

    def fits(self, header: Sequence[str]) -> bool:
        """Whether each of its columns is there, once."""
        names = [plain(name) for name in header]
        return all(names.count(plain(name)) == 1 for name in asdict(self).values() if name is not None)


def numbers_of(row: Sequence[str]) -> list[str]:
    """What its columns are called where no heading names them."""
    return [str(number) for number in range(1, len(row) + 1)]


def shape_of(header: Sequence[str]) -> str:
    """What two files of the same bank have in common."""
    return sha256("\n".join(plain(name) for name in header).encode()).hexdigest()


def plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def guess(header: Sequence[str]) -> CsvMapping | None:
    """The mapping of a heading that says in usual words what each column is."""
    day, description = _find(header, DATES), _find(header, DESCRIPTIONS)
    amount, money_in, money_out = _find(header, AMOUNTS), _find(header, MONEY_IN), _find(header, MONEY_OUT)
    if day is None or description is None:
        return None
    reference = _find(header, REFERENCES)
    if amount is not None:
        return CsvMapping(day, description, amount=amount, reference=reference)
    if money_in is not None and money_out is not None:
        return CsvMapping(day, description, money_in=money_in, money_out=money_out, reference=reference)
    return None


def likely_columns(header: Sequence[str]) -> dict[str, str]:
    """What the usual words in a heading hint at, by field of the mapping, even where they leave doubts."""
    usual = {
        "date": DATES,
        "description": DESCRIPTIONS,
        "amount": AMOUNTS,
        "money_in": MONEY_IN,
        "money_out": MONEY_OUT,
        "reference": REFERENCES,
    }
    found = {field: _find(header, words) for field, words in usual.items()}
    return {field: column for field, column in found.items() if column is not None}


def _find(header: Sequence[str], usual: Sequence[str]) -> str | None:
    """The heading that is one of the usual words, `Paid in (£)` too, the most usual first."""
    bare = [plain(IN_BRACKETS.sub("", name)) for name in header]
    found = next((word for word in usual if bare.count(word) == 1), None)
    return header[bare.index(found)] if found is not None else None
