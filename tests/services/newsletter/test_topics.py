"""Topics and wordings, as seeding and forms use them."""

from __future__ import annotations

import pytest

from services.database import Database
from services.newsletter.errors import NewsletterNotSetUp
from services.newsletter.topics import TopicView, add_topic, add_wording, get_wording_in_force, list_topics
from services.newsletter.words import LawfulBasis
from tests.builders import a_wording
from tests.builders.dates import LONG_AGO
from tests.newsletter_desk import Desk
from tests.offset import FakeOffset


def test_topics_come_in_the_charity_s_order(desk: Desk) -> None:
    with desk.outside.database.reading() as session:
        assert [topic.slug for topic in list_topics(session)] == ["news", "events", "training"]


def test_a_topic_or_wording_added_twice_is_there_once(desk: Desk) -> None:
    extra = TopicView("research", "Research", LawfulBasis.CONSENT, "What we find out")
    now = desk.outside.clock.now()
    with desk.outside.database.writing() as session:
        add_topic(session, extra, position=9)
        add_topic(session, extra, position=9)
        first = add_wording(session, "Yes please.", language="en", privacy_notice_version="2026-02", now=now)
        assert add_wording(session, "Yes please.", language="en", privacy_notice_version="2026-02", now=now) == first
        assert add_wording(session, "Yes please.", language="en", privacy_notice_version="2026-03", now=now) != first
        assert [topic.slug for topic in list_topics(session)].count("research") == 1


def test_the_newest_wording_that_has_come_into_force_is_in_force(desk: Desk, offset: FakeOffset) -> None:
    clock = desk.outside.clock
    with desk.outside.database.writing() as session:
        offset.move(hours=1)
        later = add_wording(session, "Yes.", language="en", privacy_notice_version="2026-02", now=clock.now())
        assert get_wording_in_force(session, now=clock.now()).id == later
        offset.move(hours=-1)
        assert get_wording_in_force(session, now=clock.now()).id == desk.wording_id


def test_without_a_wording_in_force_nobody_can_sign_up(database: Database) -> None:
    with database.writing() as session:
        a_wording(session)
        with pytest.raises(NewsletterNotSetUp):
            get_wording_in_force(session, now=LONG_AGO.replace(year=1990))
