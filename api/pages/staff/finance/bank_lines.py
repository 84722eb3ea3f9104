"""A line of the bank is a payout, or it is not after all: a person says."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from flask import redirect, request
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.context import current_staff, outside
from api.pages.staff.finance.room import ROOT, room
from services.access.keys import Scope
from services.finance.bank.choosing import Choice, match_line, unmatch_line
from services.finance.bank.errors import BankLineDiffers, BankLineMatched, BankLineNotFound, PayoutAtBank
from services.finance.bank.views import LineView, get_line
from services.ids import Prefix, find_uuid, to_public

blueprint = room("bank_lines")


@blueprint.post("/bank-lines/<line_id>/match")
@access.staff_page(Scope.FINANCE_WRITE)
def match(line_id: str) -> BaseResponse:
    payout_id = request.form.get("payout_id", "")
    choice = Choice(payout_id, current_staff().principal)
    try:
        with outside().database.writing() as session:
            line = match_line(session, _named(line_id), choice, now=outside().clock.now())
    except (BankLineMatched, PayoutAtBank, BankLineDiffers) as refusal:
        with outside().database.reading() as session:
            line = get_line(session, _named(line_id))
        return _back(line, payout_id, f"refused={refusal.code}")
    return _back(line, payout_id, "done=matched")


@blueprint.post("/bank-lines/<line_id>/unmatch")
@access.staff_page(Scope.FINANCE_WRITE)
def unmatch(line_id: str) -> BaseResponse:
    with outside().database.writing() as session:
        payout_id = get_line(session, _named(line_id)).payout_id or ""
        line = unmatch_line(session, _named(line_id), by=current_staff().principal, now=outside().clock.now())
    return _back(line, payout_id, "done=unmatched")


def _back(line: LineView, payout_id: str, outcome: str) -> BaseResponse:
    """To the payout, where the form on its page said so; or else to the statement."""
    if request.form.get("back") == "payout" and payout_id:
        path = f"payouts/{quote(payout_id, safe='')}"
    else:
        path = f"bank/{to_public(Prefix.STATEMENT, line.statement_id)}"
    return redirect(f"{ROOT}/{path}?{outcome}", HTTPStatus.SEE_OTHER)


def _named(line_id: str) -> UUID:
    found = find_uuid(Prefix.BANK_LINE, line_id)
    if found is None:
        raise BankLineNotFound
    return found
