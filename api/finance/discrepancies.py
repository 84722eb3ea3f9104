"""Discrepancies: what does not agree, and the action that clears each."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.finance.keyset import OpenPage, page_by_day
from api.paging import after_day
from api.paths import named
from api.wire import Blueprint, Instant, MoneyWire, PublicId, Text, Wire
from services.access.keys import Scope
from services.finance.clearing import Decision, clear
from services.finance.discrepancies import DiscrepancyFilter, DiscrepancyView, get_discrepancy, list_discrepancies
from services.finance.errors import DiscrepancyNotFound
from services.finance.words import Clearing, DiscrepancyAction, DiscrepancyKind
from services.ids import Prefix, find_uuid, to_public

blueprint = Blueprint(
    "finance_discrepancies", __name__, url_prefix="/v1/finance", description="What does not agree, and what clears it"
)

TRANSACTION = "txn_3QkZ8mB7WZ01zgkW0EV3TLf4"


class DiscrepancyWire(Wire):
    id = PublicId(Prefix.DISCREPANCY, required=True)
    kind = fields.Enum(DiscrepancyKind, by_value=True, required=True)
    balance_transaction_id = fields.String(required=True, allow_none=True, metadata={"example": TRANSACTION})
    payout_id = fields.String(required=True, allow_none=True, metadata={"example": None})
    entry_id = PublicId(Prefix.ENTRY, required=True, allow_none=True)
    amount = fields.Nested(MoneyWire(), required=True, metadata={"description": "Without its sign"})
    occurred_on = fields.Date(
        required=True, metadata={"description": "Decides the month it counts in", "example": "2026-11-20"}
    )
    opened_at = Instant(required=True)
    closed_at = Instant(required=True, allow_none=True)
    cleared_by = fields.Enum(Clearing, by_value=True, required=True, allow_none=True)
    closed_by = fields.String(required=True, allow_none=True, metadata={"example": None})
    reason = fields.String(required=True, allow_none=True, metadata={"example": None})
    actions = fields.List(
        fields.Enum(DiscrepancyAction, by_value=True), required=True, metadata={"description": "What clears it"}
    )


class DiscrepanciesPage(Wire):
    data = fields.List(fields.Nested(DiscrepancyWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class DiscrepanciesQuery(OpenPage):
    kind = fields.Enum(DiscrepancyKind, by_value=True, load_default=None)
    payout_id = Text(max_length=120, load_default=None, metadata={"example": "po_1QkZ8mB7WZ01zgkWu1KToYf4"})


class ActionIn(Wire):
    action = fields.Enum(DiscrepancyAction, by_value=True, required=True)
    reason = Text(
        max_length=200, required=True, metadata={"description": "Kept with the entry", "example": "Asked the bank"}
    )
    target = Text(
        max_length=120,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "For `link`: our entry's id, or Stripe's of the balance transaction",
            "example": TRANSACTION,
        },
    )


@blueprint.get("/discrepancies")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(DiscrepanciesQuery(), location="query")
@blueprint.response(200, DiscrepanciesPage())
@blueprint.doc(operationId="listDiscrepancies", security=[{"staff": ["finance:read"]}])
def list_all(query: dict[str, Any]) -> Any:
    """List discrepancies

    The latest first, each with the actions that clear it.
    """
    wanted = DiscrepancyFilter(query["open"], query["kind"], query["payout_id"], query["updated_since"])
    position = after_day(query["cursor"])
    last = find_uuid(Prefix.DISCREPANCY, position[1]) if position else None
    after = (position[0], last) if position and last else None
    with outside().database.reading() as session:
        found = list_discrepancies(session, wanted, after=after, limit=query["limit"] + 1)
    return page_by_day(found, query["limit"], lambda each: (each.occurred_on, to_public(Prefix.DISCREPANCY, each.id)))


@blueprint.get("/discrepancies/<discrepancy_id>")
@access.staff(Scope.FINANCE_READ)
@blueprint.response(200, DiscrepancyWire())
@blueprint.doc(operationId="getDiscrepancy", security=[{"staff": ["finance:read"]}])
def show_one(discrepancy_id: str) -> DiscrepancyView:
    """Show a discrepancy

    Closed ones say by whom, how and why.
    """
    with outside().database.reading() as session:
        return get_discrepancy(session, named(Prefix.DISCREPANCY, discrepancy_id, DiscrepancyNotFound))


@blueprint.post("/discrepancies/<discrepancy_id>/actions")
@access.staff(Scope.FINANCE_WRITE)
@blueprint.arguments(ActionIn())
@blueprint.response(200, DiscrepancyWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="clearDiscrepancy", security=[{"staff": ["finance:write"]}])
def act(wanted: dict[str, Any], discrepancy_id: str) -> DiscrepancyView:
    """Clear a discrepancy

    `post_to_suspense` makes our books agree, with your reason; `link` says which entry and which balance transaction
    are the same; `import_again` reads everything at Stripe once more, and closes it where that explains it.
    """
    discrepancy = named(Prefix.DISCREPANCY, discrepancy_id, DiscrepancyNotFound)
    decision = Decision(wanted["action"], wanted["reason"], current_staff().principal, wanted["target"])
    with outside().database.writing() as session:
        return clear(session, discrepancy, decision, now=outside().clock.now())
