"""What must follow from a change has somebody to do it, in a queue that exists; the schedule names each job once."""

from __future__ import annotations

from collections import Counter

from services.effects.kinds import EffectKind
from services.jobs.handlers import HANDLERS
from services.jobs.queues import LIMITS, QueueName
from services.jobs.schedule import SCHEDULE


def test_every_kind_of_effect_has_a_handler() -> None:
    assert set(HANDLERS) == set(EffectKind)


def test_every_handler_waits_in_a_queue_that_has_its_limits() -> None:
    assert {handler.queue for handler in HANDLERS.values()} == set(QueueName) == set(LIMITS)


def test_the_schedule_names_every_job_once() -> None:
    assert [name for name, times in Counter(job.name for job in SCHEDULE).items() if times > 1] == []
    assert [job.name for job in SCHEDULE if job.name != job.run.__name__] == []
