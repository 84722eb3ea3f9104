"""The relay hands each effect over once, when it is due."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread

import pytest
from dbos import DBOSClient
from sqlalchemy import update

from services.effects.kinds import EffectKind
from services.effects.models import Effect, EffectStatus
from services.effects.queue import queue
from services.jobs.relay import BATCH, Relay
from services.outside import Outside
from tests.offset import FakeOffset
from tests.services.jobs.a_worker import HANDLERS
from tests.services.jobs.processes import PATIENCE_SECONDS, WorkerProcesses, status_of


@pytest.fixture
def relay(outside: Outside) -> Relay:
    return Relay(outside.database, outside.clock, HANDLERS)


@pytest.fixture
def dbos_client(outside: Outside) -> Iterator[DBOSClient]:
    client = DBOSClient(system_database_url=outside.settings.database_url)
    yield client
    client.destroy()


def queue_letters(outside: Outside, *subjects: str, later: timedelta = timedelta()) -> None:
    now = outside.clock.now()
    with outside.database.writing() as session:
        for subject in subjects:
            queue(session, EffectKind.SEND_LETTER, subject, now=now, due_at=now + later)


def test_an_effect_becomes_a_workflow_on_its_kinds_queue(
    outside: Outside, relay: Relay, dbos_client: DBOSClient
) -> None:
    queue_letters(outside, "a")
    assert relay.relay_due() == 1
    (workflow,) = dbos_client.list_workflows()
    assert (workflow.workflow_id, workflow.name, workflow.queue_name, workflow.status) == (
        "send_letter:a#1",
        "send_letter",
        "letters",
        "ENQUEUED",
    )
    assert status_of(outside, "send_letter:a") is EffectStatus.RELAYED


def test_an_effect_waits_until_it_is_due(outside: Outside, relay: Relay, offset: FakeOffset) -> None:
    queue_letters(outside, "a", later=timedelta(minutes=10))
    assert relay.relay_due() == 0
    offset.move(minutes=10)
    assert relay.relay_due() == 1


def test_an_effect_handed_over_again_is_the_same_workflow(
    outside: Outside, relay: Relay, dbos_client: DBOSClient
) -> None:
    queue_letters(outside, "a")
    relay.relay_due()
    with outside.database.writing() as session:
        session.execute(update(Effect).values(status=EffectStatus.NEW))
    assert relay.relay_due() == 1
    assert len(dbos_client.list_workflows()) == 1


def test_killed_between_handing_over_and_marking_it_has_done_neither(
    outside: Outside, relay: Relay, dbos_client: DBOSClient, workers: WorkerProcesses
) -> None:
    queue_letters(outside, "a")
    dying = workers.start(fault_points="effects_handed_over")
    assert dying.wait(PATIENCE_SECONDS) == -signal.SIGKILL
    assert status_of(outside, "send_letter:a") is EffectStatus.NEW
    assert dbos_client.list_workflows() == []
    assert relay.relay_due() == 1


def test_a_kind_without_a_handler_is_left_to_others(outside: Outside) -> None:
    queue_letters(outside, "a")
    assert Relay(outside.database, outside.clock, {}).relay_due() == 0
    assert status_of(outside, "send_letter:a") is EffectStatus.NEW


def test_many_relays_at_once_hand_each_effect_over_once(outside: Outside, dbos_client: DBOSClient) -> None:
    queue_letters(outside, *(str(number) for number in range(BATCH * 2)))
    counts: list[int] = []
    relays = [Relay(outside.database, outside.clock, HANDLERS) for _ in range(3)]
    threads = [Thread(target=lambda each=each: counts.append(each.relay_due())) for each in relays]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == BATCH * 2
    assert len(dbos_client.list_workflows(load_input=False)) == BATCH * 2


def test_an_idle_relay_asks_for_no_lock(outside: Outside, relay: Relay) -> None:
    with outside.database.writing() as session:
        session.execute(update(Effect).values(attempt=1))
        assert relay.relay_due() == 0


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_relay_does_not_wait_for_what_another_has_in_its_hands(outside: Outside, relay: Relay) -> None:
    queue_letters(outside, "a", "b")
    with outside.database.writing() as session:
        session.get(Effect, "send_letter:a", with_for_update=True)
        assert relay.relay_due() == 1
