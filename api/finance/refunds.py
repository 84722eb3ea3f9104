"""Refunds: what was given back, by whomever."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import outside
from api.finance.keyset import OfBooking
from api.paging import after_id, page_by_id
from api.wire import Blueprint, Instant, MoneyWire, PublicId, Wire
from services.access.keys import Scope
from services.ids import Prefix
from services.payments.money_views import MoneyFilter, list_refunds

blueprint = Blueprint("finance_refunds", __name__, url_prefix="/v1/finance", description="What was given back")


class RefundWire(Wire):
    id = PublicId(Prefix.REFUND, required=True)
    payment_id = PublicId(Prefix.PAYMENT, required=True)
    booking_id = PublicId(Prefix.BOOKING, required=True)
    amount = fields.Nested(MoneyWire(), required=True)
    reason = fields.String(required=True, metadata={"enum": ["paid_late", "paid_twice", "staff", "at_stripe"]})
    note = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Staff's own words", "example": "Fell ill before the first session"},
    )
    status = fields.String(required=True, metadata={"enum": ["requested", "pending", "succeeded", "failed"]})
    stripe_refund_id = fields.String(
        required=True, allow_none=True, metadata={"example": "re_3QkZ8mB7WZ01zgkW0dGx9c3A"}
    )
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    settled_at = Instant(required=True, allow_none=True)


class RefundsPage(Wire):
    data = fields.List(fields.Nested(RefundWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/refunds")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(OfBooking(), location="query")
@blueprint.response(200, RefundsPage())
@blueprint.doc(operationId="listRefunds", security=[{"staff": ["finance:read"]}])
def list_all(query: dict[str, Any]) -> Any:
    """List refunds

    The latest first, those made in Stripe's dashboard too. `updated_since` lists those that are new or have moved.
    """
    wanted = MoneyFilter(query["booking_id"], query["updated_since"])
    with outside().database.reading() as session:
        found = list_refunds(session, wanted, after=after_id(query["cursor"]), limit=query["limit"] + 1)
    return page_by_id(found, query["limit"])
