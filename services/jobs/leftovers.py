"""What work leaves behind: workflows that dbos gave up, old ones that are over, and the rows of routine effects."""

from __future__ import annotations

from datetime import timedelta

from dbos import DBOS, WorkflowStatusString

from services.effects import routine
from services.jobs.attempts import Attempt
from services.jobs.outcomes import fail
from services.outside import Outside

KEPT = timedelta(days=7)
BATCH = 500

ABANDONED = [
    WorkflowStatusString.ERROR.value,
    WorkflowStatusString.CANCELLED.value,
    WorkflowStatusString.MAX_RECOVERY_ATTEMPTS_EXCEEDED.value,
]
OVER = [WorkflowStatusString.SUCCESS.value, *ABANDONED]


def fail_abandoned_effects(outside: Outside) -> None:
    """Put before staff each effect whose workflow dbos gave up without a word on our row."""
    for workflow in DBOS.list_workflows(status=ABANDONED, load_input=False, load_output=False):
        _fail_if_under_way(outside, Attempt.of_workflow(workflow.workflow_id))


def _fail_if_under_way(outside: Outside, attempt: Attempt) -> None:
    with outside.database.reading() as session:
        if attempt.find_under_way(session, lock=False) is None:
            return
    with outside.database.writing() as session:
        effect = attempt.find_under_way(session, lock=True)
        if effect is not None:
            fail(session, effect, "Abandoned", now=outside.clock.now())


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


def _ended_before(instant: str) -> list[str]:
    over = DBOS.list_workflows(status=OVER, completed_before=instant, limit=BATCH, load_input=False, load_output=False)
    return [workflow.workflow_id for workflow in over]
