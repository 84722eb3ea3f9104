"""How an import stands, and what keeps it from going on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from api.sandbox.faults import Fault
from api.sandbox.stripe.balance import Movement, book
from services.attention.items import list_items
from services.attention.words import AttentionKind
from services.effects.kinds import EffectKind
from services.effects.models import Effect
from services.finance.imports import find_latest_import, find_trouble, get_import, queue_import, request_import
from services.finance.models import BalanceTransaction, ImportPlace
from services.finance.words import ImportStatus, ImportTrouble
from services.jobs.outcomes import fail, postpone_or_fail
from services.payments.errors import PaymentsUnavailable
from tests.builders.books import paid_booking, require_sound
from tests.contracts.stripe_gateways import ScriptedAdapter, an_answer, gateway_through
from tests.worlds import World

NOT_ALLOWED = b'{"error": {"type": "invalid_request_error", "message": "not for this key"}}'


def with_a_key_that_may_not(world: World, status: int) -> World:
    """The same world, where Stripe answers every request of its worker so."""
    gateway = gateway_through(ScriptedAdapter(an_answer(status, NOT_ALLOWED)))
    return replace(world, outside=replace(world.outside, gateway=gateway))


@pytest.mark.parametrize(("status", "cause"), [(401, "AuthenticationError"), (403, "PermissionError")])
def test_an_import_that_our_key_may_not_make_fails_and_says_why(world: World, status: int, cause: str) -> None:
    refused = with_a_key_that_may_not(world, status)
    first = refused.imports()
    assert (first.status, first.finished_at is not None) == (ImportStatus.FAILED, True)
    assert first.failure is not None
    assert cause in first.failure
    assert "STRIPE_API_KEY" in first.failure
    assert world.attention() == []
    world.passes(minutes=10)
    queue_import(world.database, world.outside.clock)
    refused.work(EffectKind.IMPORT_FROM_STRIPE)
    assert world.attention() == [AttentionKind.IMPORT_FAILED]
    world.passes(minutes=10)
    assert world.imports().status is ImportStatus.DONE
    with world.database.reading() as session:
        assert list_items(session, is_open=True, after=None, limit=10) == []


def test_an_import_whose_question_stripe_refuses_fails_until_it_starts_over(world: World) -> None:
    paid_booking(world)
    world.passes(minutes=20)
    world.imports()
    with world.database.writing() as session:
        session.execute(update(ImportPlace).values(newest_id="txn_that_stripe_does_not_know"))
    failed = world.imports()
    assert failed.status is ImportStatus.FAILED
    assert failed.failure is not None
    assert "resource_missing" in failed.failure
    assert world.imports(starts_over=True).status is ImportStatus.DONE


def test_what_stripe_lists_behind_newer_movements_is_read_the_next_day(world: World) -> None:
    comes_to_nine(world)
    first = book(world.account, Movement("fee", "fee", -60, "gbp", None))
    world.passes(hours=1)
    paid_booking(world)
    late = world.account.all("balance_transaction")[0]
    with world.stripe.writing() as connection:
        connection.execute("DELETE FROM documents WHERE id = ?", [late["id"]])
    world.passes(hours=1)
    newer = book(world.account, Movement("fee", "fee", -70, "gbp", None))
    for _ in range(2):
        world.passes(hours=1)
        world.imports()
    world.account.keep(late)
    world.imports()
    assert read_so_far(world) == {first["id"], newer["id"]}
    world.passes(days=1)
    world.imports()
    assert read_so_far(world) == {first["id"], newer["id"], late["id"]}
    require_sound(world)


def test_a_run_looks_back_once_a_day_and_not_further_than_it_must(world: World) -> None:
    comes_to_nine(world)
    for _ in range(4):
        book(world.account, Movement("fee", "fee", -70, "gbp", None))
        world.passes(days=1)
    assert [world.imports().transactions_read for _ in range(2)] == [4, 0]
    world.passes(days=1)
    assert [world.imports().transactions_read for _ in range(2)] == [1, 0]


def comes_to_nine(world: World) -> None:
    """Nine in the morning, UTC: what happens within hours of it happens on one day."""
    now = world.outside.clock.now()
    world.passes(seconds=(now.replace(hour=9, minute=0) + timedelta(days=1) - now).total_seconds())


def read_so_far(world: World) -> set[str]:
    with world.database.reading() as session:
        return set(session.scalars(select(BalanceTransaction.id)))


def test_an_outage_keeps_an_import_trying_and_what_it_read_is_kept(world: World) -> None:
    paid_booking(world)
    with world.database.writing() as session:
        now = world.outside.clock.now()
        asked = request_import(session, requested_by="staff:test", starts_over=False, now=now)
    world.breaks(Fault.DOWN)
    for _ in range(10):
        world.work(EffectKind.IMPORT_FROM_STRIPE)
        world.passes(minutes=6)
    with world.database.reading() as session:
        assert get_import(session, asked.id).status is ImportStatus.RUNNING
        assert find_trouble(session, asked.id) is ImportTrouble.TRYING_AGAIN
    world.breaks(Fault.DOWN, times=0)
    world.work(EffectKind.IMPORT_FROM_STRIPE, EffectKind.RECONCILE)
    with world.database.reading() as session:
        done = get_import(session, asked.id)
    assert (done.status, done.transactions_read, done.failure) == (ImportStatus.DONE, 1, None)


def test_the_latest_import_is_found_with_its_trouble(world: World) -> None:
    with world.database.reading() as session:
        assert find_latest_import(session) is None
    world.imports()
    world.passes(minutes=1)
    with world.database.writing() as session:
        now = world.outside.clock.now()
        asked = request_import(session, requested_by="staff:test", starts_over=False, now=now)
        assert find_latest_import(session) == asked
        assert (asked.status, asked.requested_by) == (ImportStatus.QUEUED, "staff:test")
        assert find_trouble(session, asked.id) is None
        effect = session.get_one(Effect, f"{EffectKind.IMPORT_FROM_STRIPE}:{asked.id}")
        postpone_or_fail(session, effect, PaymentsUnavailable(), now=now)
        assert find_trouble(session, asked.id) is ImportTrouble.TRYING_AGAIN
        fail(session, effect, "KeyError", now=now)
        assert find_trouble(session, asked.id) is ImportTrouble.GIVEN_UP
