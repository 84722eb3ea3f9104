"""Files for the accounts package: chosen on a page, downloaded as they are read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from datetime import date
from http import HTTPStatus
from itertools import chain, count

from flask import Response, request

from api import access
from api.context import outside
from api.pages.staff.finance.room import page, room
from services.access.keys import Scope
from services.finance.bank.reading import CURRENCY
from services.finance.calendar_month import FIRST_YEAR, LAST_YEAR, Month
from services.finance.exports.reading import Period
from services.finance.exports.targets import FORMS, PARTED, Target, Wanted, read_parts, stream
from services.finance.months import DEFAULT_CURRENCY

TARGETS: Mapping[Target, tuple[str, str]] = {
    Target.MASTER_XLSX: (
        "Spreadsheet (XLSX)",
        "Every movement at Stripe with its booking and codes, and sums by payout and set",
    ),
    Target.MASTER_CSV: ("Spreadsheet (CSV)", "The same rows, for any program"),
    Target.XERO_BANK: ("Xero: bank statement", "Stripe's balance as a bank account"),
    Target.XERO_JOURNALS: ("Xero: manual journals", "Our journal, with tracking"),
    Target.QUICKBOOKS_BANK: ("QuickBooks: bank statement", "Stripe's balance as a bank account"),
    Target.QUICKBOOKS_JOURNALS: ("QuickBooks: journals", "Our journal"),
    Target.SAGE50: ("Sage 50", "Our journal as an audit trail import"),
    Target.BEANCOUNT: ("beancount", "Our journal, with balance assertions"),
}
PROBLEMS = {
    "target": "Choose what the file is for",
    "from": "Choose the first day",
    "to": "Choose the last day; not before the first",
    "currency": "Name the currency by its three letters, like GBP",
}

blueprint = room("exports")


@blueprint.get("/exports")
@access.staff_page(Scope.FINANCE_READ)
def show_form() -> Response:
    """The last whole month, until somebody wants other days."""
    last = Month.of(outside().clock.now().date()).previous
    typed = {"from": f"{last.first}", "to": f"{last.last}", "currency": DEFAULT_CURRENCY}
    return _form(typed, {}, HTTPStatus.OK)


@blueprint.get("/exports/file")
@access.staff_page(Scope.FINANCE_READ)
def download() -> Response:
    """The file; where the program takes only so much at a time, all its parts in one archive."""
    typed = {name: request.args.get(name, "").strip() for name in PROBLEMS}
    wrong: list[str] = []
    from_on, until_on = _day(typed["from"]), _day(typed["to"])
    if typed["target"] not in set(Target):
        wrong.append("target")
    if from_on is None:
        wrong.append("from")
    if until_on is None or (from_on is not None and until_on < from_on):
        wrong.append("to")
    if not CURRENCY.fullmatch(typed["currency"]):
        wrong.append("currency")
    if wrong or from_on is None or until_on is None:
        return _form(typed, {name: PROBLEMS[name] for name in wrong}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _file(Target(typed["target"]), Wanted(Period(from_on, until_on), typed["currency"]))


def _day(text: str) -> date | None:
    """A day as a browser's field sends it, of a year that we export."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _file(target: Target, wanted: Wanted) -> Response:
    form = FORMS[target]
    names = (form.file_name(target, wanted.period, number) for number in count(1))
    if target not in PARTED:
        return _attached(_begun(stream(outside().database, target, wanted)), form.media_type, next(names))
    parts = read_parts(outside().database, target, wanted)
    first, second = next(parts), next(parts, None)
    if second is None:
        return _attached(iter([first]), form.media_type, next(names))
    name = form.file_name(target, wanted.period, 1).removesuffix(form.suffix) + "zip"
    return _attached(_archive(zip(names, chain([first, second], parts), strict=False)), "application/zip", name)


class _Written:
    """What an archive was written of since it was last taken."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def write(self, chunk: bytes) -> int:
        self._chunks.append(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


def _archive(files: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    """A ZIP as it is written, one file in memory at a time."""
    written = _Written()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]  # writes alone
        for name, body in files:
            archive.writestr(name, body)
            yield written.take()
    yield written.take()


def _begun(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same, its first chunk read: what goes wrong before it is still shown as a page."""
    return chain([next(chunks, b"")], chunks)


def _attached(body: Iterator[bytes], media_type: str, name: str) -> Response:
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _form(typed: Mapping[str, str], errors: Mapping[str, str], status: HTTPStatus) -> Response:
    return page("exports.html", status, targets=TARGETS, typed=typed, errors=errors)
