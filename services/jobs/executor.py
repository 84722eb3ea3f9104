"""This process as one of dbos's executors."""

from __future__ import annotations

import logging
from collections.abc import Set
from datetime import timedelta

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer

from services.jobs.handlers import Handlers
from services.jobs.leases import LeaseMaker
from services.jobs.queues import LIMITS
from services.jobs.runner import workflow_of
from services.outside import Outside

APPLICATION = "setlist"
VERSION = "1"
"""The same in every release, so that any worker may take over from any other: the arguments never change."""
POLLING_SECONDS = 0.3
MOST_RECOVERIES = 20
"""After so many workers died in the middle of one effect, dbos leaves it alone and staff are told."""


def launch(executor_id: str, outside: Outside, handlers: Handlers) -> None:
    """Start running effects in this process; `executor_id` must be its own, or another would run the same ones."""
    # Without a handler of ours dbos adds its own and keeps its records from the root logger's.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    DBOS(config=_config(executor_id, outside.settings.database_url))
    for kind, handler in handlers.items():
        DBOS.workflow(name=kind.value, max_recovery_attempts=MOST_RECOVERIES)(workflow_of(outside, handler))
    DBOS.launch()
    for name, limits in LIMITS.items():
        DBOS.register_queue(
            name.value,
            worker_concurrency=limits.here,
            global_concurrency=limits.everywhere,
            polling_interval_sec=POLLING_SECONDS,
        )


def stop(grace: timedelta) -> None:
    """Take nothing new, and wait for what is running; what outlives the grace another worker will take over."""
    DBOS.destroy(workflow_completion_timeout_sec=int(grace.total_seconds()), destroy_registry=True)


def take_over_from_the_dead(me: str, lease_of: LeaseMaker) -> list[str]:
    """Have the effects run again that died with their executors; says whose."""
    dead = []
    for executor_id in sorted(_executors_at_work() - {me}):
        lease = lease_of(executor_id)
        if lease.acquire():
            try:
                # Private; the public `resume_workflow` would move the effect to a queue without limits.
                DBOS._recover_pending_workflows([executor_id])
            finally:
                lease.release()
            dead.append(executor_id)
    return dead


def _executors_at_work() -> Set[str]:
    running = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    return {workflow.executor_id for workflow in running if workflow.executor_id}


def _config(executor_id: str, database_url: str) -> DBOSConfig:
    """dbos keeps an engine of its own: ours says BEGIN IMMEDIATE, and its polling would take SQLite's write lock."""
    return {
        "name": APPLICATION,
        "system_database_url": database_url,
        "sys_db_pool_size": 10,
        "executor_id": executor_id,
        "application_version": VERSION,
        "serializer": DBOSPortableJSONSerializer(),
        "run_migrations": False,
        "log_level": "WARNING",
    }
