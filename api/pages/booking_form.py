"""The booking form: what was typed, as the API's own request, and what is wrong with it, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from api.booking_request import BookingIn
from api.pages.shown_set import ShownPrice
from api.problems import flattened
from services.ids import Prefix, to_public
from services.sets.views import SetView, TextView

SCHEMA = BookingIn()

FIELDS = {
    "/booker/name": "name",
    "/booker/email": "email",
    "/booker/organisation/name": "organisation",
    "/booker/organisation/charity_number": "charity_number",
    "/booker/organisation/income_band": "price",
    "/price_id": "price",
    "/payment_method": "price",
    "/participants": "people",
    "/accepted/terms": "terms",
    "/accepted/ground_rules": "ground_rules",
    "/newsletter/topics": "topics",
}
"""Where in the form a place of the request is typed."""

ORDER = (
    "",
    "name",
    "email",
    "organisation",
    "charity_number",
    "price",
    "people",
    "person",
    "ground_rules",
    "terms",
    "topics",
)
PARTICIPANT = re.compile(r"/participants/(\d+)/(name|email)")
EMPTY = {"name": "Enter your name", "email": "Enter your e-mail address", "price": "Choose a price"}
NOT_AN_ADDRESS = "Enter an e-mail address like name@example.org"
NOBODY_COMING = "Say who is coming: tick the box, or add a person"
NOT_ACCEPTED = {
    "terms": "Tick the box to accept the booking terms",
    "ground_rules": "Tick the box to accept the ground rules",
}


@dataclass(frozen=True)
class Person:
    """Somebody else who is coming, as typed."""

    name: str
    email: str


@dataclass(frozen=True)
class BookingForm:
    """What the page's form holds, as typed."""

    name: str = ""
    email: str = ""
    organisation: str = ""
    charity_number: str = ""
    price: str = ""
    attending: bool = True
    people: tuple[Person, ...] = ()
    terms: str = ""
    ground_rules: str = ""
    topics: tuple[str, ...] = ()
    wording_id: str = ""

    @classmethod
    def read(cls, sent: MultiDict[str, str]) -> BookingForm:
        pairs = zip(sent.getlist("person_name"), sent.getlist("person_email"), strict=False)
        return cls(
            **{name: sent.get(name, "").strip() for name in ("name", "email", "organisation", "charity_number")},
            **{name: sent.get(name, "") for name in ("price", "terms", "ground_rules", "wording_id")},
            attending="attending" in sent,
            people=tuple(Person(name.strip(), email.strip()) for name, email in pairs),
            topics=tuple(sent.getlist("topics")),
        )

    @property
    def places(self) -> int:
        return len(self.people) + self.attending


@dataclass
class Wanted:
    """A form that was sent: the validated request, or what is wrong with each field."""

    request: dict[str, Any] | None = None
    errors: dict[str, str] = field(default_factory=dict)


def validated(form: BookingForm, learning_set: SetView, prices: Iterable[ShownPrice]) -> Wanted:
    """Have the API's own schema judge the form, and with it the texts to accept: all errors come at once."""
    wanted = Wanted()
    try:
        wanted.request = SCHEMA.load(_request(form, prices))
    except ValidationError as refused:
        told = {each["pointer"]: each["detail"] for each in flattened(refused.messages, located=True)}
        wanted.errors = field_errors(form, told)
    wanted.errors = _in_reading_order(wanted.errors | _not_accepted(form, learning_set))
    return wanted


def field_errors(form: BookingForm, told: Mapping[str, str]) -> dict[str, str]:
    """A sentence for each field at fault, from pointers into the request; "" holds what belongs to none."""
    errors: dict[str, str] = {}
    for pointer, detail in told.items():
        name = _field(pointer, form)
        errors.setdefault(name, _sentence(name, detail, form))
    return errors


def _request(form: BookingForm, prices: Iterable[ShownPrice]) -> dict[str, Any]:
    price = next((price for price in prices if price.id == form.price), None)
    booker = {"name": form.name, "email": form.email}
    others = [{"name": person.name, "email": person.email} for person in form.people]
    request: dict[str, Any] = {
        "price_id": form.price,
        "payment_method": price.payment_method if price else "card",
        "booker": booker | {"organisation": _organisation(form, price)},
        "participants": [booker, *others] if form.attending else others,
        "accepted": {"terms": form.terms or None, "ground_rules": form.ground_rules or None},
    }
    if form.topics:
        request["newsletter"] = {"topics": list(form.topics), "wording_id": form.wording_id}
    return request


def _organisation(form: BookingForm, price: ShownPrice | None) -> dict[str, str | None] | None:
    """The income is declared by choosing the price that is for it."""
    band = price.band if price else None
    if not (form.organisation or form.charity_number or band):
        return None
    return {
        "name": form.organisation or None,
        "charity_number": form.charity_number or None,
        "income_band": band,
    }


def _not_accepted(form: BookingForm, learning_set: SetView) -> dict[str, str]:
    in_force = {
        "terms": _id(Prefix.TERMS, learning_set.terms),
        "ground_rules": _id(Prefix.GROUND_RULES, learning_set.ground_rules),
    }
    return {name: NOT_ACCEPTED[name] for name, text_id in in_force.items() if text_id != getattr(form, name)}


def _in_reading_order(errors: dict[str, str]) -> dict[str, str]:
    """As one meets the fields on the page, people by their number."""
    return dict(sorted(errors.items(), key=lambda error: ORDER.index(error[0].split("-")[0])))


def _id(prefix: Prefix, text: TextView | None) -> str:
    return to_public(prefix, text.id) if text else ""


def _field(pointer: str, form: BookingForm) -> str:
    participant = PARTICIPANT.fullmatch(pointer)
    if participant is None:
        return FIELDS.get(pointer, "")
    position, what = int(participant[1]) - form.attending, participant[2]
    return what if position < 0 else f"person-{position + 1}-{what}"


def _sentence(name: str, detail: str, form: BookingForm) -> str:
    if name == "people":
        return NOBODY_COMING
    if name.startswith("person-"):
        _, number, what = name.split("-")
        typed = getattr(form.people[int(number) - 1], what)
        empty = f"Enter the {'name' if what == 'name' else 'e-mail address'} of person {number}"
    else:
        what, typed = name, getattr(form, name, "")
        empty = EMPTY.get(name, detail)
    if not typed:
        return empty
    return NOT_AN_ADDRESS if what == "email" and detail.startswith("Not a valid") else detail
