"""What can be wrong with a bank statement, or with saying what one of its lines is.

DomainError
├── BankFileUnreadable       the file breaks off, or says something that is no day or amount
├── BankMappingNeeded        which of its columns is which is not known
├── BankFileReadOtherwise    the same file is stored, as something else
├── BankStatementNotFound    no such statement
├── BankStatementMatched     lines of it are payouts
├── BankStatementShared      a later statement shows lines of it
├── BankLineNotFound         no such line
├── BankLineMatched          the line is another payout already
├── PayoutAtBank             the payout is another line already
└── BankLineDiffers          amount or currency of line and payout are not the same
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar
from uuid import UUID

from services.errors import DomainError, Kind
from services.finance.bank.csv_mapping import numbers_of
from services.ids import Prefix, to_public

LONGEST_NAME = 60


class BankFileUnreadable(DomainError):
    """The place is named, never what stands there: a statement is full of people."""

    code: ClassVar[str] = "bank-file-unreadable"
    title: ClassVar[str] = "This bank statement cannot be read; nothing of it was stored"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, detail: str, *, line: int | None = None, column: str | None = None) -> None:
        super().__init__(detail)
        self.detail, self.line = detail, line
        self.column = None if column is None else column[:LONGEST_NAME]

    def facts(self) -> dict[str, object]:
        place = [f"Line {self.line}"] if self.line is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        detail = ", ".join(place) + ": " + self.detail if place else self.detail
        return {
            "detail": detail[:1].upper() + detail[1:],
            "line": self.line,
            "column": self.column,
            "errors": [{"pointer": "/file", "detail": detail}],
        }


class BankMappingNeeded(DomainError):
    """Send `mapping` with it: by heading it is remembered for files with the same columns."""

    code: ClassVar[str] = "bank-mapping-needed"
    title: ClassVar[str] = "Say which column of this file is which"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, columns: Sequence[str]) -> None:
        super().__init__()
        is_heading = not any(character.isdigit() for column in columns for character in column)
        names = columns if is_heading else numbers_of(columns)
        self.columns = [name[:LONGEST_NAME] for name in names]
        """Numbers where what should be the heading has digits: then it is somebody's payment."""

    def facts(self) -> dict[str, object]:
        return {"columns": self.columns}


class BankFileReadOtherwise(DomainError):
    """Another account, currency or column makes other lines of it: what was stored has to be taken back first."""

    code: ClassVar[str] = "bank-file-read-otherwise"
    title: ClassVar[str] = "This file is stored already, as of another account, currency or columns"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, statement_id: UUID) -> None:
        super().__init__()
        self.statement_id = statement_id

    def facts(self) -> dict[str, object]:
        return {"statement_id": to_public(Prefix.STATEMENT, self.statement_id)}


class BankStatementNotFound(DomainError):
    code: ClassVar[str] = "bank-statement-not-found"
    title: ClassVar[str] = "There is no such bank statement"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class BankStatementMatched(DomainError):
    """What a payout stands on is not taken away with the statement."""

    code: ClassVar[str] = "bank-statement-matched"
    title: ClassVar[str] = "Lines of this bank statement are payouts"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BankStatementShared(DomainError):
    """Each line is stored once, with the statement that brought it first."""

    code: ClassVar[str] = "bank-statement-shared"
    title: ClassVar[str] = "A later bank statement shows lines of this one"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, statement_id: UUID) -> None:
        super().__init__()
        self.statement_id = statement_id

    def facts(self) -> dict[str, object]:
        return {"statement_id": to_public(Prefix.STATEMENT, self.statement_id)}


class BankLineNotFound(DomainError):
    code: ClassVar[str] = "bank-line-not-found"
    title: ClassVar[str] = "There is no such line on any bank statement"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class BankLineMatched(DomainError):
    code: ClassVar[str] = "bank-line-matched"
    title: ClassVar[str] = "This line of the bank is another payout already"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PayoutAtBank(DomainError):
    code: ClassVar[str] = "payout-at-bank"
    title: ClassVar[str] = "This payout is another line of the bank already"
    kind: ClassVar[Kind] = Kind.CONFLICT


class BankLineDiffers(DomainError):
    code: ClassVar[str] = "bank-line-differs"
    title: ClassVar[str] = "The line and the payout are not of the same amount and currency"
    kind: ClassVar[Kind] = Kind.CONFLICT
