"""Mailed links and browser sessions are forgotten once nothing can be done with them any more."""

from __future__ import annotations

from services.outside import Outside
from services.people import mailed_links, staff_sessions


def forget_sign_ins(outside: Outside) -> None:
    """Delete what is due, if anything is."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        if not mailed_links.has_old(session, now=now) and not staff_sessions.has_over(session, now=now):
            return
    with outside.database.writing() as session:
        mailed_links.forget_old(session, now=now)
        staff_sessions.forget_over(session, now=now)
