"""What work leaves behind: workflows that dbos gave up or never ran, old ones, and the rows of routine effects."""

from __future__ import annotations

from datetime import timedelta

from dbos import DBOS, WorkflowStatusString

from services.attention.items import open_item
from services.attention.words import AttentionKind
from services.effects import backlog, routine
from services.jobs.attempts import Attempt
from services.jobs.outcomes import fail
from services.outside import Outside

KEPT = timedelta(days=7)
BATCH = 500
STUCK_AFTER = timedelta(hours=1)
MOST_TOLD = 50
"""At once; where as many are stuck, they are so for one reason."""

ABANDONED = [
    WorkflowStatusString.ERROR.value,
    WorkflowStatusString.CANCELLED.value,
    WorkflowStatusString.MAX_RECOVERY_ATTEMPTS_EXCEEDED.value,
]
OVER = [WorkflowStatusString.SUCCESS.value, *ABANDONED]


def fail_abandoned_effects(outside: Outside) -> None:
    """Put before staff each effect whose workflow dbos gave up without a word on our row."""
    with outside.database.reading() as session:
        with_dbos = [Attempt(key, number).workflow_id for key, number in backlog.list_relayed(session)]
    for first in range(0, len(with_dbos), BATCH):
        for workflow_id in _given_up(with_dbos[first : first + BATCH]):
            _fail_if_under_way(outside, Attempt.of_workflow(workflow_id))


def _fail_if_under_way(outside: Outside, attempt: Attempt) -> None:
    with outside.database.writing() as session:
        effect = attempt.find_under_way(session, lock=True)
        if effect is not None:
            fail(session, effect, "Abandoned", now=outside.clock.now())


def tell_of_stuck_effects(outside: Outside) -> None:
    """Put before staff what dbos has had for an hour: none of its queues may know it, or no handler come to an end."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        stuck = backlog.list_relayed_before(session, now - STUCK_AFTER, limit=MOST_TOLD)
    if not stuck:
        return
    with outside.database.writing() as session:
        for key in stuck:
            open_item(session, AttentionKind.EFFECT_FAILED, key, now=now)


def drop_old_workflows(outside: Outside) -> None:
    """Delete what dbos wrote a week after it ended; our own effect rows keep a key from being used twice."""
    before = (outside.clock.machine_now() - KEPT).isoformat()  # dbos goes by the machine's time
    while ids := _ended_before(before):
        DBOS.delete_workflows(ids)


def forget_routine_effects(outside: Outside) -> None:
    """Delete the rows of visits and questions that every minute brings anew."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        if not routine.has_old(session, now=now):
            return
    with outside.database.writing() as session:
        routine.forget_old(session, now=now)


def _given_up(workflow_ids: list[str]) -> list[str]:
    found = DBOS.list_workflows(workflow_ids=workflow_ids, status=ABANDONED, load_input=False, load_output=False)
    return [workflow.workflow_id for workflow in found]


def _ended_before(instant: str) -> list[str]:
    over = DBOS.list_workflows(status=OVER, completed_before=instant, limit=BATCH, load_input=False, load_output=False)
    return [workflow.workflow_id for workflow in over]
