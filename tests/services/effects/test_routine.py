"""Routine effects are forgotten after a day, and no other."""

from __future__ import annotations

from sqlalchemy import select

from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.jobs.leftovers import forget_routine_effects
from tests.worlds import World


def kinds(world: World) -> set[EffectKind]:
    with world.database.reading() as session:
        return set(session.scalars(select(Effect.kind)))


def test_done_visits_are_forgotten_after_a_day_and_what_must_not_happen_twice_is_not(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    world.tick()
    world.settle()
    world.imports()
    before = kinds(world)
    assert {
        EffectKind.VISIT_CHECKOUT,
        EffectKind.RECONCILE,
        EffectKind.APPLY_STRIPE_EVENT,
        EffectKind.SEND_LETTER,
    } <= before
    world.passes(hours=23)
    forget_routine_effects(world.outside)
    assert kinds(world) == before
    world.passes(hours=2)
    forget_routine_effects(world.outside)
    assert kinds(world) == before - {EffectKind.VISIT_CHECKOUT, EffectKind.IMPORT_FROM_STRIPE, EffectKind.RECONCILE}


def test_a_visit_that_failed_stays_before_staff(world: World) -> None:
    world.book(world.a_set())
    world.tick()
    with world.database.writing() as session:
        visit = session.scalars(select(Effect).where(Effect.kind == EffectKind.VISIT_CHECKOUT)).one()
        visit.status = EffectStatus.FAILED
    world.passes(days=2)
    forget_routine_effects(world.outside)
    assert EffectKind.VISIT_CHECKOUT in kinds(world)
