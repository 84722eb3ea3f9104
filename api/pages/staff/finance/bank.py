"""The bank's statements: uploaded, and what came of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from http import HTTPStatus
from uuid import UUID

from flask import Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.context import current_staff, outside
from api.pages.staff.finance.columns import ask_for_columns
from api.pages.staff.finance.people import name_of
from api.pages.staff.finance.room import ROOT, notice, page, room
from api.pages.staff.finance.uploading import said_of_file, take
from api.paging import after_day, after_id, close_cursor, close_day
from services.access.keys import Scope
from services.finance.bank.errors import (
    BankFileUnreadable,
    BankMappingNeeded,
    BankStatementMatched,
    BankStatementNotFound,
    BankStatementShared,
)
from services.finance.bank.reading import LARGEST_FILE
from services.finance.bank.taking_back import take_back_statement
from services.finance.bank.views import (
    LineFilter,
    LineKey,
    LineStatus,
    LineView,
    count_lines,
    get_statement,
    list_lines,
    list_statements,
)
from services.finance.payout_views import PayoutFilter, PayoutView, list_payouts
from services.ids import Prefix, find_uuid, to_public

STATEMENTS, LINES = 12, 50
LARGEST_BODY = LARGEST_FILE + 64 * 1024
NO_FILE = "Choose the file of the statement first"
TOO_LARGE = "This file is larger than 10 MB: download a shorter statement"
NOTICES = {
    "stored": "The statement is stored.",
    "taken-back": "Done: the statement and its lines are forgotten. Its file can be uploaded anew.",
    "known": "Every line of this file was known already: nothing has changed.",
    "matched": "Done: that line is the payout.",
    "unmatched": "Done: the line is no payout now, and our books say so. No rule will match it again; you may.",
}

blueprint = room("bank")


@blueprint.get("/bank")
@access.staff_page(Scope.FINANCE_READ)
def show_bank() -> Response:
    return _bank({}, HTTPStatus.OK)


@blueprint.post("/bank")
@access.staff_page(Scope.FINANCE_WRITE, largest_body=LARGEST_BODY)
def upload() -> BaseResponse:
    """Take a statement; one whose columns are not known yet leads to choosing them."""
    file = request.files.get("file")
    content = _read(file) if file else b""
    account, currency, errors = said_of_file()
    if file is None or not file.filename:
        errors["file"] = NO_FILE
    if errors:
        return _bank(errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        try:
            return take(content, account, currency)
        except BankMappingNeeded:
            return ask_for_columns(content)
    except BankFileUnreadable as refusal:
        told = f"{refusal.facts()['detail']}. Nothing was stored."
        return _bank({"file": told}, HTTPStatus.UNPROCESSABLE_ENTITY)


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_large_file(_error: RequestEntityTooLarge) -> Response:
    return _bank({"file": TOO_LARGE}, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@blueprint.post("/bank/<statement_id>/taking-back")
@access.staff_page(Scope.FINANCE_WRITE)
def take_back(statement_id: str) -> BaseResponse:
    """Forget a statement that was uploaded by mistake, or read as what it is not."""
    by = current_staff().principal
    try:
        with outside().database.writing() as session:
            take_back_statement(session, _named(statement_id), by=by, now=outside().clock.now())
    except (BankStatementMatched, BankStatementShared) as refusal:
        return redirect(f"{ROOT}/bank/{statement_id}?refused={refusal.code}", HTTPStatus.SEE_OTHER)
    return redirect(f"{ROOT}/bank?done=taken-back", HTTPStatus.SEE_OTHER)


@blueprint.get("/bank/<statement_id>")
@access.staff_page(Scope.FINANCE_READ)
def show_statement(statement_id: str) -> Response:
    """Its lines; with `show` those alone that are a payout, may be one, or are none."""
    named, status = _named(statement_id), _status()
    with outside().database.reading() as session:
        statement = get_statement(session, named)
        counts = count_lines(session, named)
        wanted = LineFilter(status=status, statement_id=named)
        found = list_lines(session, wanted, after=_after(), limit=LINES + 1)
        lines = found[:LINES]
        candidates = _candidates(session, lines)
        uploader = name_of(session, statement.uploaded_by)
    return page(
        "statement.html",
        statement=statement,
        id=statement_id,
        uploader=uploader,
        counts=counts,
        lines=lines,
        candidates=candidates,
        chosen=status,
        older=_cursor(lines[-1]) if len(found) > LINES else None,
        **notice(NOTICES),
    )


def _read(file: FileStorage) -> bytes:
    with closing(file):
        content: bytes = file.read()
    return content


def _bank(errors: Mapping[str, str], status: HTTPStatus) -> Response:
    with outside().database.reading() as session:
        found = list_statements(session, after=after_id(request.args.get("cursor")), limit=STATEMENTS + 1)
        to_confirm = list_lines(session, LineFilter(status=LineStatus.SUGGESTED), after=None, limit=LINES)
        candidates = _candidates(session, to_confirm)
    statements = found[:STATEMENTS]
    return page(
        "bank.html",
        status,
        statements=statements,
        older=close_cursor(statements[-1].id.bytes) if len(found) > STATEMENTS else None,
        lines=to_confirm,
        candidates=candidates,
        errors=errors,
        typed=request.form if request.method == "POST" and "file" not in errors else {},
        largest_file=LARGEST_FILE,
        **notice(NOTICES),
    )


def _candidates(session: Session, lines: Sequence[LineView]) -> Mapping[str, PayoutView]:
    """The payouts that these lines may be, by their id."""
    ids = {payout_id for line in lines for payout_id in line.candidates}
    found = list_payouts(session, PayoutFilter(ids=ids), after=None, limit=len(ids)) if ids else []
    return {each.id: each for each in found}


def _named(statement_id: str) -> UUID:
    found = find_uuid(Prefix.STATEMENT, statement_id)
    if found is None:
        raise BankStatementNotFound
    return found


def _status() -> LineStatus | None:
    wanted = request.args.get("show", "")
    return LineStatus(wanted) if wanted in set(LineStatus) else None


def _after() -> LineKey | None:
    position = after_day(request.args.get("cursor"))
    if position is None:
        return None
    last = find_uuid(Prefix.BANK_LINE, position[1])
    return (position[0], last) if last else None


def _cursor(last: LineView) -> str:
    return close_day(last.booked_on, to_public(Prefix.BANK_LINE, last.id))
