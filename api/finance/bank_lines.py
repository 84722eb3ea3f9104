"""Lines of the bank's statements: listed, and matched with payouts by people."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields

from api import access
from api.context import current_staff, outside
from api.paging import UpdatedPageArgs, open_cursor, page
from api.paths import named
from api.wire import Blueprint, Instant, MoneyWire, PublicId, Text, Wire
from services.access.keys import Scope
from services.finance.bank.choosing import Choice, match_line, unmatch_line
from services.finance.bank.errors import BankLineNotFound
from services.finance.bank.views import LineFilter, LineKey, LineStatus, LineView, list_lines
from services.finance.words import BankMatch
from services.ids import Prefix

DAY_BYTES = 4
"""Of a day in a cursor, before the sixteen of the line's id."""
EXAMPLE_PAYOUT = "po_1QxYz2AbCdEf"

blueprint = Blueprint("finance_bank_lines", __name__, url_prefix="/v1/finance", description="Lines of bank statements")


class LineWire(Wire):
    id = PublicId(Prefix.BANK_LINE, required=True)
    statement_id = PublicId(Prefix.STATEMENT, required=True)
    booked_on = fields.Date(required=True)
    amount = fields.Nested(MoneyWire(), required=True, metadata={"description": "Negative where money went out"})
    description = fields.String(required=True, metadata={"example": "STRIPE PAYMENTS UK"})
    reference = fields.String(required=True, allow_none=True, metadata={"example": "STRIPE-4K7Q2"})
    status = fields.Enum(LineStatus, by_value=True, required=True)
    payout_id = fields.String(required=True, allow_none=True, metadata={"example": EXAMPLE_PAYOUT})
    is_return = fields.Boolean(
        required=True, metadata={"description": "Whether the bank sent the payout back by it", "example": False}
    )
    matched_by = fields.Enum(BankMatch, by_value=True, required=True, allow_none=True)
    matched_at = Instant(required=True, allow_none=True)
    candidates = fields.List(
        fields.String(metadata={"example": EXAMPLE_PAYOUT}),
        required=True,
        metadata={"description": "Payouts that it may be, while it is none", "example": []},
    )


class LinesPage(Wire):
    data = fields.List(fields.Nested(LineWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class LinesQuery(UpdatedPageArgs):
    status = fields.Enum(LineStatus, by_value=True, load_default=None)
    statement_id = PublicId(Prefix.STATEMENT, load_default=None)


class MatchChoiceWire(Wire):
    payout_id = Text(max_length=120, required=True, metadata={"example": EXAMPLE_PAYOUT})


@blueprint.get("/bank-lines")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(LinesQuery(), location="query")
@blueprint.response(200, LinesPage())
@blueprint.doc(operationId="listBankLines", security=[{"staff": ["finance:read"]}])
def list_bank_lines(query: dict[str, Any]) -> Any:
    """List lines of the bank

    The latest first; `status=suggested` lists those about which a person has to say whether they are a payout.
    """
    wanted = LineFilter(query["status"], query["statement_id"], query["updated_since"])
    with outside().database.reading() as session:
        found = list_lines(session, wanted, after=_after(query["cursor"]), limit=query["limit"] + 1)
    return page(found, query["limit"], _position)


@blueprint.post("/bank-lines/<line_id>/match")
@access.staff(Scope.FINANCE_WRITE)
@blueprint.arguments(MatchChoiceWire())
@blueprint.response(200, LineWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="matchBankLine", security=[{"staff": ["finance:write"]}])
def match(choice: dict[str, Any], line_id: str) -> LineView:
    """Say which payout a line is

    Amount and currency must be the same. The payout is at the bank from then on, in the journal too. A payout that
    was at the bank and has failed is sent back by a line of the opposite amount.
    """
    line = named(Prefix.BANK_LINE, line_id, BankLineNotFound)
    chosen = Choice(choice["payout_id"], current_staff().principal)
    with outside().database.writing() as session:
        return match_line(session, line, chosen, now=outside().clock.now())


@blueprint.post("/bank-lines/<line_id>/unmatch")
@access.staff(Scope.FINANCE_WRITE)
@blueprint.response(200, LineWire())
@blueprint.doc(operationId="unmatchBankLine", security=[{"staff": ["finance:write"]}])
def unmatch(line_id: str) -> LineView:
    """Say that a line is not the payout it was matched with

    The journal's entry is reversed, and no rule matches this line again: a person does. With the line that brought a
    payout goes the one that sent it back.
    """
    line, by = named(Prefix.BANK_LINE, line_id, BankLineNotFound), current_staff().principal
    with outside().database.writing() as session:
        return unmatch_line(session, line, by=by, now=outside().clock.now())


def _position(line: LineView) -> bytes:
    return line.booked_on.toordinal().to_bytes(DAY_BYTES) + line.id.bytes


def _after(cursor: str | None) -> LineKey | None:
    position = open_cursor(cursor)
    if position is None:
        return None
    return date.fromordinal(int.from_bytes(position[:DAY_BYTES])), UUID(bytes=position[DAY_BYTES:])
