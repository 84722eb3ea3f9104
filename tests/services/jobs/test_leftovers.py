"""What dbos gave up is told to staff, and what is long over is dropped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dbos import DBOS
from sqlalchemy import select, text

from services.attention.models import AttentionItem
from services.effects.kinds import EffectKind
from services.effects.models import EffectStatus
from services.effects.queue import queue
from services.jobs.executor import launch, stop
from services.jobs.leftovers import drop_old_workflows, fail_abandoned_effects, tell_of_stuck_effects
from services.jobs.relay import Relay
from services.outside import Outside
from tests.offset import FakeOffset
from tests.services.jobs.a_worker import HANDLERS
from tests.services.jobs.processes import status_of


@pytest.fixture
def relayed(outside: Outside) -> Iterator[tuple[str, str]]:
    """Two effects that dbos has and, its queues not being listened to, does not run."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        for subject in ("a", "b"):
            queue(session, EffectKind.SEND_LETTER, subject, now=now)
    Relay(outside.database, outside.clock, HANDLERS).relay_due()
    launch("a-test", outside, {})
    yield "send_letter:a", "send_letter:b"
    stop(timedelta(0))


def told_of(outside: Outside) -> list[str]:
    with outside.database.reading() as session:
        return sorted(session.scalars(select(AttentionItem.subject)))


def test_an_effect_that_dbos_gave_up_fails_and_is_put_before_staff(outside: Outside, relayed: tuple[str, str]) -> None:
    given_up, other = relayed
    DBOS.cancel_workflow(f"{given_up}#1")
    fail_abandoned_effects(outside)
    fail_abandoned_effects(outside)
    assert (status_of(outside, given_up), status_of(outside, other)) == (EffectStatus.FAILED, EffectStatus.RELAYED)
    assert told_of(outside) == [given_up]


def test_an_effect_that_dbos_has_for_an_hour_and_never_ends_is_put_before_staff(
    outside: Outside, relayed: tuple[str, str], offset: FakeOffset
) -> None:
    offset.move(minutes=59)
    tell_of_stuck_effects(outside)
    assert told_of(outside) == []
    offset.move(minutes=2)
    tell_of_stuck_effects(outside)
    tell_of_stuck_effects(outside)
    assert told_of(outside) == sorted(relayed)
    assert {status_of(outside, key) for key in relayed} == {EffectStatus.RELAYED}


def test_workflows_are_dropped_a_week_after_their_end(outside: Outside, relayed: tuple[str, str]) -> None:
    for key in relayed:
        DBOS.cancel_workflow(f"{key}#1")
    drop_old_workflows(outside)
    assert len(DBOS.list_workflows()) == 2
    with outside.database.writing() as session:
        table = "workflow_status" if outside.database.is_sqlite else "dbos.workflow_status"
        session.execute(
            text(f"UPDATE {table} SET completed_at = 0 WHERE workflow_uuid = :id"),  # noqa: S608 - one of two names
            {"id": f"{relayed[0]}#1"},
        )
    drop_old_workflows(outside)
    assert [workflow.workflow_id for workflow in DBOS.list_workflows()] == [f"{relayed[1]}#1"]
