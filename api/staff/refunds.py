"""Giving a booking's money back, by somebody's decision."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.idempotency import IDEMPOTENCY_KEY, request_key
from api.paths import named
from api.wire import Blueprint, Instant, MoneyWire, PublicId, Text, Whole, Wire
from services.access.keys import Scope
from services.bookings.errors import BookingNotFound
from services.ids import Prefix
from services.journeys.refund_booking import RefundWish, refund_booking
from services.money import Money

blueprint = Blueprint("staff_refunds", __name__, url_prefix="/v1/staff", description="Money given back")


class RefundAmountWire(Wire):
    amount_minor = Whole(least=1, required=True)
    currency = Text(min_length=3, max_length=3, required=True, metadata={"example": "GBP"})


class RefundIn(Wire):
    amount = fields.Nested(
        RefundAmountWire(),
        required=True,
        allow_none=True,
        metadata={"description": "null: all that is left"},
    )
    reason = Text(max_length=200, required=True, metadata={"example": "Fell ill before the first session"})


class RefundPartWire(Wire):
    id = PublicId(Prefix.REFUND, required=True)
    payment_id = PublicId(Prefix.PAYMENT, required=True)
    amount = fields.Nested(MoneyWire(), required=True)
    status = fields.String(required=True, metadata={"enum": ["requested", "pending", "succeeded", "failed"]})


class RefundMade(Wire):
    id = PublicId(Prefix.REFUND, required=True, metadata={"description": "The first refund's"})
    booking_id = PublicId(Prefix.BOOKING, required=True)
    amount = fields.Nested(MoneyWire(), required=True)
    reason = fields.String(required=True, metadata={"example": "Fell ill before the first session"})
    refunds = fields.List(
        fields.Nested(RefundPartWire()), required=True, metadata={"description": "One for each payment it comes out of"}
    )
    created_at = Instant(required=True)


@blueprint.post("/bookings/<booking_id>/refunds")
@access.staff(Scope.BOOKINGS_WRITE)
@blueprint.arguments(RefundIn())
@blueprint.response(201, RefundMade())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="refundBooking", security=[{"staff": ["bookings:write"]}], parameters=[IDEMPOTENCY_KEY])
def refund(wanted: dict[str, Any], booking_id: str) -> Any:
    """Refund a booking

    All that is left of what was paid, or a part of it; the booking itself stays as it is. Stripe is asked within a
    second or two. Refunds and disputes together never come to more than was paid.
    """
    amount = Money(**wanted["amount"]) if wanted["amount"] else None
    principal = current_staff().principal
    wish = RefundWish(named(Prefix.BOOKING, booking_id, BookingNotFound), amount, wanted["reason"])
    answer = refund_booking(outside(), wish, request_key(principal, wanted), actor=principal)
    return answer.refund, 201, {"Idempotent-Replayed": "true"} if answer.replayed else {}
