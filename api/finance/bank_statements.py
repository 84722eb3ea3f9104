"""The bank's statements: uploaded and listed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import wraps
from typing import Any

import orjson
from flask import Request, request
from flask_smorest.fields import Upload as UploadedFile
from marshmallow import ValidationError, fields, post_load
from werkzeug.datastructures import CombinedMultiDict, FileStorage

from api import access
from api.context import current_staff, outside
from api.finance.currency import CurrencyCode
from api.paging import UpdatedPageArgs, after_id, page_by_id
from api.paths import named
from api.reading import StrictParser
from api.wire import Blueprint, Instant, PublicId, Text, Wire
from services.access.keys import Scope
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.errors import BankStatementNotFound
from services.finance.bank.reading import LARGEST_FILE
from services.finance.bank.storing import Upload, UploadOutcome, upload_statement
from services.finance.bank.taking_back import take_back_statement
from services.finance.bank.views import StatementView, get_statement, list_statements
from services.ids import Prefix

LONGEST_COLUMN = 120


class FormParser(StrictParser):
    """Reads a form that carries files as one body, whatever else is in it included."""

    def load_files(self, req: Request, schema: Any) -> Any:
        return self._makeproxy(CombinedMultiDict([req.form, req.files]), schema)


class UploadBlueprint(Blueprint):
    ARGUMENTS_PARSER = FormParser()


blueprint = UploadBlueprint(
    "finance_bank_statements", __name__, url_prefix="/v1/finance", description="Bank statements"
)


class MappingWire(Wire):
    """Columns by their heading, or by number where there is none: `amount`, or both `money_in` and `money_out`."""

    date = Text(max_length=LONGEST_COLUMN, required=True)
    description = Text(max_length=LONGEST_COLUMN, required=True)
    amount = Text(max_length=LONGEST_COLUMN, load_default=None, allow_none=True)
    money_in = Text(max_length=LONGEST_COLUMN, load_default=None, allow_none=True)
    money_out = Text(max_length=LONGEST_COLUMN, load_default=None, allow_none=True)
    reference = Text(max_length=LONGEST_COLUMN, load_default=None, allow_none=True)

    @post_load
    def to_mapping(self, data: dict[str, Any], **_options: Any) -> CsvMapping:
        mapping = CsvMapping(**data)
        if not mapping.has_amount:
            raise ValidationError("Name the column of the amount, or those of money in and of money out.")
        return mapping


class MappingField(fields.String):
    """A mapping as JSON, for a form has no objects."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> CsvMapping:  # type: ignore[override]
        try:
            read = orjson.loads(super()._deserialize(value, attr, data, **kwargs))
        except orjson.JSONDecodeError as error:
            raise ValidationError("Not valid JSON.") from error
        mapping: CsvMapping = _MAPPING.load(read)
        return mapping


_MAPPING = MappingWire()


