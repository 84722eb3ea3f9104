"""Who is asked to confirm, how often, and what a stranger can bring about."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.effects.kinds import EffectKind
from services.errors import InvalidFields
from services.ids import new_id
from services.mail.letters import NewsletterConfirm
from services.mail.models import LetterKind
from services.newsletter.words import ConsentAction, SubscriptionStatus
from tests.newsletter_desk import ADA, Desk
from tests.offset import FakeOffset

CONFIRM = LetterKind.NEWSLETTER_CONFIRM


def test_a_new_address_becomes_pending_and_is_asked(desk: Desk) -> None:
    desk.sign_up("news", "events")
    assert desk.subscription().status is SubscriptionStatus.PENDING
    assert desk.topics() == set()
    assert desk.count(CONFIRM) == 1
    assert desk.consent() == [("events", ConsentAction.REQUESTED), ("news", ConsentAction.REQUESTED)]
    assert desk.audited() == ["newsletter.asked"]


def test_the_question_holds_nothing_that_a_visitor_typed(desk: Desk) -> None:
    desk.sign_up(name="Win a prize at https://spam.example")
    [letter] = desk.letters()
    assert letter == NewsletterConfirm(f"https://book.example/newsletter/confirm/{desk.token()}")
    assert desk.subscription().name is None


def test_nothing_is_pushed_before_the_person_confirms(desk: Desk) -> None:
    desk.sign_up()
    assert desk.effects(EffectKind.PUSH_SUBSCRIPTION) == []


def test_a_subscriber_of_all_asked_topics_is_not_asked(desk: Desk) -> None:
    desk.subscribe("news", "events")
    desk.sign_up("news")
    assert desk.count(CONFIRM) == 1


def test_a_subscriber_who_asks_for_more_stays_subscribed_and_is_asked(desk: Desk) -> None:
    desk.subscribe("news")
    desk.sign_up("news", "events")
    assert desk.subscription().status is SubscriptionStatus.SUBSCRIBED
    assert desk.topics() == {"news"}
    desk.confirm()
    assert desk.topics() == {"news", "events"}


def test_upper_and_lower_case_are_one_address(desk: Desk) -> None:
    desk.sign_up(email="Ada@Example.org")
    assert desk.subscription(ADA).status is SubscriptionStatus.PENDING


def test_an_unknown_topic_or_wording_is_refused_at_its_place(desk: Desk) -> None:
    with pytest.raises(InvalidFields) as caught:
        desk.ask("news", "gossip")
    assert list(caught.value.errors) == ["/topics/1"]
    desk.wording_id = new_id()
    with pytest.raises(InvalidFields) as caught:
        desk.ask()
    assert list(caught.value.errors) == ["/wording_id"]


def test_a_second_letter_waits_for_a_quarter_of_an_hour(desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up("news")
    offset.move(minutes=5)
    desk.sign_up("events")
    assert desk.count(CONFIRM) == 1
    offset.move(minutes=9)
    desk.work()
    assert desk.count(CONFIRM) == 1
    offset.move(minutes=2)
    desk.work()
    assert desk.count(CONFIRM) == 2


def test_the_wait_ends_when_the_mailed_link_is_confirmed(desk: Desk) -> None:
    desk.sign_up("news")
    desk.sign_up("events")
    assert desk.count(CONFIRM) == 1
    desk.confirm()
    assert desk.count(CONFIRM) == 2


def test_all_that_waits_for_an_address_has_one_letter(desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up("news")
    for topic in ("events", "training", "events"):
        desk.sign_up(topic)
    offset.move(minutes=16)
    desk.work()
    assert desk.count(CONFIRM) == 2
    assert {topic.slug for topic in desk.confirm().topics} == {"events", "training"}


def test_an_address_has_three_letters_a_day_at_most(desk: Desk, offset: FakeOffset) -> None:
    for _ in range(5):
        desk.sign_up()
        offset.move(minutes=20)
    assert desk.count(CONFIRM) == 3
    offset.move(hours=23)
    desk.work()
    assert desk.count(CONFIRM) == 4


def test_an_address_has_five_letters_in_thirty_days_at_most(desk: Desk, offset: FakeOffset) -> None:
    for _ in range(8):
        desk.sign_up()
        offset.move(days=1, minutes=1)
    assert desk.count(CONFIRM) == 5
    offset.move(days=22)
    desk.work()
    assert desk.count(CONFIRM) == 6


def test_confirming_ends_no_longer_cap(desk: Desk) -> None:
    for topic in ("news", "events", "training"):
        desk.subscribe(topic)
    desk.leave()
    desk.sign_up()
    assert desk.count(CONFIRM) == 3


def test_the_cap_is_each_address_s_own(desk: Desk) -> None:
    desk.sign_up()
    desk.sign_up(email="ben@example.org")
    assert desk.count(CONFIRM) == 2


@pytest.mark.parametrize("typed", [True, False])
def test_a_leave_ends_the_waiting(desk: Desk, offset: FakeOffset, typed: bool) -> None:
    desk.subscribe("news")
    desk.sign_up("events")
    desk.sign_up("training")
    offset.move(seconds=1)
    desk.leave_typed() if typed else desk.leave()
    offset.move(minutes=20)
    desk.work()
    assert desk.count(CONFIRM) == 2


def test_leaving_a_topic_takes_it_out_of_what_waits(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe("news")
    desk.sign_up("training")
    desk.sign_up("events")
    desk.leave("events")
    offset.move(minutes=20)
    desk.work()
    assert desk.count(CONFIRM) == 2


def test_a_sign_up_after_a_leave_is_asked_again(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe()
    desk.leave()
    offset.move(seconds=1)
    desk.sign_up()
    assert desk.count(CONFIRM) == 2
    assert desk.subscription().status is SubscriptionStatus.UNSUBSCRIBED


def test_a_leave_before_the_worker_looks_leaves_no_trace_of_the_sign_up(desk: Desk, offset: FakeOffset) -> None:
    desk.ask()
    offset.move(seconds=1)
    desk.leave_typed()
    desk.work()
    assert desk.letters() == []
    assert desk.audited() == ["newsletter.suppressed"]


def test_an_effect_run_twice_mails_once(desk: Desk) -> None:
    desk.sign_up()
    [subject] = desk.effects(EffectKind.HANDLE_SIGN_UP)
    desk.run(EffectKind.HANDLE_SIGN_UP, subject)
    assert desk.count(CONFIRM) == 1


def test_workers_at_once_mail_once(desk: Desk) -> None:
    for _ in range(6):
        desk.ask()
    subjects = desk.effects(EffectKind.HANDLE_SIGN_UP)
    with ThreadPoolExecutor(6) as workers:
        for done in [workers.submit(desk.run, EffectKind.HANDLE_SIGN_UP, subject) for subject in subjects]:
            done.result()
    assert desk.count(CONFIRM) == 1
    assert len(desk.consent()) == 1
