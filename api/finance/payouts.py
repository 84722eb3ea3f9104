"""Payouts: Stripe's lines beside ours and the bank's, and how the three agree."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import outside
from api.finance.keyset import page_by_day
from api.paging import UpdatedPageArgs, after_day
from api.wire import Blueprint, Instant, MoneyWire, PublicId, Wire
from services.access.keys import Scope
from services.finance.payout_views import PayoutFilter, get_payout, list_payouts
from services.finance.words import PayoutStatus, Verdict
from services.ids import Prefix

blueprint = Blueprint("finance_payouts", __name__, url_prefix="/v1/finance", description="Payouts, explained")

PAYOUT = "po_1QkZ8mB7WZ01zgkWu1KToYf4"
TRANSACTION = "txn_3QkZ8mB7WZ01zgkW0EV3TLf4"


class PayoutWire(Wire):
    id = fields.String(required=True, metadata={"description": "Stripe's", "example": PAYOUT})
    amount = fields.Nested(MoneyWire(), required=True)
    status = fields.Enum(PayoutStatus, by_value=True, required=True)
    automatic = fields.Boolean(attribute="is_automatic", required=True)
    arrival_on = fields.Date(required=True, metadata={"example": "2026-11-20"})
    created_at = Instant(required=True)
    updated_at = Instant(required=True)
    descriptor = fields.String(required=True, allow_none=True, metadata={"example": "STRIPE"})
    failure_code = fields.String(required=True, allow_none=True, metadata={"example": None})
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    bank_line_id = PublicId(Prefix.BANK_LINE, required=True, allow_none=True)
    bank_booked_on = fields.Date(required=True, allow_none=True, metadata={"example": "2026-11-20"})


class PayoutLineWire(Wire):
    """One of Stripe's lines; `ours` is what our entries moved in the clearing account for it: the same as `net`."""

    balance_transaction_id = fields.String(required=True, metadata={"example": TRANSACTION})
    reporting_category = fields.String(required=True, metadata={"example": "charge"})
    source_id = fields.String(required=True, allow_none=True, metadata={"example": "ch_3QkZ8mB7WZ01zgkW0ZxTQe1c"})
    created_at = Instant(required=True)
    gross = fields.Nested(MoneyWire(), required=True)
    fee = fields.Nested(MoneyWire(), required=True)
    net = fields.Nested(MoneyWire(), required=True)
    ours = fields.Nested(MoneyWire(), required=True)
    entry_id = PublicId(Prefix.ENTRY, required=True, allow_none=True)
    booking_id = PublicId(Prefix.BOOKING, required=True, allow_none=True)
    set_id = PublicId(Prefix.SET, attribute="learning_set_id", required=True, allow_none=True)


class PayoutShownWire(PayoutWire):
    lines = fields.List(fields.Nested(PayoutLineWire()), required=True)
    discrepancies = fields.List(PublicId(Prefix.DISCREPANCY), required=True, metadata={"description": "Open ones"})


class PayoutsPage(Wire):
    data = fields.List(fields.Nested(PayoutWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/payouts")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(UpdatedPageArgs(), location="query")
@blueprint.response(200, PayoutsPage())
@blueprint.doc(operationId="listPayouts", security=[{"staff": ["finance:read"]}])
def list_all(query: dict[str, Any]) -> Any:
    """List payouts

    The latest arrival first, each with its verdict.
    """
    with outside().database.reading() as session:
        wanted = PayoutFilter(updated_since=query["updated_since"])
        found = list_payouts(session, wanted, after=after_day(query["cursor"]), limit=query["limit"] + 1)
    return page_by_day(found, query["limit"], lambda payout: (payout.arrival_on, payout.id))


@blueprint.get("/payouts/<payout_id>")
@access.staff(Scope.FINANCE_READ)
@blueprint.response(200, PayoutShownWire())
@blueprint.doc(operationId="getPayout", security=[{"staff": ["finance:read"]}])
def show_payout(payout_id: str) -> dict[str, Any]:
    """Show a payout with its lines

    Stripe lists the lines of automatic payouts alone, once it has reconciled them; the last line is the payout's own,
    which takes the money from the balance. The others' `net` sums to the payout.
    """
    with outside().database.reading() as session:
        shown = get_payout(session, payout_id)
    return {**vars(shown.payout), "lines": shown.lines, "discrepancies": shown.discrepancy_ids}
