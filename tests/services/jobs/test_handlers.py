"""Nothing is queued that no worker would run."""

from __future__ import annotations

from services.effects.kinds import EffectKind
from services.jobs.handlers import HANDLERS
from services.jobs.queues import LIMITS, QueueName


def test_every_kind_of_effect_has_a_handler() -> None:
    assert set(HANDLERS) == set(EffectKind)


def test_every_queue_is_registered_and_has_limits() -> None:
    assert set(LIMITS) == set(QueueName)
