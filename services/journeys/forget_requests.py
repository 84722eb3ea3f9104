"""What was kept of requests is forgotten once it is of no use: answers, and what protects against abuse."""

from __future__ import annotations

from services.outside import Outside
from services.requests import caps, counts, form_tokens, idempotency

KEPT_FOR_A_TIME = (idempotency, form_tokens, counts, caps)


def forget_requests(outside: Outside) -> None:
    """Delete what is due, if anything is."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        if not any(each.has_old(session, now=now) for each in KEPT_FOR_A_TIME):
            return
    with outside.database.writing() as session:
        for each in KEPT_FOR_A_TIME:
            each.forget_old(session, now=now)
