"""Runs one effect when dbos says so."""

from __future__ import annotations

import time
from collections.abc import Callable

from services.database import Database, DatabaseBusy
from services.database.faults import fault_point
from services.jobs.attempts import Attempt
from services.jobs.handlers import Handler
from services.jobs.outcomes import finish, postpone_or_fail
from services.jobs.trouble import log_trouble
from services.outside import Outside

PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0


def workflow_of(outside: Outside, handler: Handler) -> Callable[[str, int], None]:
    """The function that dbos knows by the kind's name."""

    def effect(key: str, number: int) -> None:
        run_effect(outside, handler, Attempt(key, number))

    return effect


def run_effect(outside: Outside, handler: Handler, attempt: Attempt) -> None:
    """Make this attempt, unless it was made before, and write on the effect's row what became of it.

    Nothing that a handler raises leaves here: dbos would log its text.
    """
    try:
        subject = _find_subject(outside.database, attempt)
        if subject is None:
            return
        fault_point("effect_claimed")
        handler.run(outside, subject)
        fault_point("effect_done_not_marked")
    except Exception as error:
        log_trouble(attempt.workflow_id, error)
        _write_outcome(outside, attempt, error)
    else:
        _write_outcome(outside, attempt, None)


def _find_subject(database: Database, attempt: Attempt) -> str | None:
    """Whom the effect is about; None where the attempt is over, its worker having died before it could tell dbos."""
    with database.reading() as session:
        effect = attempt.find_under_way(session, lock=False)
        return str(effect.payload["subject"]) if effect else None


def _write_outcome(outside: Outside, attempt: Attempt, error: Exception | None) -> None:
    """Write it however long the database takes to come back: nobody else would."""
    pause = PAUSE_SECONDS
    while True:
        try:
            return _write_once(outside, attempt, error)
        except DatabaseBusy:
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _write_once(outside: Outside, attempt: Attempt, error: Exception | None) -> None:
    now = outside.clock.now()
    with outside.database.writing() as session:
        effect = attempt.find_under_way(session, lock=True)
        if effect is None:
            return
        if error is None:
            finish(session, effect, now=now)
        else:
            postpone_or_fail(session, effect, error, now=now)
