"""Choosing topics with a mailed link, which can never bring back somebody who left."""

from __future__ import annotations

from typing import cast

import pytest

from services.effects.kinds import EffectKind
from services.journeys.choose_topics import ask_for_preference_link, choose_topics, show_choices, stop_all
from services.mail.letters import NewsletterPreferences
from services.mail.models import LetterKind
from services.newsletter.errors import PreferenceLinkExpired
from services.newsletter.preferences import Outcome
from services.newsletter.words import ConsentAction, SubscriptionStatus
from services.tokens import Purpose
from tests.newsletter_desk import ADA, Desk
from tests.offset import FakeOffset

PREFERENCES = LetterKind.NEWSLETTER_PREFERENCES


def ask_for_link(desk: Desk, email: str = ADA) -> None:
    ask_for_preference_link(desk.outside, email)
    desk.work()


def mailed_token(desk: Desk) -> str:
    ask_for_link(desk)
    letter = cast(NewsletterPreferences, desk.letters(PREFERENCES)[-1])
    return letter.preferences_url.removeprefix("https://book.example/p/")


def chosen(desk: Desk, token: str) -> set[str]:
    return {choice.topic.slug for choice in show_choices(desk.outside, token) if choice.chosen}


def test_a_subscriber_is_mailed_a_link_to_their_topics(desk: Desk) -> None:
    desk.subscribe("news", "events")
    assert chosen(desk, mailed_token(desk)) == {"news", "events"}


def test_an_effect_run_twice_mails_once(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe()
    ask_for_link(desk)
    offset.move(minutes=16)
    [subject] = desk.effects(EffectKind.HANDLE_PREFERENCE_LINK)
    desk.run(EffectKind.HANDLE_PREFERENCE_LINK, subject)
    assert desk.count(PREFERENCES) == 1


def test_nobody_else_is_mailed_a_link(desk: Desk) -> None:
    ask_for_link(desk, "stranger@example.org")
    desk.sign_up(email="pending@example.org")
    ask_for_link(desk, "pending@example.org")
    desk.subscribe(email="left@example.org")
    desk.leave(email="left@example.org")
    ask_for_link(desk, "left@example.org")
    assert desk.count(PREFERENCES) == 0


def test_a_subscriber_gets_three_links_a_day_a_quarter_of_an_hour_apart(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe()
    ask_for_link(desk)
    ask_for_link(desk)
    assert desk.count(PREFERENCES) == 1
    for _ in range(4):
        offset.move(minutes=16)
        ask_for_link(desk)
    assert desk.count(PREFERENCES) == 3


def test_the_link_dies_after_24_hours(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe()
    token = mailed_token(desk)
    offset.move(hours=24)
    with pytest.raises(PreferenceLinkExpired):
        show_choices(desk.outside, token)
    with pytest.raises(PreferenceLinkExpired):
        choose_topics(desk.outside, token, [])
    with pytest.raises(PreferenceLinkExpired):
        stop_all(desk.outside, token)
    assert desk.topics() == {"news"}


def test_tokens_of_other_purposes_are_refused(desk: Desk) -> None:
    desk.subscribe()
    short = desk.outside.keyring.sign(Purpose.PREFERENCES, desk.subscription().id.bytes)
    holder = desk.outside.keyring.sign(Purpose.HOLDER, desk.subscription().id.bytes + bytes(8))
    for token in (desk.leave_token(), desk.token(), short, holder, "nonsense"):
        with pytest.raises(PreferenceLinkExpired):
            show_choices(desk.outside, token)


def test_topics_are_added_and_dropped_as_chosen(desk: Desk) -> None:
    token = desk.subscribe("news", "events").preferences_token
    assert choose_topics(desk.outside, token, ["events", "training", "gossip"]) is Outcome.SAVED
    assert desk.topics() == {"events", "training"}
    assert desk.consent()[4:] == [("training", ConsentAction.CONFIRMED), ("news", ConsentAction.WITHDRAWN)]
    assert desk.effects(EffectKind.PUSH_SUBSCRIPTION)[-1].endswith(f":{desk.subscription().version}")


def test_saving_unchanged_choices_changes_nothing(desk: Desk) -> None:
    token = desk.subscribe("news").preferences_token
    before = (desk.subscription().version, desk.audited())
    assert choose_topics(desk.outside, token, ["news"]) is Outcome.SAVED
    assert (desk.subscription().version, desk.audited()) == before


def test_choosing_nothing_unsubscribes(desk: Desk) -> None:
    token = desk.subscribe("news", "events").preferences_token
    assert choose_topics(desk.outside, token, []) is Outcome.LEFT
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    assert not desk.is_suppressed()
    assert chosen(desk, token) == set()


def test_stopping_all_suppresses(desk: Desk) -> None:
    token = desk.subscribe().preferences_token
    stop_all(desk.outside, token)
    assert desk.is_suppressed()
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED


def test_whoever_left_is_asked_by_letter_before_anything_comes_back(desk: Desk, offset: FakeOffset) -> None:
    token = desk.subscribe("news").preferences_token
    desk.leave()
    offset.move(seconds=1)
    assert choose_topics(desk.outside, token, ["events"]) is Outcome.ASKED
    desk.work()
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    assert desk.is_suppressed()
    desk.confirm()
    assert desk.topics() == {"events"}


def test_whoever_left_and_chooses_nothing_stays_out(desk: Desk) -> None:
    token = desk.subscribe().preferences_token
    desk.leave()
    assert choose_topics(desk.outside, token, []) is Outcome.LEFT
    desk.work()
    assert desk.count(LetterKind.NEWSLETTER_CONFIRM) == 1
