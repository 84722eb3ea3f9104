"""What the sets area can refuse.

DomainError
├── SetNotFound         no such set, or not published
├── EnrolmentClosed     the set takes no bookings now
├── PriceNotAvailable   not a price of this set for this payer, method or moment
└── TermsOutOfDate      what was accepted is not what is in force
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class SetNotFound(DomainError):
    """No published set has this id or slug."""

    code: ClassVar[str] = "set-not-found"
    title: ClassVar[str] = "There is no such set"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class EnrolmentClosed(DomainError):
    """The set has begun, is cancelled, or its enrolment window is not open."""

    code: ClassVar[str] = "enrolment-closed"
    title: ClassVar[str] = "This set takes no bookings now"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PriceNotAvailable(DomainError):
    """The price is not one of this set's, or not for this income band, payment method or moment."""

    code: ClassVar[str] = "price-not-available"
    title: ClassVar[str] = "This price is not available for this booking"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__(detail)
        self.pointer = pointer
        self.detail = detail

    def facts(self) -> dict[str, object]:
        return {"detail": self.detail, "errors": [{"pointer": self.pointer, "detail": self.detail}]}


class TermsOutOfDate(DomainError):
    """The terms or ground rules accepted are not the ones in force; the facts name those that are."""

    code: ClassVar[str] = "terms-out-of-date"
    title: ClassVar[str] = "The terms or ground rules have changed: please read and accept them again"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, in_force: dict[str, str | None]) -> None:
        super().__init__("terms out of date")
        self.in_force = in_force

    def facts(self) -> dict[str, object]:
        return {"in_force": self.in_force}
