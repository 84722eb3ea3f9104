"""A payout explained: Stripe's lines beside ours, the bank's line, sums that add up; and the entries behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response
from werkzeug.exceptions import NotFound

from api import access
from api.context import outside
from api.pages.staff.finance.people import name_of
from api.pages.staff.finance.room import notice, page, room
from api.pages.staff.finance.shown_discrepancy import list_shown
from api.pages.staff.finance.words import STATUSES, VERDICTS
from services.access.keys import Scope
from services.finance.bank.views import LineView, find_line_of, list_lines_like
from services.finance.calendar_month import Month
from services.finance.discrepancies import DiscrepancyFilter
from services.finance.exports.cells import Cell, csv_bytes
from services.finance.payout_views import PayoutLine, PayoutShown, get_payout
from services.finance.wording import category, what_happened
from services.finance.words import GONE
from services.ids import Prefix, find_uuid, to_public
from services.ledger.entries import find_entry_view
from services.mail.formats import major
from services.money import Money

MOST_LINES = 200
"""On the page; the file has all."""
MOST_CANDIDATES = 5
HEADING = ("transaction", "created", "category", "source", "booking", "currency", "gross", "fee", "net", "ours")
NOTICES = {
    "matched": "Done: this payout is that line of the bank.",
    "unmatched": "Done: the line is no payout now, and our books say so. No rule will match it again; you may.",
}

blueprint = room("payouts")


@dataclass(frozen=True)
class Sums:
    """What is in a payout, its own line left out; each sum is over all lines, also those that the page leaves out."""

    gross: Money
    fee: Money
    net: Money
    ours: Money

    @classmethod
    def of(cls, lines: Sequence[PayoutLine], currency: str) -> Sums:
        return cls(
            gross=Money(sum(line.gross.amount_minor for line in lines), currency),
            fee=Money(sum(line.fee.amount_minor for line in lines), currency),
            net=Money(sum(line.net.amount_minor for line in lines), currency),
            ours=Money(sum(line.ours.amount_minor for line in lines), currency),
        )


@blueprint.get("/payouts/<payout_id>")
@access.staff_page(Scope.FINANCE_READ)
def show_payout(payout_id: str) -> Response:
    with outside().database.reading() as session:
        shown = get_payout(session, payout_id)
        payout = shown.payout
        at_bank, sent_back = find_line_of(session, payout_id), find_line_of(session, payout_id, is_return=True)
        alike: list[LineView] = []
        if at_bank is None:
            alike = list_lines_like(session, payout.amount, payout.arrival_on, limit=MOST_CANDIDATES)
        elif payout.status in GONE and sent_back is None:
            alike = list_lines_like(session, payout.amount * -1, at_bank.booked_on, limit=MOST_CANDIDATES)
        unexplained = list_shown(
            session, DiscrepancyFilter(ids=shown.discrepancy_ids), after=None, limit=len(shown.discrepancy_ids)
        )
    lines = _contents(shown)
    return page(
        "payout.html",
        payout=payout,
        lines=lines[:MOST_LINES],
        count=len(lines),
        own_line=next((line for line in shown.lines if line.source_id == payout_id), None),
        sums=Sums.of(lines, payout.amount.currency) if lines else None,
        verdict=VERDICTS[payout.verdict],
        status=STATUSES[payout.status],
        category=category,
        at_bank=at_bank,
        has_failed=payout.status in GONE,
        sent_back=sent_back,
        alike=alike,
        discrepancies=unexplained,
        month=Month.of(payout.arrival_on),
        **notice(NOTICES),
    )


@blueprint.get("/payouts/<payout_id>/lines.csv")
@access.staff_page(Scope.FINANCE_READ)
def download_lines(payout_id: str) -> Response:
    with outside().database.reading() as session:
        shown = get_payout(session, payout_id)
    body = csv_bytes([HEADING, *(_row(line) for line in shown.lines)])
    response = Response(body, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="setlist-{shown.payout.id}.csv"'
    return response


@blueprint.get("/journal/<entry_id>")
@access.staff_page(Scope.FINANCE_READ)
def show_entry(entry_id: str) -> Response:
    named = find_uuid(Prefix.ENTRY, entry_id)
    with outside().database.reading() as session:
        entry = find_entry_view(session, named) if named else None
        if entry is None:
            raise NotFound
        actor = name_of(session, entry.actor)
    told = what_happened(entry.source_type, entry.leg)
    return page("entry.html", entry=entry, told=told, actor=actor, id=entry_id)


def _contents(shown: PayoutShown) -> list[PayoutLine]:
    return [line for line in shown.lines if line.source_id != shown.payout.id]


def _row(line: PayoutLine) -> tuple[Cell, ...]:
    booking = None if line.booking_id is None else to_public(Prefix.BOOKING, line.booking_id)
    amounts = (major(each) for each in (line.gross, line.fee, line.net, line.ours))
    about = (line.balance_transaction_id, line.created_at, line.reporting_category, line.source_id, booking)
    return (*about, line.gross.currency, *amounts)
