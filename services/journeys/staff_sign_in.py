"""Somebody of staff signs in with a browser: asked for at once, mailed by the worker, opened once, ended by them."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from services.database import DatabaseBusy
from services.mail.rendering import letterhead
from services.outside import Outside
from services.people import staff_sessions
from services.people.mailed_links import Sender
from services.people.staff_sessions import OpenedSession, SignedIn


def ask_for_staff_link(outside: Outside, email: str, leads_to: str) -> None:
    """Note that somebody wants a link to the page at `leads_to`, the same way for every address."""
    with outside.database.writing() as session:
        staff_sessions.request_link(session, email, leads_to, now=outside.clock.now())


def handle_staff_sign_in(outside: Outside, link_id: UUID) -> None:
    """Run the effect of such a wish."""
    sender = Sender(outside.settings.origin, letterhead(outside.settings).host, outside.keyring)
    with outside.database.writing() as session:
        staff_sessions.answer_request(session, link_id, sender=sender, now=outside.clock.now())


def sign_in(outside: Outside, token: str, held: str | None) -> OpenedSession:
    """Use the mailed link up, and end whatever session the browser held before; raises SignInLinkExpired."""
    settings, now = outside.settings, outside.clock.now()
    with outside.database.writing() as session:
        opened = staff_sessions.sign_in(session, token, lives=settings.staff_session, keyring=outside.keyring, now=now)
        if held and (before := staff_sessions.find_signed_in(session, held, idle=settings.staff_session_idle, now=now)):
            staff_sessions.sign_out(session, before, now=now)
        return opened


def find_signed_in(outside: Outside, token: str) -> SignedIn | None:
    """Whose session the cookie opens; that they were seen is noted in a transaction of its own, once a minute."""
    now = outside.clock.now()
    with outside.database.reading() as session:
        found = staff_sessions.find_signed_in(session, token, idle=outside.settings.staff_session_idle, now=now)
    if found is not None and not found.was_seen_just_now(now):
        with suppress(DatabaseBusy), outside.database.writing() as session:  # a note is no reason to refuse
            staff_sessions.note_seen(session, found.session_id, now=now)
    return found


def sign_out(outside: Outside, who: SignedIn) -> None:
    with outside.database.writing() as session:
        staff_sessions.sign_out(session, who, now=outside.clock.now())
