"""What the bookings area can refuse.

DomainError
├── SetFull           not as many places are left as were asked for
├── TooManyPlaces     more people than the set could ever hold
├── BookingNotFound   no such booking, or not this holder's
├── NotConfirmed      its dates come with its confirmation
└── MoveNotAllowed    a booking in this status cannot become what was asked
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from services.errors import DomainError, Kind
from services.ids import Prefix, to_public


class SetFull(DomainError):
    """Fewer places are left than the booking needs."""

    code: ClassVar[str] = "set-full"
    title: ClassVar[str] = "Not enough places are left on this set"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, set_id: UUID) -> None:
        super().__init__(f"set {set_id} is full")
        self.set_id = set_id

    def facts(self) -> dict[str, object]:
        return {"set_id": to_public(Prefix.SET, self.set_id)}


class TooManyPlaces(DomainError):
    """The booking names more people than the set has places in all."""

    code: ClassVar[str] = "too-many-places"
    title: ClassVar[str] = "This booking asks for more places than the set has"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, capacity: int) -> None:
        super().__init__(f"more than {capacity}")
        self.capacity = capacity

    def facts(self) -> dict[str, object]:
        return {"capacity": self.capacity}


class BookingNotFound(DomainError):
    """No such booking for whoever asks."""

    code: ClassVar[str] = "booking-not-found"
    title: ClassVar[str] = "There is no such booking"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class NotConfirmed(DomainError):
    """Only who has a place gets its dates with the link to join."""

    code: ClassVar[str] = "booking-not-confirmed"
    title: ClassVar[str] = "This booking is not confirmed"
    kind: ClassVar[Kind] = Kind.CONFLICT


class MoveNotAllowed(DomainError):
    """The table of moves has no such step."""

    code: ClassVar[str] = "booking-move-not-allowed"
    title: ClassVar[str] = "A booking in this status cannot be changed that way"
    kind: ClassVar[Kind] = Kind.CONFLICT
