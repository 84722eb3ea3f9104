"""The chart of accounts: balances at a date, and the codes that the organisation's own books have."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from api import access
from api.context import current_actor, outside
from api.paths import one_of
from api.wire import Blueprint, Day, MoneyWire, Text, Wire
from services.access.keys import Scope
from services.ledger.accounts import change_account, trial_balance
from services.ledger.chart import AccountKey, ChartAccount
from services.ledger.errors import AccountNotFound
from services.money import Money

blueprint = Blueprint("finance_accounts", __name__, url_prefix="/v1/finance", description="The chart of accounts")

CODE = {"description": "As in your accounts package", "example": "1250"}
KEY = one_of("key", AccountKey, "What the account is for", AccountKey.STRIPE_CLEARING)


class AccountsQuery(Wire):
    at = Day(
        load_default=None,
        metadata={"description": "The end of this day (UTC); today's if absent", "example": "2026-11-30"},
    )


class AccountWire(Wire):
    key = fields.Enum(AccountKey, by_value=True, required=True)
    code = fields.String(required=True, metadata=CODE)
    name = fields.String(required=True, metadata={"example": "Stripe clearing"})


class BalanceWire(AccountWire):
    balance = fields.Nested(MoneyWire(), required=True, metadata={"description": "Positive: debit"})


class AccountsWire(Wire):
    at = Day(required=True, metadata={"example": "2026-11-30"})
    data = fields.List(fields.Nested(BalanceWire()), required=True)
    total = fields.List(
        fields.Nested(MoneyWire()),
        required=True,
        metadata={"description": "A sum a currency: 0, or the books are broken"},
    )


class AccountIn(Wire):
    code = Text(max_length=20, required=True, metadata=CODE)
    name = Text(max_length=80, required=True, metadata={"example": "Stripe clearing"})


@blueprint.get("/accounts")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(AccountsQuery(), location="query")
@blueprint.response(200, AccountsWire())
@blueprint.doc(operationId="listAccounts", security=[{"staff": ["finance:read"]}])
def list_all(query: dict[str, Any]) -> dict[str, Any]:
    """Show the trial balance at a date

    Every account that has moved, by code; the total is zero in each currency.
    """
    at = query["at"] or outside().clock.now().date()
    with outside().database.reading() as session:
        found = trial_balance(session, at=at)
    totals: dict[str, int] = {}
    for each in found:
        totals[each.balance.currency] = totals.get(each.balance.currency, 0) + each.balance.amount_minor
    return {
        "at": at,
        "data": [{**vars(each.account), "balance": each.balance} for each in found],
        "total": [Money(amount, currency) for currency, amount in sorted(totals.items())],
    }


@blueprint.put("/accounts/<key>", parameters=[KEY])
@access.staff(Scope.FINANCE_WRITE)
@blueprint.arguments(AccountIn())
@blueprint.response(200, AccountWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="changeAccount", security=[{"staff": ["finance:write"]}])
def change(wanted: dict[str, Any], key: str) -> ChartAccount:
    """Give an account your own code and name

    Exports carry them from then on; what the account is for does not change.
    """
    if key not in set(AccountKey):
        raise AccountNotFound
    account = ChartAccount(AccountKey(key), **wanted)
    with outside().database.writing() as session:
        change_account(session, account, actor=current_actor(), now=outside().clock.now())
    return account
