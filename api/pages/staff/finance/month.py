"""The month's page: what is unexplained and what clears it, what came and went, and what waits."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from api import access
from api.context import outside
from api.pages.staff.finance.fetching import Fetching, read_fetching
from api.pages.staff.finance.plot import draw
from api.pages.staff.finance.room import month_name, notice, page, room
from api.pages.staff.finance.shown_discrepancy import ShownDiscrepancy, list_shown
from api.pages.staff.finance.words import KINDS, VERDICTS
from services.access.keys import Scope
from services.finance.bank.reading import CURRENCY
from services.finance.calendar_month import Month
from services.finance.discrepancies import DiscrepancyFilter
from services.finance.errors import MonthNotFound
from services.finance.months import MonthSummary, summarise_month
from services.finance.payout_views import PayoutFilter, PayoutView, list_payouts

MOST_DISCREPANCIES = 25
MOST_PAYOUTS = 100
NOTICES = {
    "posted_to_suspense": "Done: our books agree, and the reason is kept with the entry.",
    "linked": "Done: the two are linked.",
}

blueprint = room("month")


@dataclass(frozen=True)
class Neighbour:
    path: str
    name: str


@dataclass(frozen=True)
class MonthRead:
    """All of the page that the database knows, read at one moment."""

    summary: MonthSummary
    discrepancies: list[ShownDiscrepancy]
    payouts: list[PayoutView]
    fetching: Fetching


@blueprint.get("")
@access.staff_page(Scope.FINANCE_READ)
def show_this_month() -> BaseResponse:
    """The month it is, by UTC, as Stripe counts."""
    return redirect(_path(Month.of(outside().clock.now().date())), HTTPStatus.FOUND)


@blueprint.get("/<month>")
@access.staff_page(Scope.FINANCE_READ)
def show_month(month: str) -> Response:
    wanted = _month(month)
    read = _read(wanted, _currency())
    shown = read.discrepancies[:MOST_DISCREPANCIES]
    is_latest = wanted.next > outside().clock.now().date()
    return page(
        "month.html",
        month=wanted,
        name=month_name(wanted),
        summary=read.summary,
        plot=draw(wanted, read.summary.days, read.summary.currency),
        discrepancies=shown,
        has_more_discrepancies=len(read.discrepancies) > len(shown),
        payouts=read.payouts[:MOST_PAYOUTS],
        has_more_payouts=len(read.payouts) > MOST_PAYOUTS,
        verdicts=VERDICTS,
        kinds=KINDS,
        fetching=read.fetching,
        previous=_neighbour(wanted.previous),
        following=None if is_latest else _neighbour(Month.of(wanted.next)),
        **notice(NOTICES),
    )


def _read(month: Month, currency: str | None) -> MonthRead:
    with outside().database.reading() as session:
        return MonthRead(
            summary=summarise_month(session, month, currency),
            discrepancies=list_shown(
                session, DiscrepancyFilter(is_open=True, month=month), after=None, limit=MOST_DISCREPANCIES + 1
            ),
            payouts=list_payouts(session, PayoutFilter(month=month), after=None, limit=MOST_PAYOUTS + 1),
            fetching=read_fetching(session),
        )


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError:
        raise MonthNotFound from None


def _currency() -> str | None:
    typed = request.args.get("currency", "")
    return typed if CURRENCY.fullmatch(typed) else None


def _neighbour(month: Month) -> Neighbour:
    return Neighbour(_path(month), month_name(month))


def _path(month: Month) -> str:
    return f"{blueprint.url_prefix}/{month}"
