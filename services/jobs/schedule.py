"""What is done by the clock: the one table of names, intervals and functions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from services.finance.imports import queue_import
from services.jobs.leftovers import (
    drop_old_workflows,
    fail_abandoned_effects,
    forget_routine_effects,
    tell_of_stuck_effects,
)
from services.journeys.fetch_missed_events import queue_missed_events
from services.journeys.forget_requests import forget_requests
from services.journeys.forget_sign_ins import forget_sign_ins
from services.journeys.forget_unconfirmed import forget_unconfirmed
from services.journeys.lapse_hold import queue_lapsed_holds
from services.journeys.post_earlier_money import queue_earlier_money
from services.journeys.sweep_checkouts import queue_late_visits, queue_visits
from services.journeys.sweep_open_money import queue_open_money
from services.outside import Outside


@dataclass(frozen=True)
class Scheduled:
    """Something to do every so often.

    `run` must be quick, for all entries take turns; where nothing is due it must only read, and where something is it
    queues effects.
    """

    name: str
    every: timedelta
    run: Callable[[Outside], None]


def queue_imports(outside: Outside) -> None:
    """Read what is new at Stripe: at most ten minutes go by before a movement is known here."""
    queue_import(outside.database, outside.clock)


SCHEDULE: tuple[Scheduled, ...] = (
    Scheduled("queue_lapsed_holds", timedelta(seconds=5), queue_lapsed_holds),
    Scheduled("queue_visits", timedelta(minutes=1), queue_visits),
    Scheduled("queue_late_visits", timedelta(minutes=10), queue_late_visits),
    Scheduled("queue_open_money", timedelta(minutes=10), queue_open_money),
    Scheduled("queue_imports", timedelta(minutes=10), queue_imports),
    Scheduled("queue_missed_events", timedelta(minutes=10), queue_missed_events),
    Scheduled("queue_earlier_money", timedelta(minutes=1), queue_earlier_money),
    Scheduled("fail_abandoned_effects", timedelta(minutes=1), fail_abandoned_effects),
    Scheduled("tell_of_stuck_effects", timedelta(minutes=10), tell_of_stuck_effects),
    Scheduled("forget_requests", timedelta(hours=1), forget_requests),
    Scheduled("forget_sign_ins", timedelta(hours=1), forget_sign_ins),
    Scheduled("forget_unconfirmed", timedelta(hours=1), forget_unconfirmed),
    Scheduled("drop_old_workflows", timedelta(hours=1), drop_old_workflows),
    Scheduled("forget_routine_effects", timedelta(hours=1), forget_routine_effects),
)
