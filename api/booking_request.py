"""What a visitor sends to book places: one shape and one validation, for JSON and for our own forms."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate

from api.wire import Email, NotYet, PublicId, Text, Wire, plain_ascii
from services.bookings.booking import Participant
from services.ids import Prefix
from services.journeys.book_place import BookerOrganisation, NewsletterBox, Wish
from services.people.words import IncomeBand
from services.sets.terms import Accepted
from services.sets.words import PaymentMethod

MOST_PARTICIPANTS = 50
"""Far above any set's capacity, which `too-many-places` tells."""


class Answers(fields.Dict):
    """Answers to the set's questions; no set asks any yet, so every key is unknown."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        given: dict[str, Any] = super()._deserialize(value, attr, data, **kwargs)  # type: ignore[no-untyped-call]
        if given:
            raise ValidationError({key: ["This set asks no such question."] for key in given})
        return {}


class OrganisationIn(Wire):
    name = Text(max_length=200, load_default=None, allow_none=True)
    income_band = fields.Enum(IncomeBand, by_value=True, load_default=None, allow_none=True)
    charity_number = Text(max_length=20, load_default=None, allow_none=True)


class BookerIn(Wire):
    name = Text(max_length=120, required=True)
    email = Email(required=True)
    organisation = fields.Nested(OrganisationIn(), load_default=None, allow_none=True)


class ParticipantIn(Wire):
    name = Text(max_length=120, required=True)
    email = Email(required=True)
    answers = Answers(load_default=None, allow_none=True)


class AcceptedIn(Wire):
    terms = PublicId(Prefix.TERMS, required=True, allow_none=True)
    ground_rules = PublicId(Prefix.GROUND_RULES, required=True, allow_none=True)


class NewsletterIn(Wire):
    topics = fields.List(Text(max_length=60), required=True, validate=validate.Length(1, 20))
    wording_id = PublicId(Prefix.WORDING, required=True)


class BookingIn(Wire):
    price_id = PublicId(Prefix.PRICE, required=True)
    payment_method = fields.String(required=True, validate=validate.OneOf(["card", "none"]))
    booker = fields.Nested(BookerIn(), required=True)
    participants = fields.List(
        fields.Nested(ParticipantIn()), required=True, validate=validate.Length(1, MOST_PARTICIPANTS)
    )
    accepted = fields.Nested(AcceptedIn(), required=True)
    newsletter = fields.Nested(
        NewsletterIn(),
        load_default=None,
        allow_none=True,
        metadata={"description": "The separate box, ticked; booking alone makes nobody a subscriber"},
    )
    when_full = fields.String(load_default="reject", allow_none=True, validate=validate.OneOf(["reject"]))
    return_url = fields.Url(
        schemes={"http", "https"},
        require_tld=False,
        load_default=None,
        allow_none=True,
        validate=[validate.Length(max=2000), plain_ascii],
        metadata={"format": "uri", "description": "Where to go after paying; its origin must be one of the site's"},
    )
    discount_code = NotYet()
    purchase_order = NotYet()


def as_wish(wanted: dict[str, Any]) -> Wish:
    """The journey's wish, from a validated BookingIn."""
    booker, accepted, box = wanted["booker"], wanted["accepted"], wanted["newsletter"]
    organisation = booker["organisation"]
    return Wish(
        price_id=wanted["price_id"],
        payment_method=PaymentMethod(wanted["payment_method"]),
        booker_name=booker["name"],
        booker_email=booker["email"],
        organisation=BookerOrganisation(**organisation) if organisation else None,
        participants=[Participant(each["name"], each["email"]) for each in wanted["participants"]],
        accepted=Accepted(accepted["terms"], accepted["ground_rules"]),
        newsletter=NewsletterBox(**box) if box else None,
        return_url=wanted["return_url"],
    )
