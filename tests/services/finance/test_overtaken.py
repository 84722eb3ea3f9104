"""What was posted to suspense because it was missing comes after all, and the books say it once."""

from __future__ import annotations

from datetime import date, timedelta

from services.finance.arrivals import last_day_at_bank
from services.finance.bank.choosing import Choice, match_line, unmatch_line
from services.finance.bank.storing import Upload, upload_statement
from services.finance.bank.views import LineFilter, LineStatus, LineView, list_lines
from services.finance.discrepancies import DiscrepancyFilter, list_discrepancies
from services.finance.models import Payout
from services.finance.reconciliation import reconcile
from services.finance.words import BankMatch, Clearing, DiscrepancyAction, DiscrepancyKind
from services.ledger.chart import AccountKey
from tests.builders.books import (
    a_statement,
    balances,
    decide,
    open_ones,
    paid_booking,
    require_sound,
    the_open_one,
)
from tests.builders.finance import Booked, as_csv
from tests.worlds import World


def missing_payout(world: World) -> Payout:
    """A payout that a statement of every day on which it could have come does not show."""
    paid_booking(world)
    payout_id = world.pays_out()
    world.imports()
    with world.database.writing() as session:
        payout = session.get_one(Payout, payout_id)
        session.add(a_statement(payout.arrival_on, last_day_at_bank(payout.arrival_on)))
        session.flush()
        reconcile(session, now=world.outside.clock.now())
    assert the_open_one(world).kind is DiscrepancyKind.NOT_AT_BANK
    return payout


def shows(world: World, payout: Payout, on: date) -> LineView:
    """A statement shows its amount on that day."""
    content = as_csv([Booked(on, f"{payout.amount_minor / 100:.2f}", "STRIPE PAYMENTS UK")])
    upload_statement(world.database, world.outside.clock, Upload(content, "staff:test", account="Savings"))
    with world.database.reading() as session:
        (line,) = list_lines(session, LineFilter(), after=None, limit=10)
    return line


def clearings(world: World) -> list[Clearing | None]:
    with world.database.reading() as session:
        found = list_discrepancies(session, DiscrepancyFilter(), after=None, limit=10)
    return [each.cleared_by for each in reversed(found)]


def test_a_line_on_another_statement_takes_its_payout_out_of_suspense(world: World) -> None:
    payout = missing_payout(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert balances(world)[AccountKey.SUSPENSE] == payout.amount_minor
    line = shows(world, payout, payout.arrival_on)
    assert (line.payout_id, line.matched_by) == (payout.id, BankMatch.RULE)
    held = balances(world)
    assert held[AccountKey.BANK] == payout.amount_minor
    assert held.keys().isdisjoint({AccountKey.SUSPENSE, AccountKey.PAYOUTS_IN_TRANSIT})
    assert clearings(world) == [Clearing.OVERTAKEN]
    require_sound(world)


def test_a_line_that_is_late_is_suggested_and_a_person_says_that_it_is_the_payout(world: World) -> None:
    payout = missing_payout(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    world.passes(days=20)
    line = shows(world, payout, payout.arrival_on + timedelta(days=12))
    assert (line.status, line.candidates) == (LineStatus.SUGGESTED, (payout.id,))
    with world.database.writing() as session:
        match_line(session, line.id, Choice(payout.id, "staff:test"), now=world.outside.clock.now())
    assert balances(world)[AccountKey.BANK] == payout.amount_minor
    assert balances(world).keys().isdisjoint({AccountKey.SUSPENSE, AccountKey.PAYOUTS_IN_TRANSIT})
    require_sound(world)


def test_a_late_line_closes_what_is_still_open(world: World) -> None:
    payout = missing_payout(world)
    world.passes(days=20)
    line = shows(world, payout, payout.arrival_on + timedelta(days=12))
    assert line.candidates == (payout.id,)
    with world.database.writing() as session:
        match_line(session, line.id, Choice(payout.id, "staff:test"), now=world.outside.clock.now())
    assert clearings(world) == [Clearing.RESOLVED]
    require_sound(world)


def test_a_line_that_comes_much_later_is_none_of_it(world: World) -> None:
    payout = missing_payout(world)
    world.passes(days=60)
    assert shows(world, payout, payout.arrival_on + timedelta(days=40)).candidates == ()
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)


def test_a_match_that_is_taken_back_leaves_the_payout_missing_once_more(world: World) -> None:
    payout = missing_payout(world)
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    line = shows(world, payout, payout.arrival_on)
    with world.database.writing() as session:
        unmatch_line(session, line.id, by="staff:test", now=world.outside.clock.now())
    assert balances(world)[AccountKey.PAYOUTS_IN_TRANSIT] == payout.amount_minor
    assert the_open_one(world).kind is DiscrepancyKind.NOT_AT_BANK
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert balances(world)[AccountKey.SUSPENSE] == payout.amount_minor
    with world.database.writing() as session:
        match_line(session, line.id, Choice(payout.id, "staff:test"), now=world.outside.clock.now())
    assert balances(world)[AccountKey.BANK] == payout.amount_minor
    assert balances(world).keys().isdisjoint({AccountKey.SUSPENSE, AccountKey.PAYOUTS_IN_TRANSIT})
    require_sound(world)


def test_what_stripe_knows_of_after_all_leaves_suspense_as_if_it_had_never_been_there(world: World) -> None:
    paid_booking(world)
    (shown_late,) = world.account.all("balance_transaction")
    with world.stripe.writing() as connection:
        connection.execute("DELETE FROM documents WHERE id = ?", (shown_late["id"],))
    world.passes(minutes=2)
    world.imports()
    assert the_open_one(world).kind is DiscrepancyKind.MISSING_AT_STRIPE
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    assert AccountKey.SUSPENSE in balances(world)
    posted_on = world.outside.clock.now().date()
    world.passes(days=40)
    world.account.keep({**shown_late, "created": world.account.now()})
    world.imports()
    assert open_ones(world) == []
    assert AccountKey.SUSPENSE not in balances(world)
    assert AccountKey.SUSPENSE not in balances(world, at=posted_on)
    assert clearings(world) == [Clearing.OVERTAKEN]
    require_sound(world)
