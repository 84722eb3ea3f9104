"""A payout's page: what is in it adds up to what the bank shows, and the entries behind it can be read."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO

import pytest

from services.access.keys import Scope
from services.ids import Prefix, new_id, to_public
from tests.builders.books import paid_booking
from tests.builders.finance import Booked, as_csv
from tests.builders.treasurer import Treasurer, a_treasurer
from tests.worlds import World


@pytest.fixture
def treasurer(world: World) -> Treasurer:
    return a_treasurer(world)


def a_payout(world: World) -> str:
    """Of one payment, less a refund: £167.10."""
    paid_booking(world)
    world.refunds_in_dashboard(1_000)
    payout_id = world.pays_out()
    world.imports()
    return payout_id


def a_line(world: World, words: str = "FASTER PAYMENT", days: int = 0) -> bytes:
    return as_csv([Booked(world.outside.clock.now().date() + timedelta(days=days), "167.10", words)])


def test_its_lines_ours_and_the_banks_are_set_beside_each_other(treasurer: Treasurer) -> None:
    payout_id = a_payout(treasurer.world)
    page = treasurer.read(f"/payouts/{payout_id}")
    for words in ("Awaiting the bank", "Card payment", "Refund", "£180.00", "-£10.00", "-£2.90", "£167.10"):
        assert words in page
    assert page.count("agrees") >= 2
    assert "differs" not in page
    assert "nothing yet" in page
    treasurer.uploads(a_line(treasurer.world, "STRIPE"))
    matched = treasurer.read(f"/payouts/{payout_id}")
    assert "Matched" in matched
    assert "By rule" in matched


def test_its_line_is_chosen_by_hand_and_taken_back(treasurer: Treasurer) -> None:
    payout_id = a_payout(treasurer.world)
    treasurer.uploads(a_line(treasurer.world, "SOMEBODY ELSE", days=-9))
    page = treasurer.read(f"/payouts/{payout_id}")
    assert "Lines of exactly this amount" in page
    line = page.partition("/bank-lines/")[2].partition("/match")[0]
    page = treasurer.does(f"/bank-lines/{line}/match", payout_id=payout_id, back="payout")
    assert "this payout is that line of the bank" in page
    assert "By a person" in page
    again = treasurer.does(f"/bank-lines/{line}/match", payout_id=payout_id, back="payout")
    assert "By a person" in again
    page = treasurer.does(f"/bank-lines/{line}/unmatch", back="payout")
    assert "the line is no payout now" in page
    assert "nothing yet" in page


def test_all_lines_are_in_the_file(treasurer: Treasurer) -> None:
    payout_id = a_payout(treasurer.world)
    answer = treasurer.open(f"/payouts/{payout_id}/lines.csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="setlist-{payout_id}.csv"'
    assert sorted((row["category"], row["net"], row["ours"]) for row in rows) == [
        ("charge", "177.10", "177.10"),
        ("payout", "-167.10", "-167.10"),
        ("refund", "-10.00", "-10.00"),
    ]
    assert rows[-1]["category"] == "payout"


def test_an_entry_shows_debit_credit_and_who_posted_it(treasurer: Treasurer) -> None:
    page = treasurer.read(f"/payouts/{a_payout(treasurer.world)}")
    payment = page[page.index("Card payment") :]
    entry = payment.partition("/staff/finance/journal/")[2].partition('"')[0]
    shown = treasurer.read(f"/journal/{entry}")
    for words in (
        "<h1>Card payment</h1>",
        "1250 Stripe clearing",
        "2110 Deferred income",
        "£180.00",
        "£150.00",
        "£30.00",
    ):
        assert words in shown
    assert "Setlist, by itself" in shown or "worker:" not in shown
    treasurer.read("/journal/entry_x", 404)
    treasurer.read(f"/journal/{to_public(Prefix.ENTRY, new_id())}", 404)


def test_a_payout_made_by_hand_says_why_it_has_no_lines(treasurer: Treasurer) -> None:
    paid_booking(treasurer.world)
    payout_id = treasurer.world.pays_out(is_automatic=False)
    treasurer.world.imports()
    page = treasurer.read(f"/payouts/{payout_id}")
    assert "Stripe does not list what is in a payout that somebody made by hand." in page
    assert "made by hand" in page


def test_a_payout_that_takes_money_says_so(treasurer: Treasurer) -> None:
    a_payout(treasurer.world)
    treasurer.world.refunds_in_dashboard(5_000)
    payout_id = treasurer.world.pays_out()
    treasurer.world.imports()
    page = treasurer.read(f"/payouts/{payout_id}")
    assert "Payout of -£50.00" in page
    assert "Stripe takes this amount from the bank" in page


def test_whoever_may_only_read_matches_nothing(world: World) -> None:
    payout_id = a_payout(world)
    writer, reader = a_treasurer(world), a_treasurer(world, Scope.FINANCE_READ, email="ray@larkfield.example")
    writer.uploads(a_line(world))
    page = writer.read(f"/payouts/{payout_id}")
    line = page.partition("/bank-lines/")[2].partition("/match")[0]
    assert "/match" not in reader.read(f"/payouts/{payout_id}")
    assert reader.send(f"/bank-lines/{line}/match", payout_id=payout_id).status_code == 403
    assert reader.send(f"/bank-lines/{line}/unmatch").status_code == 403


def test_there_is_nothing_at_an_unknown_id(treasurer: Treasurer) -> None:
    treasurer.read("/payouts/po_x", 404)
    assert treasurer.open("/payouts/po_x/lines.csv").status_code == 404
    assert treasurer.send("/bank-lines/bank_line_x/match", payout_id="po_x").status_code == 404
    assert treasurer.send("/bank-lines/bank_line_x/unmatch").status_code == 404
