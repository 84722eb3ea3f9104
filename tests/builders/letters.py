"""One letter of each kind, with facts that are easy to recognise."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from services.mail.calendar import SessionDate, SetDates
from services.mail.letters import (
    AlreadyEnrolled,
    BookingConfirmed,
    Facts,
    HoldLapsed,
    NewsletterConfirm,
    NewsletterLeft,
    NewsletterPreferences,
    NewsletterWelcome,
    PaidLateRefunded,
    PaidTwiceRefunded,
    PaymentFailed,
    PlaceGiven,
    PlaceHeld,
    SignIn,
    StaffSignIn,
)
from services.mail.rendering import AddressedLetter, Letterhead
from services.money import Money

HOLDER_URL = "https://book.example/bookings/t/holder-token"
LEAVE_URL = "https://book.example/u/" + "a" * 43
PAY_BY = datetime(2026, 5, 1, 13, 30, tzinfo=UTC)
CAUSED_AT = datetime(2026, 4, 30, 9, 0, tzinfo=UTC)
FEE = Money(42000, "GBP")


def letterhead() -> Letterhead:
    return Letterhead(
        organisation_name="Larkfield Action Learning",
        mail_from="places@larkfield.example",
        host="book.example",
        privacy_notice_url="https://larkfield.example/privacy",
    )


def set_dates(*, title: str = "Leading through change", timezone: str = "Europe/London") -> SetDates:
    """Three meetings at 10:00 in London, before, within and after summer time."""
    return SetDates(
        title=title,
        timezone=timezone,
        sessions=(
            _session(1, datetime(2026, 3, 10, 10, tzinfo=UTC), datetime(2026, 3, 10, 13, tzinfo=UTC)),
            _session(2, datetime(2026, 6, 16, 9, tzinfo=UTC), datetime(2026, 6, 16, 12, tzinfo=UTC)),
            _session(3, datetime(2026, 11, 17, 10, tzinfo=UTC), datetime(2026, 11, 17, 13, tzinfo=UTC)),
        ),
        location="Larkfield House, 12 Mill Lane; Leeds",
        joining_link="https://meet.example/room?a=1&b=2",
    )


def _session(number: int, starts_at: datetime, ends_at: datetime) -> SessionDate:
    return SessionDate(UUID(int=number), starts_at, ends_at, sequence=number - 1)


def place_held(*, name: str = "Ada Lovelace", set_title: str = "Leading through change") -> PlaceHeld:
    return PlaceHeld(name, set_title, HOLDER_URL, 2, FEE, PAY_BY, "Europe/London")


def booking_confirmed(
    *, name: str = "Ada Lovelace", dates: SetDates | None = None, total: Money = FEE, paid_late: bool = False
) -> BookingConfirmed:
    return BookingConfirmed(
        name=name,
        dates=dates or set_dates(),
        participants=(name, "Grace Hopper"),
        total=total,
        paid_late=paid_late,
        holder_url=HOLDER_URL,
    )


def place_given(*, booker_name: str = "Ada Lovelace") -> PlaceGiven:
    return PlaceGiven("Grace Hopper", set_dates(), booker_name, "Riverside Trust", "Our ground rules")


def newsletter_welcome(*, leave_url: str = LEAVE_URL) -> NewsletterWelcome:
    return NewsletterWelcome(
        topics=("News", "Events"),
        wording="Send me news and events by e-mail.\nI can stop at any time.",
        privacy_notice_version="2026-01",
        confirmed_at=PAY_BY,
        preferences_url="https://book.example/p",
        leave_url=leave_url,
    )


def newsletter_confirm() -> NewsletterConfirm:
    return NewsletterConfirm("https://book.example/newsletter/confirm/" + "c" * 43)


def one_of_each() -> list[Facts]:
    return [
        place_held(),
        HoldLapsed("Ada Lovelace", "Leading through change", HOLDER_URL),
        PaymentFailed("Ada Lovelace", "Leading through change", HOLDER_URL, FEE, PAY_BY, "Europe/London"),
        PaidLateRefunded("Ada Lovelace", "Leading through change", HOLDER_URL, FEE),
        PaidTwiceRefunded("Ada Lovelace", "Leading through change", HOLDER_URL, FEE),
        booking_confirmed(),
        place_given(),
        AlreadyEnrolled("Grace Hopper", "Leading through change", None, None),
        SignIn("https://book.example/my/" + "m" * 43),
        StaffSignIn("https://book.example/staff/sign-in/" + "s" * 43),
        newsletter_confirm(),
        newsletter_welcome(),
        NewsletterPreferences("https://book.example/p/" + "p" * 43),
        NewsletterLeft("https://larkfield.example/newsletter"),
    ]


def addressed(facts: Facts, *, to_address: str = "ada@example.org") -> AddressedLetter:
    return AddressedLetter("<0192@book.example>", to_address, facts, CAUSED_AT)
