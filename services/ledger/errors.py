"""What the ledger can refuse.

DomainError
└── AccountCodeTaken   another account has this code
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


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
