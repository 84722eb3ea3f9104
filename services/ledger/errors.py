"""What the ledger can refuse.

DomainError
├── AccountNotFound    the chart has no such account
└── AccountCodeTaken   another account has this code
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class AccountNotFound(DomainError):
    """Accounts are named by their use, which is fixed."""

    code: ClassVar[str] = "account-not-found"
    title: ClassVar[str] = "There is no such account"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class AccountCodeTaken(DomainError):
    """Codes name one account each."""

    code: ClassVar[str] = "account-code-taken"
    title: ClassVar[str] = "Another account has this code"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, account_code: str) -> None:
        super().__init__(account_code)
        self.account_code = account_code

    def facts(self) -> dict[str, object]:
        return {"account_code": self.account_code}
