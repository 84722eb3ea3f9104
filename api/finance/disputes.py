"""Disputes: what payers' banks have asked back."""

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
from services.payments.money_views import MoneyFilter, list_disputes

blueprint = Blueprint("finance_disputes", __name__, url_prefix="/v1/finance", description="What banks ask back")


class DisputeWire(Wire):
    id = PublicId(Prefix.DISPUTE, required=True)
    payment_id = PublicId(Prefix.PAYMENT, required=True)
    booking_id = PublicId(Prefix.BOOKING, required=True)
    amount = fields.Nested(MoneyWire(), required=True)
    reason = fields.String(required=True, metadata={"description": "The bank's", "example": "fraudulent"})
    status = fields.String(required=True, metadata={"enum": ["inquiry", "open", "won", "lost"]})
    stripe_dispute_id = fields.String(required=True, metadata={"example": "dp_1QkZ8mB7WZ01zgkWb3vTq8Yx"})
    opened_at = Instant(required=True)
    updated_at = Instant(required=True)
    settled_at = Instant(required=True, allow_none=True)


class DisputesPage(Wire):
    data = fields.List(fields.Nested(DisputeWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/disputes")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(OfBooking(), location="query")
@blueprint.response(200, DisputesPage())
@blueprint.doc(operationId="listDisputes", security=[{"staff": ["finance:read"]}])
def list_all(query: dict[str, Any]) -> Any:
    """List disputes

    The latest first. `updated_since` lists those that are new or have moved.
    """
    wanted = MoneyFilter(query["booking_id"], query["updated_since"])
    with outside().database.reading() as session:
        found = list_disputes(session, wanted, after=after_id(query["cursor"]), limit=query["limit"] + 1)
    return page_by_id(found, query["limit"])
