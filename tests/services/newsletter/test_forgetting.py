"""What was typed and never confirmed is forgotten after a week; who confirmed, and who left, is not."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.effects.kinds import EffectKind
from services.journeys.choose_topics import ask_for_preference_link
from services.journeys.forget_unconfirmed import forget_unconfirmed
from services.mail.models import Letter, LetterKind
from services.mail.outbox import send_letter
from services.newsletter.consent import find_broken_chains
from services.newsletter.models import AddressRequest, Confirmation, ConsentRecord, SignUpRequest, Subscription
from services.newsletter.words import ConsentAction
from tests.builders.letters import letterhead
from tests.newsletter_desk import ADA, Desk
from tests.offset import FakeOffset
from tests.recording_postbox import RecordingPostbox

TYPED = (AddressRequest, SignUpRequest, Confirmation, Subscription)


def kept(desk: Desk) -> list[int]:
    """How many rows of each table of TYPED are left, once what is due was forgotten."""
    forget_unconfirmed(desk.outside)
    with desk.outside.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) or 0 for table in TYPED]


def test_whoever_never_confirmed_is_forgotten_after_a_week_and_not_before(desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up()
    ask_for_preference_link(desk.outside, "stranger@example.org")
    desk.work()
    offset.move(days=6, hours=23)
    assert kept(desk) == [1, 1, 1, 1]
    offset.move(hours=2)
    assert kept(desk) == [0, 0, 0, 0]
    with desk.outside.database.reading() as session:
        assert session.scalars(select(ConsentRecord.action)).all() == [ConsentAction.REQUESTED]
        assert find_broken_chains(session) == []


def test_the_question_is_forgotten_too_once_it_has_gone(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe()
    asked, welcome = (UUID(letter_id) for letter_id in desk.effects(EffectKind.SEND_LETTER))
    send_letter(desk.outside.database, RecordingPostbox(), desk.outside.clock, letterhead(), asked)
    desk.sign_up("events")
    [waiting] = set(desk.effects(EffectKind.SEND_LETTER)) - {str(asked), str(welcome)}
    offset.move(days=8)
    forget_unconfirmed(desk.outside)
    with desk.outside.database.reading() as session:
        assert set(session.scalars(select(Letter.id))) == {welcome, UUID(waiting)}


def test_whoever_confirmed_stays_and_what_they_typed_does_not(desk: Desk, offset: FakeOffset) -> None:
    desk.subscribe("news")
    offset.move(days=8)
    assert kept(desk) == [0, 0, 0, 1]
    assert desk.topics() == {"news"}


@pytest.mark.parametrize("has_confirmed", [True, False])
def test_a_no_outlives_what_is_forgotten(desk: Desk, offset: FakeOffset, has_confirmed: bool) -> None:
    desk.subscribe() if has_confirmed else desk.sign_up()
    offset.move(seconds=1)
    desk.leave_typed()
    desk.work()
    offset.move(days=8)
    assert kept(desk) == [0, 0, 0, int(has_confirmed)]
    assert desk.is_suppressed()


def test_what_the_worker_has_not_come_to_is_kept_however_old(desk: Desk, offset: FakeOffset) -> None:
    desk.ask()
    desk.leave_typed("ben@example.org")
    offset.move(days=30)
    assert kept(desk) == [1, 1, 0, 0]


def test_a_sign_up_that_waits_for_a_cap_is_kept_until_it_has_its_letter(desk: Desk, offset: FakeOffset) -> None:
    for _ in range(6):
        desk.sign_up()
        offset.move(days=1, minutes=1)
    assert desk.count(LetterKind.NEWSLETTER_CONFIRM) == 5
    offset.move(days=15)
    assert kept(desk) == [0, 1, 0, 1]
    offset.move(days=10)
    desk.work()
    assert desk.count(LetterKind.NEWSLETTER_CONFIRM) == 6
    offset.move(days=8)
    assert kept(desk) == [0, 0, 0, 0]


def test_an_effect_whose_sign_up_is_forgotten_does_nothing(desk: Desk, offset: FakeOffset) -> None:
    """It waited for a cap that ended earlier than it might have."""
    desk.sign_up("news")
    desk.sign_up("events")
    desk.confirm()
    offset.move(days=8)
    assert kept(desk) == [0, 0, 0, 1]
    desk.work(EffectKind.HANDLE_SIGN_UP)
    assert desk.count(LetterKind.NEWSLETTER_CONFIRM) == 2


def test_a_forgotten_address_signs_up_anew(desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up("news")
    offset.move(days=8)
    assert kept(desk) == [0, 0, 0, 0]
    desk.subscribe("events")
    assert desk.topics(ADA) == {"events"}
