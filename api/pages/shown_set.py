"""A set in the words of its pages: prices, places and dates as people read them."""

from __future__ import annotations

from dataclasses import dataclass

from api.pages.dates import MeetingDate, when, zones
from services.ids import Prefix, to_public
from services.mail import formats
from services.money import Money
from services.sets.views import EnrolmentStatus, PriceView, SetView
from services.sets.words import SetFormat

FORMATS = {
    SetFormat.ONLINE: "Online",
    SetFormat.IN_PERSON: "In person",
    SetFormat.HYBRID: "Online and in person",
}
NO_PLACES = {
    EnrolmentStatus.FULL: "Full",
    EnrolmentStatus.WAITING_LIST: "Full",
    EnrolmentStatus.CLOSED: "Closed",
    EnrolmentStatus.CANCELLED: "Cancelled",
}
FEW = 2


@dataclass(frozen=True)
class ShownPrice:
    id: str
    name: str
    amount: str
    amount_minor: int
    currency: str
    band: str | None
    payment_method: str


@dataclass(frozen=True)
class ShownSet:
    """What the templates need beside the set itself."""

    format: str
    where: str
    dates: list[MeetingDate]
    zone: str
    span: str
    prices: list[ShownPrice]
    price: str
    """One line: `£180 to £420 a place`, or `Free`."""
    costs: bool
    places: str
    places_kind: str
    """A badge's class: success, warning, error, or nothing."""
    is_open: bool
    decision: str | None


def shown(learning_set: SetView) -> ShownSet:
    timezone = learning_set.timezone
    meetings = [meeting for meeting in learning_set.sessions if meeting.status == "scheduled"]
    dates = [when(meeting, timezone) for meeting in meetings]
    places, kind = _places(learning_set)
    return ShownSet(
        format=FORMATS[learning_set.format],
        where=learning_set.location or FORMATS[learning_set.format],
        dates=dates,
        zone=zones(meetings, timezone),
        span=_span(dates),
        prices=[_price(price) for price in learning_set.prices],
        price=_price_line(learning_set.prices),
        costs=any(price.amount.amount_minor for price in learning_set.prices),
        places=places,
        places_kind=kind,
        is_open=learning_set.enrolment_status is EnrolmentStatus.OPEN and bool(learning_set.prices),
        decision=_decision(learning_set),
    )


def money(amount: Money) -> str:
    """`£180`, `£180.50`, `Free`: pence only where there are any."""
    return formats.money(amount).removesuffix(".00") if amount.amount_minor else "Free"


def _price(price: PriceView) -> ShownPrice:
    return ShownPrice(
        id=to_public(Prefix.PRICE, price.id),
        name=price.name,
        amount=money(price.amount),
        amount_minor=price.amount.amount_minor,
        currency=price.amount.currency,
        band=price.band,
        payment_method="card" if "card" in price.payment_methods else "none",
    )


def _price_line(prices: list[PriceView]) -> str:
    amounts = list(dict.fromkeys(money(price.amount) for price in prices))
    if not amounts:
        return "No price yet"
    if len(amounts) > 1:
        return f"{amounts[0]} to {amounts[-1]} a place"
    return amounts[0] if amounts == ["Free"] else f"{amounts[0]} a place"


def _places(learning_set: SetView) -> tuple[str, str]:
    status, left = learning_set.enrolment_status, learning_set.places_left
    if status is not EnrolmentStatus.OPEN:
        return NO_PLACES[status], "error" if status is EnrolmentStatus.CANCELLED else ""
    if left == 1:
        return "1 place left", "warning"
    return f"{left} places left", "warning" if left <= FEW else "success"


def _span(dates: list[MeetingDate]) -> str:
    if not dates:
        return "Dates to be announced"
    if len(dates) == 1:
        return dates[0].date
    return f"{len(dates)} meetings, {dates[0].date} to {dates[-1].date}"


def _decision(learning_set: SetView) -> str | None:
    if learning_set.minimum_numbers is None or learning_set.decision_on is None:
        return None
    return (
        f"It runs with {learning_set.minimum_numbers} people or more: we decide by "
        f"{formats.day(learning_set.decision_on)}."
    )
