"""What was kept against abuse is forgotten once it protects nothing: spent form tokens, and counts of yesterday."""

from __future__ import annotations

from services.outside import Outside
from services.requests import counts, form_tokens


def forget_protection(outside: Outside) -> None:
    """Delete what is due, if anything is."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        if not form_tokens.has_expired(session, now=now) and not counts.has_old(session, now=now):
            return
    with outside.database.writing() as session:
        form_tokens.forget_expired(session, now=now)
        counts.forget_old(session, now=now)
