"""A worker whose handlers keep a diary: `python -m tests.services.jobs.a_worker SETTINGS`."""

from __future__ import annotations

import os
import signal
import sys
import time
from threading import Event

from services import outside as outside_room
from services.database.faults import arm
from services.effects.kinds import EffectKind
from services.jobs.handlers import Handler
from services.jobs.queues import QueueName
from services.jobs.worker import work
from services.outside import Outside, Transports
from services.payments.gateway import Patience
from services.settings import Settings


def enter(outside: Outside, deed: str, subject: str) -> None:
    with (outside.settings.var_dir / "diary").open("a") as diary:
        diary.write(f"{deed} {subject} {os.getpid()}\n")


def quick(outside: Outside, subject: str) -> None:
    enter(outside, "done", subject)


def slow(outside: Outside, subject: str) -> None:
    """Wait in the middle until the test lets go."""
    enter(outside, "begun", subject)
    while not (outside.settings.var_dir / "go").exists():
        time.sleep(0.02)
    enter(outside, "done", subject)


def broken(_outside: Outside, subject: str) -> None:
    raise RuntimeError(f"{subject} is secret@example.org")


HANDLERS = {
    EffectKind.SEND_LETTER: Handler(quick, QueueName.LETTERS),
    EffectKind.APPLY_STRIPE_EVENT: Handler(quick, QueueName.STRIPE),
    EffectKind.PUSH_SUBSCRIPTION: Handler(quick, QueueName.MAILCHIMP),
    EffectKind.LAPSE_HOLD: Handler(slow, QueueName.STRIPE),
    EffectKind.SEND_REFUND: Handler(broken, QueueName.STRIPE),
}


def main() -> None:
    settings = Settings.model_validate_json(sys.argv[1])
    arm(settings.fault_points)
    stopping = Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    work(outside_room.build(settings, Transports(), Patience.WORKER), HANDLERS, (), stopping)


if __name__ == "__main__":
    main()
