"""Somebody proves their mailbox: asked for at once, mailed by the worker, opened once."""

from __future__ import annotations

from uuid import UUID

from services.mail.rendering import letterhead
from services.outside import Outside
from services.people import mailboxes
from services.people.mailboxes import OpenMailbox
from services.people.mailed_links import Sender


def ask_for_sign_in_link(outside: Outside, email: str) -> None:
    """Note that somebody wants a link, the same way for every address."""
    with outside.database.writing() as session:
        mailboxes.request_link(session, email, now=outside.clock.now())


def handle_sign_in(outside: Outside, link_id: UUID) -> None:
    """Run the effect of such a wish."""
    sender = Sender(outside.settings.origin, letterhead(outside.settings).host, outside.keyring)
    with outside.database.writing() as session:
        mailboxes.answer_request(session, link_id, sender=sender, now=outside.clock.now())


def open_mailbox(outside: Outside, token: str) -> OpenMailbox:
    """Use the mailed link up; raises SignInLinkExpired."""
    with outside.database.writing() as session:
        return mailboxes.open_mailbox(session, token, keyring=outside.keyring, now=outside.clock.now())
