"""Addresses that somebody typed for the newsletter, and whose owner never said yes, are forgotten."""

from __future__ import annotations

from services.newsletter.forgetting import forget_old, has_old
from services.outside import Outside


def forget_unconfirmed(outside: Outside) -> None:
    """Delete what is due, if anything is."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        if not has_old(session, now=now):
            return
    with outside.database.writing() as session:
        forget_old(session, now=now)
