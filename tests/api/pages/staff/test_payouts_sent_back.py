"""The page of a payout that failed once it was at the bank says what is still to come, and has it chosen."""

from __future__ import annotations

from datetime import timedelta

from api.sandbox.stripe.payouts import settle_payout
from tests.builders.books import paid_booking
from tests.builders.finance import Booked, as_csv
from tests.builders.treasurer import a_treasurer
from tests.worlds import World


def test_the_line_that_sends_it_back_is_chosen_by_hand_and_taken_back(world: World) -> None:
    treasurer = a_treasurer(world)
    paid_booking(world)
    payout_id = world.pays_out()
    world.imports()
    arrival = world.outside.clock.now().date()
    treasurer.uploads(as_csv([Booked(arrival, "177.10", "STRIPE")]))
    settle_payout(world.account, payout_id, is_paid=False)
    world.imports()
    treasurer.uploads(as_csv([Booked(arrival + timedelta(days=1), "-177.10", "RETURNED")]))
    page = treasurer.read(f"/payouts/{payout_id}")
    for words in ("Not sent back yet", "Lines of the opposite amount", "RETURNED", "Not at the bank"):
        assert words in page
    line = page.partition("Lines of the opposite")[2].partition("/bank-lines/")[2].partition("/match")[0]
    page = treasurer.does(f"/bank-lines/{line}/match", payout_id=payout_id, back="payout")
    assert "The bank sent it back on" in page
    assert "Not at the bank" not in page
    page = treasurer.does(f"/bank-lines/{line}/unmatch", back="payout")
    assert "Not sent back yet" in page
    treasurer.does(f"/bank-lines/{line}/match", payout_id=payout_id, back="payout")
