"""Money, dates and times as people read them, in letters and on pages."""

from __future__ import annotations

from datetime import date as calendar_date
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_name
from babel.numbers import format_currency, get_currency_precision

from services.money import Money

LOCALE = "en_GB"


def money(amount: Money) -> str:
    """`£420.00`."""
    return format_currency(major(amount), amount.currency, locale=LOCALE)


def major(amount: Money) -> Decimal:
    """`420.00`, for machines that count in pounds."""
    return Decimal(amount.amount_minor).scaleb(-get_currency_precision(amount.currency))


def date(at: datetime, timezone: str) -> str:
    """`Friday 1 May 2026`."""
    return format_datetime(at, "EEEE d MMMM y", tzinfo=ZoneInfo(timezone), locale=LOCALE)


def day(on: calendar_date) -> str:
    """The same for a day without an hour."""
    return format_date(on, "EEEE d MMMM y", locale=LOCALE)


def clock_time(at: datetime, timezone: str) -> str:
    """`14:30`."""
    return format_datetime(at, "HH:mm", tzinfo=ZoneInfo(timezone), locale=LOCALE)


def zone(at: datetime, timezone: str) -> str:
    """`UK time`; elsewhere as on that very day, `Central European Summer Time`: a set may meet in both."""
    if timezone == "Europe/London":
        return "UK time"
    return get_timezone_name(at.astimezone(ZoneInfo(timezone)), locale=LOCALE)


def moment(at: datetime, timezone: str) -> str:
    """`14:30 on Friday 1 May 2026 (UK time)`."""
    return f"{clock_time(at, timezone)} on {date(at, timezone)} ({zone(at, timezone)})"
