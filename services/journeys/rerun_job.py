"""Staff have a failed job run again: another attempt, off the list of what needs a person, told in the audit log."""

from __future__ import annotations

from uuid import NAMESPACE_OID, uuid5

from services.attention.items import close_open_items
from services.attention.words import AttentionKind
from services.audit.log import Change, record
from services.effects.failures import FailedEffect, run_again
from services.outside import Outside


def rerun_job(outside: Outside, key: str, *, actor: str) -> FailedEffect:
    """Raises JobNotFound and JobNotFailed."""
    now = outside.clock.now()
    with outside.database.writing() as session:
        job = run_again(session, key, now=now)
        close_open_items(session, AttentionKind.EFFECT_FAILED, key, by=actor, now=now)
        # A job has its key for an id, and the log wants a UUID.
        change = Change(actor, "job.rerun", "job", uuid5(NAMESPACE_OID, key), {"job": key, "attempt": job.attempt})
        record(session, change, at=now)
        return job