class FileField(UploadedFile):
    """A file, and not a text of that name."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bytes:
        sent = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(sent, FileStorage):
            raise ValidationError("Not a file.")
        with closing(sent):
            content: bytes = sent.read()
        return content


class UploadWire(Wire):
    file = FileField(
        required=True, metadata={"description": "CSV, OFX or CAMT.053; at most 10 MB", "example": "statement.csv"}
    )
    mapping = MappingField(
        load_default=None,
        metadata={
            "description": "Of a CSV file whose heading is unusual: which column is which, as JSON; remembered. Where "
            "there is no heading, by number from 1, with each file",
            "example": '{"date": "Booked", "description": "Text", "money_in": "Haben", "money_out": "Soll"}',
        },
    )
    currency = CurrencyCode(
        load_default=None,
        metadata={"description": "Of a CSV file that is not in GBP", "example": "GBP"},
    )
    account = Text(
        max_length=40,
        load_default=None,
        metadata={
            "description": "Name or number, where the file has none or more than one is kept. Of a CSV file with a "
            "heading it is remembered, until another is named for the same columns",
            "example": "Main",
        },
    )


class StatementWire(Wire):
    id = PublicId(Prefix.STATEMENT, required=True)
    format = fields.String(required=True, metadata={"enum": ["csv", "ofx", "camt.053"]})
    account = fields.String(
        required=True, metadata={"description": "The last digits of its number, or its name", "example": "5678"}
    )
    currency = fields.String(required=True)
    from_on = fields.Date(required=True, metadata={"example": "2027-01-01"})
    until_on = fields.Date(required=True, metadata={"example": "2027-01-31"})
    lines = fields.Integer(required=True, metadata={"example": 84})
    known = fields.Integer(
        required=True, metadata={"description": "Lines that an earlier statement had brought", "example": 3}
    )
    uploaded_at = Instant(required=True, metadata={"example": "2027-02-01T09:30:00Z"})
    uploaded_by = fields.String(required=True, metadata={"example": "staff:0199e5c2-8f6e-7a31-b0c4-6f2f5a0e7d13"})


class OutcomeWire(Wire):
    lines = fields.Integer(required=True, metadata={"example": 84})
    known = fields.Integer(required=True, metadata={"description": "Brought by an earlier upload", "example": 3})
    matched = fields.Integer(required=True, metadata={"description": "Are a payout", "example": 4})
    suggested = fields.Integer(required=True, metadata={"description": "May be one: a person says", "example": 1})
    statements = fields.List(fields.Nested(StatementWire()), required=True)


class StatementsPage(Wire):
    data = fields.List(fields.Nested(StatementWire()), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


def _takes_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let this request be as large as a statement; to stand between the access rule and the arguments."""

    @wraps(view)
    def allowing(*args: Any, **kwargs: Any) -> Any:
        request.max_content_length = LARGEST_FILE
        return view(*args, **kwargs)

    return allowing


@blueprint.post("/bank-statements")
@access.staff(Scope.FINANCE_WRITE)
@_takes_files
@blueprint.arguments(UploadWire(), location="files")
@blueprint.response(201, OutcomeWire())
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="uploadBankStatement", security=[{"staff": ["finance:write"]}])
def upload(form: dict[str, Any]) -> UploadOutcome:
    """Upload a bank statement

    CSV, OFX or CAMT.053. Each line is stored once, however many statements show it, and lines that can only be one
    payout are matched with it at once. A file that cannot be read to its end is refused, and nothing of it is stored:
    the refusal names line and column. Uploaded again, nothing changes; said to be of another account or currency, or to
    be read by other columns, it is refused until what was stored is taken back.
    """
    sent = Upload(content=form.pop("file"), by=current_staff().principal, **form)
    return upload_statement(outside().database, outside().clock, sent)


@blueprint.get("/bank-statements")
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(UpdatedPageArgs(), location="query")
@blueprint.response(200, StatementsPage())
@blueprint.doc(operationId="listBankStatements", security=[{"staff": ["finance:read"]}])
def list_uploaded(query: dict[str, Any]) -> Any:
    """List bank statements

    The latest uploaded first.
    """
    with outside().database.reading() as session:
        found = list_statements(
            session,
            after=after_id(query["cursor"]),
            limit=query["limit"] + 1,
            uploaded_since=query["updated_since"],
        )
    return page_by_id(found, query["limit"])


@blueprint.get("/bank-statements/<statement_id>")
@access.staff(Scope.FINANCE_READ)
@blueprint.response(200, StatementWire())
@blueprint.doc(operationId="getBankStatement", security=[{"staff": ["finance:read"]}])
def show_statement(statement_id: str) -> StatementView:
    """Show a bank statement

    Its lines are listed at `/v1/finance/bank-lines?statement_id=`.
    """
    with outside().database.reading() as session:
        return get_statement(session, named(Prefix.STATEMENT, statement_id, BankStatementNotFound))


@blueprint.delete("/bank-statements/<statement_id>")
@access.staff(Scope.FINANCE_WRITE)
@blueprint.response(204)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.doc(operationId="takeBackBankStatement", security=[{"staff": ["finance:write"]}])
def take_back(statement_id: str) -> None:
    """Take a bank statement back

    For one that was uploaded by mistake, or read by the wrong columns: its lines are forgotten, and so is which columns
    files with its heading have. One whose lines are payouts, or are shown by a later statement too, stays.
    """
    statement, by = named(Prefix.STATEMENT, statement_id, BankStatementNotFound), current_staff().principal
    with outside().database.writing() as session:
        take_back_statement(session, statement, by=by, now=outside().clock.now())
