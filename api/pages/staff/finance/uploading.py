"""Taking a bank's file: what is said of it beside it, and where its outcome is shown."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, request
from marshmallow import ValidationError
from werkzeug.wrappers import Response as BaseResponse

from api.context import current_staff, outside
from api.pages.staff.finance.room import ROOT
from api.wire import Text
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.errors import BankFileReadOtherwise
from services.finance.bank.reading import CURRENCY
from services.finance.bank.storing import Upload, upload_statement
from services.ids import Prefix, to_public

ACCOUNT = Text(max_length=40)
BAD_ACCOUNT = "Give the account a name or number of at most 40 characters"
BAD_CURRENCY = "Name the currency by its three letters, like GBP"


def said_of_file() -> tuple[str | None, str | None, dict[str, str]]:
    """Account and currency as typed, where they are, and a sentence for each that will not do, by the field's id."""
    account, currency = request.form.get("account", "").strip(), request.form.get("currency", "").strip().upper()
    errors: dict[str, str] = {}
    if account:
        try:
            account = ACCOUNT.deserialize(account)
        except ValidationError:
            errors["account"] = BAD_ACCOUNT
    if currency and not CURRENCY.fullmatch(currency):
        errors["currency"] = BAD_CURRENCY
    return account or None, currency or None, errors


def take(content: bytes, account: str | None, currency: str | None, mapping: CsvMapping | None = None) -> BaseResponse:
    """Store the file, and lead to what came of it, or to what it was stored as before.

    Raises BankFileUnreadable, BankMappingNeeded.
    """
    sent = Upload(content, current_staff().principal, currency, account, mapping)
    try:
        outcome = upload_statement(outside().database, outside().clock, sent)
    except BankFileReadOtherwise as refusal:
        stored = to_public(Prefix.STATEMENT, refusal.statement_id)
        return redirect(f"{ROOT}/bank/{stored}?refused={refusal.code}", HTTPStatus.SEE_OTHER)
    done = "known" if outcome.known == outcome.lines else "stored"
    shown = f"/{to_public(Prefix.STATEMENT, outcome.statements[0].id)}" if len(outcome.statements) == 1 else ""
    return redirect(f"{ROOT}/bank{shown}?done={done}", HTTPStatus.SEE_OTHER)
