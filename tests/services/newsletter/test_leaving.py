"""Leaving takes one act, is on disk at once, and only ever reduces mail."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from services.effects.kinds import EffectKind
from services.journeys.leave_newsletter import check_leave_link, leave_with_link
from services.mail.letters import NewsletterLeft
from services.mail.models import LetterKind, LetterState
from services.mail.outbox import LetterToQueue, queue_letter, send_letter
from services.newsletter.errors import LeaveLinkUnknown
from services.newsletter.models import LeaveLink
from services.newsletter.words import ConsentAction, SubscriptionStatus
from services.suppression.models import Suppression
from services.tokens import Keyring, Purpose
from tests.builders.letters import letterhead, place_held
from tests.newsletter_desk import ADA, Desk
from tests.offset import FakeOffset
from tests.recording_postbox import RecordingPostbox

LEFT = LetterKind.NEWSLETTER_LEFT


def test_a_leave_suppresses_unsubscribes_and_is_recorded_in_one_act(desk: Desk) -> None:
    desk.subscribe("news", "events")
    desk.leave()
    assert desk.is_suppressed()
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    assert desk.topics() == set()
    assert desk.consent()[4:] == [("events", ConsentAction.WITHDRAWN), ("news", ConsentAction.WITHDRAWN)]
    assert desk.audited()[-1] == "newsletter.left"
    assert desk.effects(EffectKind.PUSH_SUBSCRIPTION)[-1] == f"{desk.subscription().id}:{desk.subscription().version}"


def test_a_leave_repeated_changes_nothing(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe()
    desk.leave()
    before = (desk.subscription().version, desk.consent(), desk.audited(), _suppressions(desk))
    offset.move(days=1)
    desk.leave()
    assert (desk.subscription().version, desk.consent(), desk.audited(), _suppressions(desk)) == before


def test_a_leave_repeated_after_a_new_sign_up_counts_anew(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe()
    desk.leave()
    offset.move(minutes=1)
    desk.ask()
    offset.move(minutes=1)
    desk.leave()
    desk.work()
    assert desk.count(LetterKind.NEWSLETTER_CONFIRM) == 1


def test_no_letter_follows_a_leave_by_link(desk: Desk) -> None:
    desk.subscribe()
    desk.leave()
    desk.work()
    assert desk.count(LEFT) == 0


def test_one_topic_left_leaves_the_others_and_suppresses_nothing(desk: Desk) -> None:
    desk.subscribe("news", "events")
    desk.leave("events")
    assert desk.topics() == {"news"}
    assert desk.subscription().status is SubscriptionStatus.SUBSCRIBED
    assert not desk.is_suppressed()
    assert desk.consent()[-1] == ("events", ConsentAction.WITHDRAWN)


def test_the_last_topic_left_unsubscribes_without_suppressing(desk: Desk) -> None:
    desk.subscribe("news")
    desk.leave("news")
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    assert not desk.is_suppressed()


def test_a_topic_that_is_not_read_or_unknown_changes_nothing(desk: Desk) -> None:
    desk.subscribe("news")
    version = desk.subscription().version
    desk.leave("events")
    desk.leave("gossip")
    assert (desk.subscription().version, desk.topics()) == (version, {"news"})


def test_the_link_of_an_erased_subscription_still_answers(desk: Desk) -> None:
    desk.subscribe()
    token = desk.leave_token()
    with desk.outside.database.writing() as session:
        session.execute(update(LeaveLink).values(subscription_id=None))
    check_leave_link(desk.outside, token)
    leave_with_link(desk.outside, token, None)
    leave_with_link(desk.outside, token, "news")


def test_a_leave_link_has_43_characters_and_stays_the_same(desk: Desk) -> None:
    desk.subscribe("news")
    token = desk.leave_token()
    desk.leave()
    desk.subscribe("events")
    assert len(token) == 43
    assert desk.leave_token() == token


def test_a_link_signed_with_a_retired_key_works_for_ever(desk: Desk) -> None:
    desk.subscribe()
    rotated = Keyring(
        "a newer secret for tests, 32 characters",
        "a pepper for tests, 32 characters",
        ["a secret for tests, 32 characters"],
    )
    old = desk.leave_token()
    desk.outside = replace(desk.outside, keyring=rotated)
    assert desk.leave_token() != old
    leave_with_link(desk.outside, old, None)
    assert desk.is_suppressed()


def test_links_of_other_purposes_and_forged_ones_are_refused(desk: Desk) -> None:
    confirmed = desk.subscribe()
    keyring, subscription = desk.outside.keyring, desk.subscription()
    never_ours = keyring.sign(Purpose.UNSUBSCRIBE, b"0123456789abcdef")
    genuine = desk.leave_token()
    tampered = ("A" if genuine[0] != "A" else "B") + genuine[1:]
    others = [
        confirmed.preferences_token,
        keyring.sign(Purpose.HOLDER, subscription.id.bytes),
        desk.token(),
        never_ours,
        tampered,
        genuine[:-1],
        genuine + "=",
    ]
    for token in others:
        with pytest.raises(LeaveLinkUnknown):
            check_leave_link(desk.outside, token)
        with pytest.raises(LeaveLinkUnknown):
            leave_with_link(desk.outside, token, None)
    assert not desk.is_suppressed()


def test_a_typed_address_is_suppressed_at_once_and_unsubscribed_soon(desk: Desk) -> None:
    desk.subscribe("news")
    desk.leave_typed("Ada@example.org")
    assert desk.is_suppressed()
    desk.work()
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED
    assert desk.consent()[-1] == ("news", ConsentAction.WITHDRAWN)
    assert desk.audience.last.status == "unsubscribed"


def test_a_subscriber_whose_address_was_typed_is_told_once(desk: Desk) -> None:
    desk.subscribe()
    desk.leave_typed()
    desk.leave_typed()
    desk.work()
    assert desk.letters(LEFT) == [NewsletterLeft(f"{desk.outside.settings.origin}/newsletter")]


def test_an_effect_run_twice_tells_once(desk: Desk) -> None:
    desk.subscribe()
    desk.leave_typed()
    desk.work()
    before = (desk.subscription().version, desk.audited())
    [subject] = desk.effects(EffectKind.HANDLE_LEAVE_REQUEST)
    desk.run(EffectKind.HANDLE_LEAVE_REQUEST, subject)
    assert (desk.subscription().version, desk.audited(), desk.count(LEFT)) == (*before, 1)


def test_an_unknown_typed_address_is_suppressed_and_gets_nothing(desk: Desk) -> None:
    desk.leave_typed("stranger@example.org")
    desk.work()
    assert desk.is_suppressed("stranger@example.org")
    assert desk.letters() == []


def test_booking_letters_go_on_after_a_leave_and_the_newsletter_s_do_not(desk: Desk) -> None:
    desk.subscribe()
    desk.leave()
    outside, postbox = desk.outside, RecordingPostbox()
    with outside.database.writing() as session:
        letter = LetterToQueue(ADA, place_held(), subject_id=None)
        queue_letter(session, letter, keyring=outside.keyring, host="book.example", now=outside.clock.now())
    for letter_id in desk.effects(EffectKind.SEND_LETTER):
        send_letter(outside.database, postbox, outside.clock, letterhead(), UUID(letter_id))
    assert desk.states() == {
        LetterKind.NEWSLETTER_CONFIRM: LetterState.DROPPED,
        LetterKind.NEWSLETTER_WELCOME: LetterState.DROPPED,
        LetterKind.PLACE_HELD: LetterState.SENT,
    }


def _suppressions(desk: Desk) -> int:
    with desk.outside.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Suppression)).one()
