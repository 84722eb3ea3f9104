"""Events whose webhook never arrived are fetched from Stripe, which keeps them for thirty days."""

from __future__ import annotations

from datetime import timedelta

from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.outside import Outside
from services.payments.stripe_events import store_event

STRIPE_KEEPS = timedelta(days=30)


def queue_missed_events(outside: Outside) -> None:
    """Have Stripe asked for them, once a minute at the most."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        queue(session, EffectKind.FETCH_MISSED_EVENTS, now.strftime("%Y%m%dT%H%M"), now=now)


def fetch_missed_events(outside: Outside, _minute: str) -> None:
    """Store every event that Stripe could not deliver, as if it had; those we know already change nothing."""
    now = outside.clock.now()
    for missed in outside.gateway.list_undelivered_events(now - STRIPE_KEEPS):
        with outside.database.writing() as session:
            store_event(session, missed.event, missed.body, now=now)
