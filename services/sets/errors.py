"""What the sets area can refuse.

DomainError
├── SetNotFound          no such set, or not published
├── EnrolmentClosed      the set takes no bookings now
├── PriceNotAvailable    not a price of this set for this payer, method or moment
├── TermsOutOfDate       what was accepted is not what is in force
├── SlugTaken            another set has this slug
├── CapacityBelowTaken   more places are taken than the set would have
├── SessionNotFound      not a session of this set that takes place
├── LastSession          a set without a session is none
├── PriceNotFound        not on this set's price list
├── SetNotReady          something is missing that people who book must know
├── SetHasBookings       somebody has a place
└── SetMoveNotAllowed    a set in this status cannot become what was asked
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


class SlugTaken(DomainError):
    """Another set, draft or not, has this slug."""

    code: ClassVar[str] = "slug-taken"
    title: ClassVar[str] = "Another set has this slug"
    kind: ClassVar[Kind] = Kind.CONFLICT


class CapacityBelowTaken(DomainError):
    """The set would have fewer places than people who have one."""

    code: ClassVar[str] = "capacity-below-taken"
    title: ClassVar[str] = "More places are taken than that"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} places are taken")
        self.taken = taken

    def facts(self) -> dict[str, object]:
        return {"places_taken": self.taken}


class SessionNotFound(DomainError):
    """Not a session of this set, or one that was dropped."""

    code: ClassVar[str] = "session-not-found"
    title: ClassVar[str] = "This set has no such session"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class LastSession(DomainError):
    """A set meets at least once."""

    code: ClassVar[str] = "last-session"
    title: ClassVar[str] = "This is the set's last session"
    kind: ClassVar[Kind] = Kind.CONFLICT


class PriceNotFound(DomainError):
    """Not on this set's price list."""

    code: ClassVar[str] = "price-not-found"
    title: ClassVar[str] = "This set has no such price"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class SetNotReady(DomainError):
    """Something is missing that people who book must know; the facts name the fields."""

    code: ClassVar[str] = "set-not-ready"
    title: ClassVar[str] = "Something is missing that a published set needs"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, missing: list[str]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing

    def facts(self) -> dict[str, object]:
        return {"missing": self.missing}


class SetHasBookings(DomainError):
    """What people have a place on stays in the catalogue."""

    code: ClassVar[str] = "set-has-bookings"
    title: ClassVar[str] = "Somebody has a place on this set"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, taken: int) -> None:
        super().__init__(f"{taken} places are taken")
        self.taken = taken

    def facts(self) -> dict[str, object]:
        return {"places_taken": self.taken}


class SetMoveNotAllowed(DomainError):
    """A set in this status cannot become what was asked."""

    code: ClassVar[str] = "set-move-not-allowed"
    title: ClassVar[str] = "A set in this status cannot be changed that way"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status

    def facts(self) -> dict[str, object]:
        return {"set_status": self.status}
