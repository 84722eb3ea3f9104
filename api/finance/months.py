"""A month in one look, with the one number: what is unexplained."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import outside
from api.finance.currency import CurrencyCode
from api.wire import Blueprint, MoneyWire, Wire
from services.access.keys import Scope
from services.finance.calendar_month import Month
from services.finance.errors import MonthNotFound
from services.finance.months import MonthSummary, summarise_month
from services.finance.words import DiscrepancyKind

blueprint = Blueprint("finance_months", __name__, url_prefix="/v1/finance", description="A month in one look")


class MonthQuery(Wire):
    currency = CurrencyCode(
        load_default=None,
        metadata={"description": "Where there are several; else the one with the most transactions"},
    )


class TotalsWire(Wire):
    """Sums of the month's balance transactions; what leaves the balance is negative, fees are costs."""

    payments = fields.Nested(MoneyWire(), required=True)
    refunds = fields.Nested(MoneyWire(), required=True)
    disputes = fields.Nested(MoneyWire(), required=True)
    fees = fields.Nested(MoneyWire(), required=True)
    payouts = fields.Nested(MoneyWire(), required=True)
    other = fields.Nested(MoneyWire(), required=True)


class CountsWire(Wire):
    transactions = fields.Integer(required=True, metadata={"example": 341})
    payouts = fields.Integer(required=True, metadata={"example": 20})
    payouts_matched = fields.Integer(required=True, metadata={"example": 19})
    payouts_awaiting_bank = fields.Integer(required=True, metadata={"example": 1})
    discrepancies = fields.Dict(
        keys=fields.Enum(DiscrepancyKind, by_value=True),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Open ones, by kind", "example": {}},
    )


class DayWire(Wire):
    on = fields.Date(required=True, metadata={"example": "2026-11-20"})
    takings = fields.Nested(
        MoneyWire(), required=True, metadata={"description": "Card payments less refunds and disputes lost"}
    )
    fees = fields.Nested(MoneyWire(), required=True)
    payouts = fields.Nested(MoneyWire(), required=True)


class MonthWire(Wire):
    month = fields.String(required=True, metadata={"example": "2026-11"})
    currency = fields.String(required=True)
    currencies = fields.List(fields.String(), required=True, metadata={"example": ["GBP"]})
    unexplained = fields.Nested(
        MoneyWire(),
        required=True,
        metadata={"description": "The open discrepancies' amounts, without their signs; 0 where all is explained"},
    )
    totals = fields.Nested(TotalsWire(), required=True)
    counts = fields.Nested(CountsWire(), required=True)
    days = fields.List(fields.Nested(DayWire()), required=True, metadata={"description": "Days that moved anything"})


@blueprint.get("/months/<month>")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(MonthQuery(), location="query")
@blueprint.response(200, MonthWire())
@blueprint.doc(operationId="getMonth", security=[{"staff": ["finance:read"]}])
def show_month(query: dict[str, Any], month: str) -> MonthSummary:
    """Show a month

    `unexplained` is the one number: the sum of the open discrepancies of balance transactions created in the month
    (UTC) and of payouts arriving in it. A payout that waits for a bank statement is counted apart and not in it.
    """
    try:
        wanted = Month.parse(month)
    except ValueError:
        raise MonthNotFound from None
    with outside().database.reading() as session:
        return summarise_month(session, wanted, query["currency"])
