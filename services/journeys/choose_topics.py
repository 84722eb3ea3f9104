"""A subscriber chooses topics on the preference page, which a mailed link opens for 24 hours."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from services.journeys.mirror_newsletter import links_of, queue_push
from services.newsletter import preferences
from services.newsletter.preferences import Outcome, TopicChoice
from services.outside import Outside


def ask_for_preference_link(outside: Outside, email: str) -> None:
    """Note that somebody wants the link, the same way for every address."""
    with outside.database.writing() as session:
        preferences.request_preference_link(session, email, keyring=outside.keyring, now=outside.clock.now())


def handle_preference_link(outside: Outside, request_id: UUID) -> None:
    """Run the effect of such a wish."""
    with outside.database.writing() as session:
        preferences.answer_preference_request(session, request_id, links=links_of(outside), now=outside.clock.now())


def show_choices(outside: Outside, token: str) -> list[TopicChoice]:
    """What the page shows; raises PreferenceLinkExpired."""
    with outside.database.reading() as session:
        return preferences.list_choices(session, token, keyring=outside.keyring, now=outside.clock.now())


def choose_topics(outside: Outside, token: str, wanted: Collection[str]) -> Outcome:
    """Save what was ticked; raises PreferenceLinkExpired."""
    with outside.database.writing() as session:
        saved = preferences.choose(session, token, wanted, keyring=outside.keyring, now=outside.clock.now())
        queue_push(outside, session, saved.changed)
        return saved.outcome


def stop_all(outside: Outside, token: str) -> None:
    """The page's own way out; raises PreferenceLinkExpired."""
    with outside.database.writing() as session:
        changed = preferences.leave_by_page(session, token, keyring=outside.keyring, now=outside.clock.now())
        queue_push(outside, session, changed)
