"""A booking on the wire, as whoever may see it is answered."""

from __future__ import annotations

from marshmallow import fields

from api.wire import Instant, MoneyWire, PublicId, Wire
from services.bookings.words import BookingStatus
from services.ids import Prefix


class EnrolmentOut(Wire):
    id = PublicId(Prefix.ENROLMENT, required=True)
    name = fields.String(required=True)


class BookingOut(Wire):
    """A booking as its holder sees it."""

    id = PublicId(Prefix.BOOKING, required=True)
    set_id = PublicId(Prefix.SET, required=True)
    status = fields.String(required=True, metadata={"enum": [status.value for status in BookingStatus]})
    total = fields.Nested(MoneyWire(), required=True)
    held_until = Instant(required=True, allow_none=True, metadata={"description": "null once nothing is held"})
    enrolments = fields.List(fields.Nested(EnrolmentOut()), required=True)
    created_at = Instant(required=True)


class BookingShown(BookingOut):
    payment_method = fields.String(required=True)
    payment_pending = fields.Boolean(
        required=True, metadata={"description": "The bank is still sending the money; the place is kept"}
    )
    confirmed_at = Instant(required=True, allow_none=True)
