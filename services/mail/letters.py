"""What each kind of letter says: its facts, frozen when it is caused, and its subject."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import TypeAdapter

from services.mail.calendar import SetDates
from services.mail.models import LetterKind
from services.money import Money


class Facts(ABC):
    """What one letter says. Links are absolute URLs; everything else is plain text, never markup."""

    kind: ClassVar[LetterKind]
    is_marketing: ClassVar[bool] = False

    @property
    @abstractmethod
    def subject(self) -> str:
        """The subject line."""


@dataclass(frozen=True)
class AboutBooking(Facts, ABC):
    """A letter to a booker about their own booking."""

    name: str
    set_title: str
    holder_url: str


@dataclass(frozen=True)
class PlaceHeld(AboutBooking):
    """Your place is held while you pay."""

    kind = LetterKind.PLACE_HELD

    places: int
    total: Money
    held_until: datetime
    timezone: str

    @property
    def subject(self) -> str:
        return f"Please pay to keep your {'place' if self.places == 1 else 'places'}: {self.set_title}"


@dataclass(frozen=True)
class HoldLapsed(AboutBooking):
    """The time to pay is over and the place is free again."""

    kind = LetterKind.HOLD_LAPSED

    @property
    def subject(self) -> str:
        return f"We could not keep your place: {self.set_title}"


@dataclass(frozen=True)
class PaymentFailed(AboutBooking):
    """A bank payment that we waited for did not arrive."""

    kind = LetterKind.PAYMENT_FAILED

    total: Money
    held_until: datetime
    timezone: str

    @property
    def subject(self) -> str:
        return f"Your payment did not arrive: {self.set_title}"


@dataclass(frozen=True)
class PaidLateRefunded(AboutBooking):
    """Paid after the hold had lapsed, and by then the set was full."""

    kind = LetterKind.PAID_LATE_REFUNDED

    refund: Money

    @property
    def subject(self) -> str:
        return f"We are refunding your payment: {self.set_title}"


@dataclass(frozen=True)
class PaidTwiceRefunded(AboutBooking):
    """One booking was paid twice."""

    kind = LetterKind.PAID_TWICE_REFUNDED

    refund: Money

    @property
    def subject(self) -> str:
        return f"You paid twice, and we are refunding one payment: {self.set_title}"


@dataclass(frozen=True)
class WithDates(Facts, ABC):
    """A letter that carries the calendar file."""

    name: str
    dates: SetDates


@dataclass(frozen=True)
class BookingConfirmed(WithDates):
    """To the booker: the booking stands."""

    kind = LetterKind.BOOKING_CONFIRMED

    participants: tuple[str, ...]
    total: Money
    """Nothing, for a free set."""
    paid_late: bool
    """Paid after the hold had lapsed, while a place was still free."""
    holder_url: str

    @property
    def subject(self) -> str:
        return f"Your booking is confirmed: {self.dates.title}"


@dataclass(frozen=True)
class PlaceGiven(WithDates):
    """To a participant whom somebody else booked for: who gave us your name, and what happens now."""

    kind = LetterKind.PLACE_GIVEN

    booker_name: str
    booker_organisation: str | None
    ground_rules: str | None
    """Title of the ground rules the set works by."""

    @property
    def subject(self) -> str:
        return f"You have a place: {self.dates.title}"


@dataclass(frozen=True)
class AlreadyEnrolled(Facts):
    """Somebody who has a place was booked again.

    Danger: it says that a person is on the set. To them it may always go; to a booker it tells a stranger's place,
    unless the earlier booking was the same booker's.
    """

    kind = LetterKind.ALREADY_ENROLLED

    name: str
    set_title: str
    participant_name: str | None
    """Who has two places now; None where it is the reader."""
    holder_url: str | None
    """For the booker alone."""

    @property
    def subject(self) -> str:
        if self.participant_name is None:
            return f"You already have a place: {self.set_title}"
        return f"Somebody you booked for already has a place: {self.set_title}"


@dataclass(frozen=True)
class SignIn(Facts):
    """The link to what belongs to a mailbox. Anybody can have it sent to anybody, so nothing in it was typed."""

    kind = LetterKind.SIGN_IN

    sign_in_url: str

    @property
    def subject(self) -> str:
        return "Your bookings"


@dataclass(frozen=True)
class StaffSignIn(Facts):
    """The link into the staff pages. Anybody can have it sent to anybody on the list, so nothing in it was typed."""

    kind = LetterKind.STAFF_SIGN_IN

    sign_in_url: str

    @property
    def subject(self) -> str:
        return "Sign in to the staff pages"


@dataclass(frozen=True)
class NewsletterConfirm(Facts):
    """Double opt-in. Anybody can have it sent to anybody, so nothing in it was typed by a visitor."""

    kind = LetterKind.NEWSLETTER_CONFIRM

    confirm_url: str

    @property
    def subject(self) -> str:
        return "Please confirm your newsletter sign-up"


@dataclass(frozen=True)
class NewsletterWelcome(Facts):
    """The consent receipt; the one letter here that is marketing."""

    kind = LetterKind.NEWSLETTER_WELCOME
    is_marketing = True

    topics: tuple[str, ...]
    """Their names."""
    wording: str
    """The text that was agreed to."""
    privacy_notice_version: str | None
    confirmed_at: datetime
    preferences_url: str
    leave_url: str

    @property
    def subject(self) -> str:
        return "Welcome to our newsletter"


@dataclass(frozen=True)
class NewsletterPreferences(Facts):
    """The link to somebody's preference page."""

    kind = LetterKind.NEWSLETTER_PREFERENCES

    preferences_url: str

    @property
    def subject(self) -> str:
        return "Your newsletter preferences"


@dataclass(frozen=True)
class NewsletterLeft(Facts):
    """To a known address that somebody typed on the leave page."""

    kind = LetterKind.NEWSLETTER_LEFT

    sign_up_url: str

    @property
    def subject(self) -> str:
        return "You will get no more newsletters from us"


_ADAPTERS: dict[LetterKind, TypeAdapter[Any]] = {
    letter.kind: TypeAdapter(letter)
    for letter in (
        PlaceHeld,
        HoldLapsed,
        PaymentFailed,
        PaidLateRefunded,
        PaidTwiceRefunded,
        BookingConfirmed,
        PlaceGiven,
        AlreadyEnrolled,
        SignIn,
        StaffSignIn,
        NewsletterConfirm,
        NewsletterWelcome,
        NewsletterPreferences,
        NewsletterLeft,
    )
}


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """As the outbox stores them."""
    stored: dict[str, Any] = _ADAPTERS[facts.kind].dump_python(facts, mode="json")
    return stored


def facts_from_json(kind: LetterKind, stored: dict[str, Any]) -> Facts:
    """What `facts_to_json` stored for a letter of this kind."""
    facts: Facts = _ADAPTERS[kind].validate_python(stored)
    return facts
