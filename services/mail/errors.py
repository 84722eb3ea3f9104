"""What handing a letter over can end in.

DomainError
├── LetterInHand          another worker is at it, or died at it a moment ago: try again later
├── PostboxUnavailable    try again later
└── PostboxRefused        this letter will never be taken
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class LetterInHand(DomainError):
    """Somebody claimed the letter so lately that they may still be delivering it."""

    code: ClassVar[str] = "letter-in-hand"
    title: ClassVar[str] = "This letter is being delivered"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE


class PostboxUnavailable(DomainError):
    """The mail server did not take the letter, but may take it later.

    `cause` is an SMTP code or the name of an exception, never a message: those hold addresses. `may_have_arrived`:
    the connection broke after the letter had begun to be sent, and nobody knows whether it was taken.
    """

    code: ClassVar[str] = "postbox-unavailable"
    title: ClassVar[str] = "The mail server cannot be reached just now"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE

    def __init__(self, cause: str, *, may_have_arrived: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.may_have_arrived = may_have_arrived


class PostboxRefused(DomainError):
    """The mail server refused the letter for good."""

    code: ClassVar[str] = "postbox-refused"
    title: ClassVar[str] = "The mail server does not take this letter"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause

    def facts(self) -> dict[str, object]:
        return {"cause": self.cause}
