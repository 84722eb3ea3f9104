"""Exports: files for the accountant's program, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from marshmallow import ValidationError, fields, validates_schema

from api import access
from api.context import outside
from api.finance.currency import CurrencyCode
from api.paging import close_cursor, open_cursor
from api.paths import one_of
from api.wire import Blueprint, Day, Wire
from services.access.keys import Scope
from services.finance.exports.errors import ExportNotFound
from services.finance.exports.reading import Period, Position
from services.finance.exports.targets import FORMS, PARTED, Target, Wanted, read_part, stream
from services.finance.months import DEFAULT_CURRENCY

SEPARATOR = "|"
FIRST_YEAR, LAST_YEAR = 2000, 2999
TARGET = one_of("target", Target, "What the file is for", Target.XERO_BANK)
FILES = {
    media_type: {"schema": {"type": "string"} | binary, "example": example}
    for media_type, binary, example in (
        ("text/csv", {}, "*Date,*Amount,Payee,Description,Reference,Cheque Number\r\n"),
        ("text/plain", {}, '2027-01-01 open Assets:Bank\n  code: "1200"\n'),
        (FORMS[Target.MASTER_XLSX].media_type, {"contentEncoding": "binary"}, "a workbook"),
    )
}
LINK = {
    "description": 'Where the next part is: `<...>; rel="next"`; absent from the last one',
    "schema": {"type": "string"},
    "example": '<https://book.example.org/v1/finance/exports/xero-bank?from=2027-01-01&cursor=AAA>; rel="next"',
}

blueprint = Blueprint(
    "finance_exports", __name__, url_prefix="/v1/finance", description="Files for accounting programs"
)


class ExportQuery(Wire):
    from_on = Day(data_key="from", required=True, metadata={"description": "First day, UTC", "example": "2027-01-01"})
    until_on = Day(
        data_key="to", required=True, metadata={"description": "Last day, UTC, included", "example": "2027-03-31"}
    )
    currency = CurrencyCode(
        load_default=DEFAULT_CURRENCY,
        metadata={"description": "For programs that take one at a time; `master` and `beancount` hold all"},
    )
    cursor = fields.String(
        load_default=None, metadata={"description": "From the Link header of the part before", "maxLength": 400}
    )

    @validates_schema
    def check_days(self, data: dict[str, Any], **_options: Any) -> None:
        if not FIRST_YEAR <= data["from_on"].year <= data["until_on"].year <= LAST_YEAR:
            raise ValidationError("Not a span of days.", "to")
        if data["until_on"] < data["from_on"]:
            raise ValidationError("Not before the first day, please.", "to")


@dataclass(frozen=True)
class _Place:
    """Where a part begins, and which one it is."""

    part: int
    after: Position | None


@blueprint.get("/exports/<target>", parameters=[TARGET])
@access.staff(Scope.FINANCE_READ)
@blueprint.arguments(ExportQuery(), location="query")
@blueprint.doc(
    operationId="exportFinance",
    security=[{"staff": ["finance:read"]}],
    responses={"200": {"description": "The file", "content": FILES, "headers": {"Link": LINK}}},
)
def export(query: dict[str, Any], target: str) -> Response:
    """Export for an accounting program

    A file of these days, streamed however long it is. `master.csv` and `master.xlsx` have a row for each balance
    transaction at Stripe. The `-bank` files show Stripe's balance as a bank account, `-journals`, `sage50` and
    `beancount` our journal. Nobody is named: bookings and payments go by their ids.

    Xero takes 1,000 lines of a statement and 300 of journals in one file, QuickBooks 350 KB: those exports are answered
    in parts, each a whole file, and `Link: rel="next"` leads on from one to the next. No entry is cut in two.
    """
    named = _target(target)
    wanted = Wanted(Period(query["from_on"], query["until_on"]), query["currency"])
    place = _opened(query["cursor"])
    if named in PARTED:
        return _part(named, wanted, place)
    return _file(named, wanted, place, _begun(stream(outside().database, named, wanted)))


def _target(target: str) -> Target:
    try:
        return Target(target)
    except ValueError as error:
        raise ExportNotFound from error


def _part(target: Target, wanted: Wanted, place: _Place) -> Response:
    part = read_part(outside().database, target, wanted, place.after)
    response = _file(target, wanted, place, part.body)
    if part.ends_at is not None:
        cursor = SEPARATOR.join((str(place.part + 1), part.ends_at.at, part.ends_at.id))
        query = urlencode({**request.args.to_dict(), "cursor": close_cursor(cursor.encode())})
        response.headers["Link"] = f'<{outside().settings.origin}{request.path}?{query}>; rel="next"'
    return response


def _file(target: Target, wanted: Wanted, place: _Place, body: bytes | Iterator[bytes]) -> Response:
    form = FORMS[target]
    response = Response(body, content_type=form.media_type)
    name = form.file_name(target, wanted.period, place.part)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same, its first chunk read: what goes wrong before it is still answered as a problem."""
    return chain([next(chunks, b"")], chunks)


def _opened(cursor: str | None) -> _Place:
    opened = open_cursor(cursor)
    if opened is None:
        return _Place(1, None)
    number, at, last = opened.decode().split(SEPARATOR)
    return _Place(int(number), Position(at, last))
