"""A set's fields on the wire, as staff send and see them."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from marshmallow import ValidationError, fields, validate

from api.wire import Day, Instant, MoneyWire, PublicId, Shaped, Text, Whole, Wire, plain_ascii
from services.ids import Prefix
from services.money import Money
from services.people.words import IncomeBand
from services.sets.pricing import VAT_RATES, NewPrice
from services.sets.words import SetFormat, SetStatus

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
CURRENCIES = ("GBP", "EUR", "USD")
FIRST_YEAR, LAST_YEAR = 2000, 2999
LARGEST_CAPACITY = 500
LARGEST_PRICE = 10_000_000
MOST_SESSIONS, MOST_PRICES, MOST_FACILITATORS = 60, 20, 20


class TimeZone(fields.String):
    """An IANA name that this machine knows."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name: str = super()._deserialize(value, attr, data, **kwargs)
        if name not in available_timezones():
            raise ValidationError("Not the name of a time zone, like Europe/London.")
        return name


def in_our_time(day: date) -> None:
    """Far dates have no wall clock in every zone: one of them would keep the whole catalogue from being shown."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"From {FIRST_YEAR} to {LAST_YEAR}, please.")


class MeetingWire(Wire):
    starts_at = Instant(required=True, validate=in_our_time)
    ends_at = Instant(required=True, validate=in_our_time)


class PriceAmountWire(Wire):
    amount_minor = Whole(most=LARGEST_PRICE, required=True)
    currency = fields.String(required=True, validate=validate.OneOf(CURRENCIES))


class NewPriceWire(Wire):
    name = Text(max_length=120, required=True, metadata={"example": "Under £100k a year"})
    amount = fields.Nested(PriceAmountWire(), required=True, metadata={"description": "A place, VAT included"})
    band = fields.Enum(IncomeBand, by_value=True, load_default=None, allow_none=True)
    vat_code = fields.String(load_default="E", validate=validate.OneOf(list(VAT_RATES)))
    vat_reason = Text(max_length=200, load_default=None, allow_none=True)
    nominal_code = Text(max_length=20, load_default="4000")
    cost_centre = Text(max_length=20, load_default=None, allow_none=True)


class SetFields(Wire):
    """What staff say of a set, when they make it and when they change it."""

    slug = Shaped(
        SLUG,
        "a slug, of small letters and digits with single hyphens between them",
        required=True,
        validate=validate.Length(1, 80),
    )
    title = Text(max_length=200, required=True)
    summary = Text(max_length=500, required=True)
    description = Text(max_length=20_000, lines=True, required=True, metadata={"description": "Markdown"})
    theme = Text(max_length=60, required=True)
    format = fields.Enum(SetFormat, by_value=True, required=True)
    location = Text(max_length=300, allow_none=True)
    joining_link = fields.Url(
        schemes={"https"},
        allow_none=True,
        validate=[validate.Length(max=500), plain_ascii],
        metadata={"format": "uri", "description": "For enrolled people only; never in the catalogue"},
    )
    language = Shaped(LANGUAGE, "a language, such as en or en-GB")
    timezone = TimeZone(required=True, metadata={"description": "IANA name; sessions keep its wall clock"})
    capacity = Whole(least=1, most=LARGEST_CAPACITY, required=True)
    minimum_numbers = Whole(least=1, most=LARGEST_CAPACITY, allow_none=True)
    decision_on = Day(allow_none=True, validate=in_our_time)
    enrolment_opens_at = Instant(allow_none=True, validate=in_our_time)
    enrolment_closes_at = Instant(allow_none=True, validate=in_our_time)
    terms_id = PublicId(Prefix.TERMS, allow_none=True)
    ground_rules_id = PublicId(Prefix.GROUND_RULES, allow_none=True)
    facilitators = fields.List(Text(max_length=120), validate=validate.Length(max=MOST_FACILITATORS))


class NewSetWire(SetFields):
    sessions = fields.List(fields.Nested(MeetingWire()), required=True, validate=validate.Length(1, MOST_SESSIONS))
    prices = fields.List(fields.Nested(NewPriceWire()), load_default=[], validate=validate.Length(max=MOST_PRICES))


class SetChangesWire(SetFields):
    """Any of them; what is left out stays as it is."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(partial=True, **kwargs)


class StaffSessionWire(Wire):
    id = PublicId(Prefix.SESSION, required=True)
    number = fields.Integer(required=True, metadata={"example": 1})
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    status = fields.String(required=True, metadata={"enum": ["scheduled", "cancelled"]})


class StaffVatWire(Wire):
    code = fields.String(required=True, metadata={"enum": list(VAT_RATES)})
    rate_percent = fields.String(required=True)


class StaffPriceWire(Wire):
    id = PublicId(Prefix.PRICE, required=True)
    name = fields.String(required=True)
    band = fields.String(required=True, allow_none=True)
    amount = fields.Nested(MoneyWire(), required=True)
    net = fields.Nested(MoneyWire(), required=True)
    vat = fields.Nested(StaffVatWire(), required=True)
    vat_reason = fields.String(required=True, allow_none=True)
    payment_methods = fields.List(fields.String(), required=True)
    valid_from = Instant(required=True, allow_none=True)
    valid_until = Instant(required=True, allow_none=True, metadata={"description": "Past, once it is withdrawn"})
    nominal_code = fields.String(required=True)
    cost_centre = fields.String(required=True, allow_none=True)


class StaffSetWire(Wire):
    id = PublicId(Prefix.SET, required=True)
    status = fields.Enum(SetStatus, by_value=True, required=True)
    slug = fields.String(required=True)
    title = fields.String(required=True)
    summary = fields.String(required=True)
    description = fields.String(required=True, metadata={"description": "Markdown"})
    theme = fields.String(required=True)
    format = fields.Enum(SetFormat, by_value=True, required=True)
    location = fields.String(required=True, allow_none=True)
    joining_link = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    timezone = fields.String(required=True)
    capacity = fields.Integer(required=True)
    places_taken = fields.Integer(required=True, metadata={"example": 2})
    minimum_numbers = fields.Integer(required=True, allow_none=True)
    decision_on = fields.Date(required=True, allow_none=True)
    enrolment_opens_at = Instant(required=True, allow_none=True)
    enrolment_closes_at = Instant(required=True, allow_none=True)
    terms_id = PublicId(Prefix.TERMS, required=True, allow_none=True)
    ground_rules_id = PublicId(Prefix.GROUND_RULES, required=True, allow_none=True)
    sessions = fields.List(fields.Nested(StaffSessionWire()), required=True)
    prices = fields.List(fields.Nested(StaffPriceWire()), required=True)
    facilitators = fields.List(fields.String(), required=True)
    created_at = Instant(required=True)
    updated_at = Instant(required=True)


def as_new_price(wanted: dict[str, Any]) -> NewPrice:
    return NewPrice(**{**wanted, "amount": Money(**wanted["amount"])})
