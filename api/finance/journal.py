"""The journal, to be read."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import outside
from api.finance.accounts import AccountWire
from api.paging import UpdatedPageArgs, after_id, page_by_id
from api.wire import Blueprint, Day, Instant, MoneyWire, PublicId, Text, Wire
from services.access.keys import Scope
from services.ids import Prefix
from services.ledger.chart import AccountKey
from services.ledger.entries import EntryFilter, list_entries
from services.ledger.words import SourceType

blueprint = Blueprint("finance_journal", __name__, url_prefix="/v1/finance", description="The journal")

DAY = {"example": "2026-11-20"}


class JournalQuery(UpdatedPageArgs):
    since = Day(data_key="from", load_default=None, metadata={"description": "First day of effect", **DAY})
    until = Day(data_key="to", load_default=None, metadata={"description": "Last day of effect", **DAY})
    account = fields.Enum(AccountKey, by_value=True, load_default=None)
    source_id = Text(max_length=120, load_default=None, metadata={"example": "txn_3QkZ8mB7WZ01zgkW0EV3TLf4"})
    booking_id = PublicId(Prefix.BOOKING, load_default=None)


class JournalLineWire(Wire):
    account = fields.Nested(AccountWire(), required=True)
    amount = fields.Nested(MoneyWire(), required=True, metadata={"description": "Positive: debit; negative: credit"})
    booking_id = PublicId(Prefix.BOOKING, required=True, allow_none=True)
    set_id = PublicId(Prefix.SET, attribute="learning_set_id", required=True, allow_none=True)
    payment_id = PublicId(Prefix.PAYMENT, required=True, allow_none=True)
    nominal_code = fields.String(required=True, allow_none=True, metadata={"example": "4000"})
    cost_centre = fields.String(required=True, allow_none=True, metadata={"example": "north"})
    vat_code = fields.String(required=True, allow_none=True, metadata={"example": "E"})


class EntryWire(Wire):
    id = PublicId(Prefix.ENTRY, required=True)
    source_type = fields.Enum(SourceType, by_value=True, required=True)
    source_id = fields.String(required=True, metadata={"example": "txn_3QkZ8mB7WZ01zgkW0EV3TLf4"})
    leg = fields.String(required=True, metadata={"example": "fee"})
    effective_on = fields.Date(required=True, metadata=DAY)
    posted_at = Instant(required=True)
    actor = fields.String(required=True, metadata={"example": "worker:import_from_stripe"})
    reason = fields.String(required=True, metadata={"example": "Stripe: charge"})
    reverses_id = PublicId(Prefix.ENTRY, required=True, allow_none=True)
    lines = fields.List(fields.Nested(JournalLineWire()), required=True)


class JournalPage(Wire):
    data = fields.List(fields.Nested(EntryWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


@blueprint.get("/journal")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(JournalQuery(), location="query")
@blueprint.response(200, JournalPage())
@blueprint.doc(operationId="listJournal", security=[{"staff": ["finance:read"]}])
def list_all(query: dict[str, Any]) -> Any:
    """List journal entries

    The latest posted first, each with its lines, which sum to zero. Entries never change: a correction is another
    entry, which names the one that it reverses.
    """
    wanted = EntryFilter(
        since=query["since"],
        until=query["until"],
        account=query["account"],
        source_id=query["source_id"],
        booking_id=query["booking_id"],
        posted_since=query["updated_since"],
    )
    with outside().database.reading() as session:
        found = list_entries(session, wanted, after=after_id(query["cursor"]), limit=query["limit"] + 1)
    return page_by_id(found, query["limit"])
