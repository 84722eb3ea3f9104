"""Workers as processes: killed, stopped, many at once beside others that write."""

from __future__ import annotations

from collections import Counter
from threading import Event, Thread

import pytest

from services.effects.kinds import EffectKind
from services.effects.queue import queue
from services.jobs.worker import LEASE_LOST
from services.outside import Outside
from tests.services.jobs.processes import PATIENCE_SECONDS, WorkerProcesses, status_of, take_leases_away

ENOUGH_WRITES = 20
QUICK_KINDS = (EffectKind.SEND_LETTER, EffectKind.APPLY_STRIPE_EVENT, EffectKind.PUSH_SUBSCRIPTION)


def queue_effect(outside: Outside, kind: EffectKind, subject: str) -> str:
    with outside.database.writing() as session:
        queue(session, kind, subject, now=outside.clock.now())
    return f"{kind}:{subject}"


def test_a_killed_workers_effect_is_taken_over_and_done_once(outside: Outside, workers: WorkerProcesses) -> None:
    """F07."""
    key = queue_effect(outside, EffectKind.LAPSE_HOLD, "a")
    first = workers.start()
    workers.wait_for(lambda: workers.deeds() == [("begun", "a")])
    second = workers.start()
    workers.wait_for(lambda: workers.log.read_text().count("worker ready") == 2)
    assert workers.deeds() == [("begun", "a")], "nothing is taken from the living"
    first.kill()
    workers.let_go()
    workers.wait_for(workers.are_done(key))
    assert workers.deeds() == [("begun", "a"), ("begun", "a"), ("done", "a")]
    assert workers.diary()[-1].pid == second.pid


def test_a_worker_that_is_told_to_stop_finishes_what_it_runs_and_begins_nothing(
    outside: Outside, workers: WorkerProcesses
) -> None:
    key = queue_effect(outside, EffectKind.LAPSE_HOLD, "a")
    worker = workers.start()
    workers.wait_for(lambda: workers.deeds() == [("begun", "a")])
    worker.terminate()
    workers.wait_for(lambda: "worker stopping" in workers.log.read_text())
    late = queue_effect(outside, EffectKind.SEND_LETTER, "late")
    workers.let_go()
    assert worker.wait(PATIENCE_SECONDS) == 0
    assert workers.are_done(key)()
    assert not workers.are_done(late)()


def test_a_worker_without_its_lease_ends_at_once(outside: Outside, workers: WorkerProcesses) -> None:
    """F13: whoever loses its connection may have been taken over from already."""
    worker = workers.start()
    workers.wait_for(lambda: workers.log.exists() and "worker ready" in workers.log.read_text())
    take_leases_away(outside)
    assert worker.wait(PATIENCE_SECONDS) == LEASE_LOST


def test_a_worker_that_loses_its_lease_while_it_finishes_ends_at_once(
    outside: Outside, workers: WorkerProcesses
) -> None:
    queue_effect(outside, EffectKind.LAPSE_HOLD, "a")
    worker = workers.start()
    workers.wait_for(lambda: workers.deeds() == [("begun", "a")])
    worker.terminate()
    workers.wait_for(lambda: "worker stopping" in workers.log.read_text())
    take_leases_away(outside)
    assert worker.wait(PATIENCE_SECONDS) == LEASE_LOST


def test_two_workers_do_each_of_many_effects_once_beside_busy_writers(
    outside: Outside, workers: WorkerProcesses
) -> None:
    """No lock is waited for in vain, dbos's own connections included."""
    done = Event()
    extra = Counter[str]()

    def write_much() -> None:
        while not done.wait(0.01) or len(extra) < ENOUGH_WRITES:
            extra.update([queue_effect(outside, EffectKind.HANDLE_SIGN_UP, f"{len(extra)}")])

    keys = [queue_effect(outside, QUICK_KINDS[number % 3], f"{number}") for number in range(200)]
    writer = Thread(target=write_much)
    writer.start()
    for _ in range(2):
        workers.start()
    try:
        workers.wait_for(workers.are_done(*keys), seconds=2 * PATIENCE_SECONDS)
    finally:
        done.set()
        writer.join()
    assert Counter(workers.deeds()) == Counter(("done", f"{number}") for number in range(200))
    assert "locked" not in workers.log.read_text()
    assert len(extra) >= ENOUGH_WRITES, "the writer gave up"


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_what_breaks_is_told_without_its_text(outside: Outside, workers: WorkerProcesses) -> None:
    """I13."""
    key = queue_effect(outside, EffectKind.SEND_REFUND, "a")
    workers.start()
    workers.wait_for(lambda: workers.log.exists() and "RuntimeError" in workers.log.read_text())
    assert "secret@" not in workers.log.read_text()
    assert status_of(outside, key) is not None
