"""What all of finance's pages have in common: their headers, how they are shown, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from babel.dates import format_date, format_datetime
from flask import Blueprint, Response, make_response, render_template, request

from api.context import current_staff
from api.headers import private_page
from services.access.keys import Scope
from services.finance.bank.errors import (
    BankFileReadOtherwise,
    BankLineDiffers,
    BankLineMatched,
    BankStatementMatched,
    BankStatementShared,
    PayoutAtBank,
)
from services.finance.calendar_month import Month
from services.ids import Prefix, to_public
from services.mail import formats

ROOT = "/staff/finance"
REFUSALS = {
    refusal.code: refusal.title
    for refusal in (
        BankFileReadOtherwise,
        BankLineDiffers,
        BankLineMatched,
        BankStatementMatched,
        BankStatementShared,
        PayoutAtBank,
    )
}


def room(name: str) -> Blueprint:
    """A blueprint beneath the front door, whose pages are nobody else's and whose script may ask this server."""
    made = Blueprint(f"staff_finance_{name}", __name__, url_prefix=ROOT)
    made.after_request(partial(private_page, asks_us=True))
    made.add_app_template_filter(formats.money, "money")
    made.add_app_template_filter(short_day, "short_day")
    made.add_app_template_filter(moment, "moment")
    made.add_app_template_filter(public_id, "public_id")
    return made


def page(template: str, status: int = 200, /, **shown: Any) -> Response:
    """A page of finance; it shows a button only to whoever may press it."""
    may_write = Scope.FINANCE_WRITE in current_staff().scopes
    return make_response(render_template(f"staff/finance/{template}", may_write=may_write, **shown), status)


def notice(done: Mapping[str, str]) -> dict[str, str | None]:
    """What the last action did, as the address it led to says; a refusal too."""
    refused = REFUSALS.get(request.args.get("refused", ""))
    if refused:
        return {"notice": f"{refused}. Nothing has changed.", "notice_kind": "error"}
    return {"notice": done.get(request.args.get("done", ""))}


def short_day(on: date) -> str:
    """`Fri 1 May 2026`."""
    return format_date(on, "EEE d MMM y", locale=formats.LOCALE)


def moment(at: datetime) -> str:
    """`1 May 2026, 14:30 UTC`: finance's days are UTC's."""
    return format_datetime(at, "d MMM y, HH:mm 'UTC'", locale=formats.LOCALE)


def month_name(month: Month) -> str:
    """`November 2026`."""
    return format_date(month.first, "MMMM y", locale=formats.LOCALE)


def public_id(value: UUID, prefix: str) -> str:
    return to_public(Prefix(prefix), value)
