"""An automatic payout is the sum of what Stripe lists for it; a list that was short is read again."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from api.sandbox.stripe.balance import PAYOUT_OF
from services.finance.arrivals import last_day_at_bank
from services.finance.models import BalanceTransaction
from services.finance.payout_views import get_payout
from services.finance.reconciliation import reconcile
from services.finance.words import DiscrepancyAction, DiscrepancyKind, Verdict
from services.money import Money
from tests.builders.books import (
    a_statement,
    decide,
    open_ones,
    paid_booking,
    require_sound,
    require_told,
    the_open_one,
)
from tests.worlds import World


def short_list(world: World) -> tuple[str, dict[str, Any]]:
    """A payout of two bookings, of which Stripe lists one; and the booking's transaction that it leaves out."""
    paid_booking(world)
    paid_booking(world)
    payout_id = world.pays_out()
    left_out = next(each for each in world.account.all("balance_transaction") if each["type"] == "charge")
    with world.stripe.writing() as connection:
        connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (PAYOUT_OF, left_out["id"]))
    world.imports()
    found = the_open_one(world)
    assert (found.kind, found.payout_id) == (DiscrepancyKind.AMOUNT_DIFFERS, payout_id)
    assert found.amount == Money(left_out["net"], "GBP")
    assert found.actions == (DiscrepancyAction.IMPORT_AGAIN,)
    require_told(world)
    return payout_id, left_out


def completed(world: World, payout_id: str, left_out: dict[str, Any]) -> None:
    """Stripe lists it after all."""
    world.stripe.put(PAYOUT_OF, left_out["id"], {"payout": payout_id})


def test_a_list_that_was_short_is_read_again_by_the_next_import(world: World) -> None:
    payout_id, left_out = short_list(world)
    world.imports()
    assert the_open_one(world).payout_id == payout_id
    completed(world, payout_id, left_out)
    world.imports()
    require_sound(world)


def test_importing_again_clears_a_list_that_was_short(world: World) -> None:
    payout_id, left_out = short_list(world)
    completed(world, payout_id, left_out)
    decide(world, DiscrepancyAction.IMPORT_AGAIN)
    world.work()
    world.passes(minutes=1)
    world.work()
    assert open_ones(world) == []
    require_sound(world)
    with world.database.reading() as session:
        assert get_payout(session, payout_id).payout.verdict is Verdict.AWAITING_BANK


def test_what_stripe_lists_no_longer_is_no_part_of_the_payout(world: World) -> None:
    payout_id, left_out = short_list(world)
    completed(world, payout_id, left_out)
    (stray,) = paid_since(world)
    completed(world, payout_id, stray)
    world.imports()
    assert the_open_one(world).amount == Money(stray["net"], "GBP")
    with world.stripe.writing() as connection:
        connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (PAYOUT_OF, stray["id"]))
    world.imports()
    require_sound(world)


def test_a_payout_that_is_cleared_at_the_bank_is_still_looked_at_for_its_list(world: World) -> None:
    paid_booking(world)
    paid_booking(world)
    payout_id = world.pays_out()
    world.imports()
    with world.database.writing() as session:
        arrival = get_payout(session, payout_id).payout.arrival_on
        session.add(a_statement(arrival, last_day_at_bank(arrival)))
    world.imports()
    decide(world, DiscrepancyAction.POST_TO_SUSPENSE)
    with world.database.writing() as session:
        part = session.scalars(select(BalanceTransaction).where(BalanceTransaction.type == "charge").limit(1)).one()
        part.payout_id = None
        reconcile(session, now=world.outside.clock.now())
    assert the_open_one(world).kind is DiscrepancyKind.AMOUNT_DIFFERS
    require_told(world)
    world.imports()
    require_sound(world)


def paid_since(world: World) -> list[dict[str, Any]]:
    known = {each["id"] for each in world.account.all("balance_transaction")}
    paid_booking(world)
    return [each for each in world.account.all("balance_transaction") if each["id"] not in known]
