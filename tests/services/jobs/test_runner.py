"""What becomes of an effect that runs, and of one that fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from services.attention.models import AttentionItem
from services.attention.words import AttentionKind
from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.effects.queue import queue
from services.jobs.attempts import Attempt
from services.jobs.handlers import Handler
from services.jobs.outcomes import MOST_ATTEMPTS, pause_after
from services.jobs.queues import QueueName
from services.jobs.relay import Relay
from services.jobs.runner import run_effect
from services.outside import Outside
from services.payments.errors import PaymentsUnavailable
from tests.offset import FakeOffset

KEY = "send_letter:a"


@dataclass
class Plan:
    """A handler that raises what it was told, once each, and counts."""

    errors: list[Exception] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)

    def __call__(self, _outside: Outside, subject: str) -> None:
        self.runs.append(subject)
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def effect(outside: Outside) -> None:
    with outside.database.writing() as session:
        queue(session, EffectKind.SEND_LETTER, "a", now=outside.clock.now())


def attempt(outside: Outside, plan: Plan) -> Effect:
    """Relay what is due, and run the attempt that the row is at."""
    handler = Handler(plan, QueueName.LETTERS)
    Relay(outside.database, outside.clock, {EffectKind.SEND_LETTER: handler}).relay_due()
    run_effect(outside, handler, Attempt(KEY, row(outside).attempt))
    return row(outside)


def row(outside: Outside) -> Effect:
    with outside.database.reading() as session:
        return session.get_one(Effect, KEY)


def items_open(outside: Outside) -> int:
    with outside.database.reading() as session:
        found = session.scalar(
            select(func.count()).where(
                AttentionItem.kind == AttentionKind.EFFECT_FAILED,
                AttentionItem.subject == KEY,
                AttentionItem.closed_at.is_(None),
            )
        )
        return found or 0


@pytest.mark.usefixtures("effect")
def test_an_effect_is_done_once(outside: Outside) -> None:
    plan = Plan()
    assert attempt(outside, plan).status is EffectStatus.DONE
    assert attempt(outside, plan).status is EffectStatus.DONE
    assert plan.runs == ["a"]


@pytest.mark.usefixtures("effect")
def test_what_is_unavailable_is_tried_again_later(outside: Outside, offset: FakeOffset) -> None:
    plan = Plan([PaymentsUnavailable()])
    after = attempt(outside, plan)
    assert (after.status, after.attempt, after.problem) == (EffectStatus.NEW, 2, "PaymentsUnavailable")
    assert attempt(outside, plan).status is EffectStatus.NEW, "it waits for its time"
    offset.move(seconds=2)
    after = attempt(outside, plan)
    assert (after.status, after.problem) == (EffectStatus.DONE, None)
    assert plan.runs == ["a", "a"]


@pytest.mark.usefixtures("effect")
def test_an_outage_of_hours_loses_nothing(outside: Outside, offset: FakeOffset) -> None:
    plan = Plan([PaymentsUnavailable() for _ in range(40)])
    for _ in range(40):
        assert attempt(outside, plan).status is EffectStatus.NEW
        offset.move(minutes=5)
    assert attempt(outside, plan).status is EffectStatus.DONE
    assert items_open(outside) == 0


@pytest.mark.usefixtures("effect")
def test_staff_are_told_of_an_outage_that_lasts_a_day_for_as_long_as_it_lasts(
    outside: Outside, offset: FakeOffset
) -> None:
    offset.move(hours=25)
    assert attempt(outside, Plan([PaymentsUnavailable()])).status is EffectStatus.NEW
    assert items_open(outside) == 1
    offset.move(minutes=5)
    assert attempt(outside, Plan()).status is EffectStatus.DONE
    assert items_open(outside) == 0, "nobody has to look into what is done"


@pytest.mark.usefixtures("effect")
def test_an_effect_that_keeps_breaking_fails_and_is_put_before_staff(outside: Outside, offset: FakeOffset) -> None:
    plan = Plan([RuntimeError("secret@example.org") for _ in range(MOST_ATTEMPTS)])
    for _ in range(MOST_ATTEMPTS - 1):
        assert attempt(outside, plan).status is EffectStatus.NEW
        offset.move(minutes=5)
    after = attempt(outside, plan)
    assert (after.status, after.problem) == (EffectStatus.FAILED, "RuntimeError")
    assert after.finished_at is not None
    assert items_open(outside) == 1


@pytest.mark.usefixtures("effect")
def test_an_attempt_that_is_over_is_not_made_again(outside: Outside) -> None:
    plan = Plan([PaymentsUnavailable()])
    attempt(outside, plan)
    run_effect(outside, Handler(plan, QueueName.LETTERS), Attempt(KEY, 1))
    assert plan.runs == ["a"]


def test_pauses_grow_to_five_minutes() -> None:
    pauses = [pause_after(number, RuntimeError()) for number in (1, 2, 8, 9, 1000)]
    assert pauses == [timedelta(seconds=seconds) for seconds in (2, 4, 256, 300, 300)]


def test_who_is_out_of_reach_may_ask_for_a_longer_pause_within_reason() -> None:
    asked = [pause_after(1, PaymentsUnavailable(retry_after=seconds)) for seconds in (1, 60, 1e9)]
    assert asked == [timedelta(seconds=2), timedelta(seconds=60), timedelta(hours=1)]
