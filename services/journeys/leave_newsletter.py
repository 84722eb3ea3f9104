"""Somebody leaves the newsletter: on disk before the answer, at Mailchimp soon after.

A leave needs nobody's yes but the database's: where that is out of reach, there is an error and never a false promise.
"""

from __future__ import annotations

from uuid import UUID

from services.database.faults import fault_point
from services.journeys.mirror_newsletter import links_of, queue_push
from services.newsletter.leaving import (
    answer_leave_request,
    leave_by_link,
    request_leave,
    require_leave_link,
)
from services.outside import Outside


def check_leave_link(outside: Outside, token: str) -> None:
    """Raise LeaveLinkUnknown for a token that is no leave link; changes nothing."""
    with outside.database.reading() as session:
        require_leave_link(session, token, keyring=outside.keyring)


def leave_with_link(outside: Outside, token: str, topic: str | None) -> None:
    """Stop one topic, or all; once this returns it is on disk. Raises LeaveLinkUnknown."""
    with outside.database.writing() as session:
        changed = leave_by_link(session, token, topic=topic, keyring=outside.keyring, now=outside.clock.now())
        queue_push(outside, session, changed)
    fault_point("unsubscribe_committed")


def leave_with_address(outside: Outside, email: str) -> None:
    """Suppress a typed address; once this returns it is on disk."""
    with outside.database.writing() as session:
        request_leave(session, email, keyring=outside.keyring, now=outside.clock.now())
    fault_point("unsubscribe_committed")


def handle_leave_request(outside: Outside, request_id: UUID) -> None:
    """Run the effect of a typed address: unsubscribe it, if it is known."""
    with outside.database.writing() as session:
        changed = answer_leave_request(session, request_id, links=links_of(outside), now=outside.clock.now())
        queue_push(outside, session, changed)
