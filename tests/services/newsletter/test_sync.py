"""The audience ends up with what is true here, whatever happens between and during the calls."""

from __future__ import annotations

from dataclasses import replace
from threading import Barrier, Thread

import pytest

from services.attention.words import AttentionKind
from services.clock import Clock
from services.database import Database
from services.effects.kinds import EffectKind
from services.journeys.choose_topics import choose_topics
from services.journeys.newsletter_sign_up import confirm_sign_up
from services.newsletter.audience import AudienceMember, MemberStatus
from services.newsletter.errors import AudienceRefused, AudienceUnavailable, PushUnderWay, RefusalReason
from services.newsletter.sync import LEASE
from services.newsletter.words import SubscriptionStatus
from services.tokens import Keyring
from tests.newsletter_desk import ADA, Desk, open_desk
from tests.offset import FakeOffset

PATIENCE_SECONDS = 60


def ready_to_push(desk: Desk, *topics: str) -> str:
    """Somebody has confirmed, and the worker has not told the audience yet; answers the effect's subject."""
    desk.ask(*topics)
    desk.work(EffectKind.HANDLE_SIGN_UP)
    confirm_sign_up(desk.outside, desk.token())
    return desk.effects(EffectKind.PUSH_SUBSCRIPTION)[-1]


def test_a_subscriber_reaches_the_audience_with_topics_and_links(desk: Desk) -> None:
    desk.subscribe("news", "events")
    assert desk.audience.taken == [
        AudienceMember(
            email=ADA,
            status=MemberStatus.SUBSCRIBED,
            topics=("events", "news"),
            other_topics=("training",),
            leave_url=f"https://book.example/u/{desk.leave_token()}",
            preferences_url="https://book.example/p",
        )
    ]


def test_a_leave_reaches_the_audience_with_no_topics(desk: Desk) -> None:
    desk.subscribe("news")
    desk.leave()
    desk.work()
    assert desk.audience.statuses == [MemberStatus.SUBSCRIBED, MemberStatus.UNSUBSCRIBED]
    assert desk.audience.last.other_topics == ("news", "events", "training")


