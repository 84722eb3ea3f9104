"""Only the person's own yes subscribes, once, for 48 hours, and only if no leave came after they asked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from services.effects.kinds import EffectKind
from services.journeys.mirror_newsletter import links_of
from services.journeys.newsletter_sign_up import confirm_sign_up
from services.mail.letters import NewsletterWelcome
from services.mail.models import LetterKind
from services.newsletter.errors import ConfirmationLinkExpired
from services.newsletter.links import preference_token
from services.newsletter.words import ConsentAction, SubscriptionStatus
from services.tokens import Purpose, random_token
from tests.newsletter_desk import Desk
from tests.offset import FakeOffset

WELCOME = LetterKind.NEWSLETTER_WELCOME


def test_confirming_subscribes_to_what_was_asked(desk: Desk) -> None:
    confirmed = desk.subscribe("news", "events")
    assert [topic.slug for topic in confirmed.topics] == ["news", "events"]
    subscription = desk.subscription()
    assert subscription.status is SubscriptionStatus.SUBSCRIBED
    assert desk.topics() == {"news", "events"}
    assert desk.consent()[2:] == [("events", ConsentAction.CONFIRMED), ("news", ConsentAction.CONFIRMED)]
    assert desk.audited() == ["newsletter.asked", "newsletter.confirmed"]


def test_confirming_tells_the_audience_and_welcomes_once(desk: Desk) -> None:
    desk.subscribe("news")
    subscription = desk.subscription()
    assert desk.effects(EffectKind.PUSH_SUBSCRIPTION) == [f"{subscription.id}:{subscription.version}"]
    desk.confirm()
    assert desk.effects(EffectKind.PUSH_SUBSCRIPTION) == [f"{subscription.id}:{subscription.version}"]
    assert desk.count(WELCOME) == 1


def test_the_welcome_letter_is_the_consent_receipt(desk: Desk) -> None:
    desk.subscribe("news", "events")
    [letter] = desk.letters(WELCOME)
    welcome = cast(NewsletterWelcome, letter)
    assert welcome.topics == ("News", "Events")
    assert welcome.wording == "Send me the newsletter."
    assert welcome.privacy_notice_version == "2026-01"
    assert welcome.confirmed_at == desk.subscription().confirmed_at
    assert welcome.leave_url == f"https://book.example/u/{desk.leave_token()}"


def test_the_name_counts_once_its_owner_has_confirmed(desk: Desk) -> None:
    desk.sign_up(name="Ada")
    assert desk.subscription().name is None
    desk.confirm()
    assert desk.subscription().name == "Ada"


def test_confirmed_again_the_answer_is_the_same_for_48_hours(desk: Desk, offset: FakeOffset) -> None:
    first = desk.subscribe()
    offset.move(hours=47, minutes=59)
    again = desk.confirm()
    assert (again.topics, again.preferences_token) == (first.topics, first.preferences_token)
    offset.move(minutes=2)
    with pytest.raises(ConfirmationLinkExpired):
        desk.confirm()


def test_an_unused_link_dies_after_48_hours(desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up()
    offset.move(hours=48)
    with pytest.raises(ConfirmationLinkExpired):
        desk.confirm()
    assert desk.subscription().status is SubscriptionStatus.PENDING


def test_confirming_again_does_not_bring_back_who_has_left(desk: Desk) -> None:
    desk.subscribe()
    token = desk.token()
    desk.leave()
    desk.confirm(token)
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    assert desk.is_suppressed()


def test_tokens_of_other_purposes_and_forged_ones_are_refused(desk: Desk) -> None:
    desk.subscribe()
    keyring, subscription = desk.outside.keyring, desk.subscription()
    others = [
        desk.leave_token(),
        keyring.sign(Purpose.HOLDER, subscription.id.bytes),
        preference_token(keyring, subscription.id, mailed_at=desk.outside.clock.now()),
        random_token(),
        "",
        "\u2603",
    ]
    for token in others:
        with pytest.raises(ConfirmationLinkExpired):
            desk.confirm(token or " ")


@pytest.mark.parametrize("typed", [True, False])
def test_a_leave_after_the_sign_up_kills_its_link(desk: Desk, offset: FakeOffset, typed: bool) -> None:
    desk.subscribe("news")
    desk.sign_up("events")
    offset.move(seconds=1)
    desk.leave_typed() if typed else desk.leave()
    with pytest.raises(ConfirmationLinkExpired):
        desk.confirm()
    assert desk.is_suppressed()


def test_a_typed_leave_kills_the_link_of_somebody_who_never_confirmed(desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up()
    offset.move(seconds=1)
    desk.leave_typed()
    desk.work()
    with pytest.raises(ConfirmationLinkExpired):
        desk.confirm()
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    assert desk.consent()[-1] == ("news", ConsentAction.REFUSED)
    assert desk.count(LetterKind.NEWSLETTER_LEFT) == 0


def test_a_topic_left_after_the_sign_up_is_not_confirmed(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe("training")
    desk.sign_up("news", "events")
    offset.move(seconds=1)
    desk.leave("events")
    assert [topic.slug for topic in desk.confirm().topics] == ["news"]
    assert desk.topics() == {"news", "training"}


def test_a_sign_up_whose_every_topic_was_left_since_is_dead(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe("training")
    desk.sign_up("events")
    offset.move(seconds=1)
    desk.leave("events")
    with pytest.raises(ConfirmationLinkExpired):
        desk.confirm()
    assert desk.topics() == {"training"}


def test_a_confirmed_opt_in_that_began_after_the_leave_opens_a_new_epoch(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe("news", "events")
    desk.leave()
    offset.move(seconds=1)
    desk.sign_up("training")
    assert desk.is_suppressed()
    desk.confirm()
    assert not desk.is_suppressed()
    assert desk.topics() == {"training"}


def test_a_leave_that_the_worker_had_not_come_to_is_carried_out_first(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe("news", "events")
    desk.leave_typed()
    offset.move(minutes=1)
    desk.ask("training")
    desk.work(EffectKind.HANDLE_SIGN_UP)  # its other queues lag behind
    desk.confirm()
    assert desk.topics() == {"training"}
    assert not desk.is_suppressed()
    assert desk.count(LetterKind.NEWSLETTER_LEFT) == 0
    assert ("news", ConsentAction.WITHDRAWN) in desk.consent()


def test_a_typed_leave_told_late_does_not_kill_a_newer_sign_up(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe("news")
    desk.leave_typed()
    offset.move(minutes=1)
    desk.ask("training")
    desk.work(EffectKind.HANDLE_SIGN_UP)  # its other queues lag behind
    desk.work()
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    desk.confirm()
    assert desk.topics() == {"training"}


def test_buttons_pressed_at_once_subscribe_once(desk: Desk) -> None:
    desk.sign_up("news", "events")
    with ThreadPoolExecutor(4) as visitors:
        presses = [visitors.submit(confirm_sign_up, desk.outside, desk.token()) for _ in range(4)]
        assert len({press.result().preferences_token for press in presses}) == 1
    assert desk.count(WELCOME) == 1
    assert len(desk.consent()) == 4


def test_the_preference_token_of_the_answer_lives_24_hours(desk: Desk) -> None:
    confirmed = desk.subscribe()
    confirmed_at = desk.subscription().confirmed_at
    assert confirmed_at is not None
    again = preference_token(links_of(desk.outside).keyring, desk.subscription().id, mailed_at=confirmed_at)
    assert confirmed.preferences_token == again
