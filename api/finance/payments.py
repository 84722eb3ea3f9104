"""Payments: what Stripe took for bookings."""

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
from services.payments.money_views import MoneyFilter, list_all_payments

blueprint = Blueprint("finance_payments", __name__, url_prefix="/v1/finance", description="What Stripe took")


class PaymentWire(Wire):
    id = PublicId(Prefix.PAYMENT, required=True)
    booking_id = PublicId(Prefix.BOOKING, required=True)
    amount = fields.Nested(MoneyWire(), required=True)
    stripe_payment_intent_id = fields.String(required=True, metadata={"example": "pi_3QkZ8mB7WZ01zgkW0PqVbn2E"})
    stripe_charge_id = fields.String(
        required=True, allow_none=True, metadata={"example": "ch_3QkZ8mB7WZ01zgkW0ZxTQe1c"}
    )
    paid_at = Instant(required=True)
    created_at = Instant(required=True)


class PaymentsPage(Wire):
    data = fields.List(fields.Nested(PaymentWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/payments")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(OfBooking(), location="query")
@blueprint.response(200, PaymentsPage())
@blueprint.doc(operationId="listPayments", security=[{"staff": ["finance:read"]}])
def list_all(query: dict[str, Any]) -> Any:
    """List payments

    The latest first. A payment never changes: `updated_since` lists those that are new.
    """
    wanted = MoneyFilter(query["booking_id"], query["updated_since"])
    with outside().database.reading() as session:
        found = list_all_payments(session, wanted, after=after_id(query["cursor"]), limit=query["limit"] + 1)
    return page_by_id(found, query["limit"])