def test_who_never_confirmed_is_never_pushed(desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up()
    offset.move(seconds=1)
    desk.leave_typed()
    desk.work()
    assert desk.audience.taken == []


def test_a_leave_while_the_call_is_held_is_pushed_after_it(desk: Desk) -> None:
    """The call that says `subscribed` is on its way when the person leaves: it must not be the last word."""
    subject = ready_to_push(desk)
    on_its_way, gone = Barrier(2, timeout=PATIENCE_SECONDS), Barrier(2, timeout=PATIENCE_SECONDS)

    def hold(member: AudienceMember) -> None:
        if member.status is MemberStatus.SUBSCRIBED:
            on_its_way.wait()
            gone.wait()

    desk.audience.before = hold
    worker = Thread(target=desk.push, args=(subject,))
    worker.start()
    on_its_way.wait()
    desk.leave()
    with pytest.raises(PushUnderWay):
        desk.push(desk.effects(EffectKind.PUSH_SUBSCRIPTION)[-1])
    gone.wait()
    worker.join(PATIENCE_SECONDS)
    assert desk.audience.statuses == [MemberStatus.SUBSCRIBED, MemberStatus.UNSUBSCRIBED]
    desk.work()
    assert len(desk.audience.taken) == 2


def test_a_leave_before_the_call_is_what_is_pushed(desk: Desk) -> None:
    ready_to_push(desk)
    desk.leave()
    desk.work()
    assert desk.audience.statuses == [MemberStatus.UNSUBSCRIBED]


def test_a_suppression_outweighs_a_row_that_still_says_subscribed(desk: Desk) -> None:
    subject = ready_to_push(desk)
    desk.leave_typed()
    desk.push(subject)
    assert desk.subscription().status is SubscriptionStatus.SUBSCRIBED
    assert desk.audience.statuses == [MemberStatus.UNSUBSCRIBED]


def test_a_push_that_failed_can_be_made_again_at_once(desk: Desk) -> None:
    subject = ready_to_push(desk)

    def fail(_member: AudienceMember) -> None:
        raise AudienceUnavailable("429")

    desk.audience.before = fail
    with pytest.raises(AudienceUnavailable):
        desk.push(subject)
    desk.audience.before = lambda _member: None
    desk.push(subject)
    assert desk.audience.statuses == [MemberStatus.SUBSCRIBED]


def test_a_push_whose_worker_died_is_made_again_once_its_lease_is_over(desk: Desk, offset: FakeOffset) -> None:
    subject = ready_to_push(desk)

    def die(_member: AudienceMember) -> None:
        raise SystemExit

    desk.audience.before = die
    with pytest.raises(SystemExit):
        desk.push(subject)
    desk.audience.before = lambda _member: None
    with pytest.raises(PushUnderWay):
        desk.push(subject)
    offset.move(seconds=LEASE.total_seconds() + 1)
    desk.push(subject)
    assert desk.audience.statuses == [MemberStatus.SUBSCRIBED]


def test_a_worker_whose_lease_lapsed_leaves_the_outcome_to_the_next(desk: Desk, offset: FakeOffset) -> None:
    subject = ready_to_push(desk)

    def dawdle(_member: AudienceMember) -> None:
        desk.audience.before = lambda _other: None
        offset.move(seconds=LEASE.total_seconds() + 1)
        desk.leave()
        desk.push(subject)

    desk.audience.before = dawdle
    desk.push(subject)
    assert desk.subscription().pushed_version == desk.subscription().version


def test_a_member_in_compliance_state_is_asked_by_the_audience_once(desk: Desk) -> None:
    tried = _refuse(desk, RefusalReason.COMPLIANCE_STATE, MemberStatus.SUBSCRIBED)
    token = desk.subscribe("news").preferences_token
    assert tried == [MemberStatus.SUBSCRIBED, MemberStatus.PENDING]
    assert desk.audience.statuses == [MemberStatus.PENDING]
    assert desk.attention() == []
    choose_topics(desk.outside, token, ["events"])
    desk.work()
    assert tried[2:] == [MemberStatus.SUBSCRIBED]
    assert desk.attention() == [AttentionKind.MAILCHIMP_REFUSED]


def test_a_member_refused_as_pending_too_is_put_before_staff_and_left_alone(desk: Desk) -> None:
    tried = _refuse(desk, RefusalReason.COMPLIANCE_STATE, MemberStatus.SUBSCRIBED, MemberStatus.PENDING)
    desk.subscribe("news")
    desk.work()
    assert tried == [MemberStatus.SUBSCRIBED, MemberStatus.PENDING]
    assert desk.attention() == [AttentionKind.MAILCHIMP_REFUSED]


def test_a_forgotten_address_is_put_before_staff_at_once(desk: Desk) -> None:
    tried = _refuse(desk, RefusalReason.FORGOTTEN_EMAIL, MemberStatus.SUBSCRIBED)
    desk.subscribe("news")
    assert tried == [MemberStatus.SUBSCRIBED]
    assert desk.attention() == [AttentionKind.MAILCHIMP_REFUSED]


def test_without_an_audience_nothing_is_queued(database: Database, clock: Clock, keyring: Keyring) -> None:
    desk = open_desk(database, clock, keyring, mirrored=False)
    desk.subscribe()
    desk.leave()
    assert desk.effects(EffectKind.PUSH_SUBSCRIPTION) == []


def test_an_effect_outlives_an_audience_that_was_given_up(desk: Desk) -> None:
    subject = ready_to_push(desk)
    desk.outside = replace(desk.outside, audience=None)
    desk.push(subject)
    assert desk.audience.taken == []


def _refuse(desk: Desk, reason: RefusalReason, *statuses: MemberStatus) -> list[MemberStatus]:
    """Have the audience refuse these statuses; answers what it is told, as it is told."""
    tried: list[MemberStatus] = []

    def answer(member: AudienceMember) -> None:
        tried.append(member.status)
        if member.status in statuses:
            raise AudienceRefused(reason)

    desk.audience.before = answer
    return tried
