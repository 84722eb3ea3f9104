"""A webhook that never came costs ten minutes, whatever it was about."""

from __future__ import annotations

from api.sandbox.faults import Fault
from api.sandbox.stripe.outcomes import Outcome
from services.effects.kinds import EffectKind
from services.journeys.fetch_missed_events import queue_missed_events
from tests.worlds import World


def test_what_no_webhook_told_is_fetched_and_applied(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.settle()
    world.pays(booked.session_id)
    world.breaks(Fault.LOSE_WEBHOOK, 10)
    assert world.deliver() == 0
    world.passes(days=4)
    queue_missed_events(world.outside)
    world.work()
    assert world.status(booked).value == "confirmed"


def test_what_was_delivered_is_not_applied_again(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    world.settle()
    applied = world.queued(EffectKind.APPLY_STRIPE_EVENT)
    queue_missed_events(world.outside)
    world.work()
    assert world.queued(EffectKind.APPLY_STRIPE_EVENT) == applied
