"""Saying once which column of a bank's CSV file is which; files with the same heading are then read by themselves."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Mapping
from http import HTTPStatus

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.pages.staff.finance.room import ROOT, page, room
from api.pages.staff.finance.uploading import said_of_file, take
from services.access.keys import Scope
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.csv_preview import preview_csv
from services.finance.bank.errors import BankFileUnreadable, BankMappingNeeded
from services.finance.bank.reading import LARGEST_FILE

LARGEST_FORM = LARGEST_FILE * 4 // 3 + 64 * 1024
"""The file travels inside the form, for no script keeps it and nothing of it is stored yet."""
PARTS = ("date", "description", "amount", "money_in", "money_out", "reference")
NO_DATE, NO_DESCRIPTION = "Choose the column of the date", "Choose the column that says what the line is"
NO_AMOUNT = "Choose the column of the amount, or else both of those for money in and money out"
NOT_ONCE = "Each of these columns must be there once, by that name: rename those that are there twice"

blueprint = room("columns")


def ask_for_columns(
    content: bytes, errors: Mapping[str, str] | None = None, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """The first lines of the file, and a choice of columns; raises BankFileUnreadable where none is named."""
    seen = preview_csv(content)
    chosen = {part: request.form[part] for part in PARTS if part in request.form}
    return page(
        "columns.html",
        status,
        seen=seen,
        chosen=chosen or seen.likely,
        content=b64encode(content).decode(),
        account=request.form.get("account", ""),
        currency=request.form.get("currency", ""),
        errors=errors or {},
    )


@blueprint.post("/bank/upload/columns")
@access.staff_page(Scope.FINANCE_WRITE, largest_body=LARGEST_FORM)
def choose() -> BaseResponse:
    """Read the file by the columns that were chosen, and remember them."""
    content = _content()
    if not content:
        return redirect(f"{ROOT}/bank", HTTPStatus.SEE_OTHER)
    account, currency, errors = said_of_file()
    mapping, missing = _mapping()
    try:
        if mapping is None or errors or missing:
            return ask_for_columns(content, errors | missing, HTTPStatus.UNPROCESSABLE_ENTITY)
        return take(content, account, currency, mapping)
    except BankMappingNeeded:
        return ask_for_columns(content, {"date": NOT_ONCE}, HTTPStatus.UNPROCESSABLE_ENTITY)
    except BankFileUnreadable as refusal:
        told = f"{refusal.facts()['detail']}. Nothing was stored."
        return ask_for_columns(content, {"": told}, HTTPStatus.UNPROCESSABLE_ENTITY)


def _mapping() -> tuple[CsvMapping | None, dict[str, str]]:
    """The columns that were chosen, and a sentence for each field that is missing, by its id."""
    chosen = {part: request.form.get(part) or None for part in PARTS}
    day, description = chosen.pop("date"), chosen.pop("description")
    errors: dict[str, str] = {}
    if day is None:
        errors["date"] = NO_DATE
    if description is None:
        errors["description"] = NO_DESCRIPTION
    mapping = CsvMapping(day or "", description or "", **chosen)
    if not mapping.has_amount:
        errors["amount"] = NO_AMOUNT
    return (None if errors else mapping), errors


def _content() -> bytes:
    try:
        return b64decode(request.form.get("content", ""), validate=True)
    except binascii.Error:
        return b""
