"""A letter's way through the outbox, with everything that can go wrong on it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from services.attention.models import AttentionItem
from services.attention.words import AttentionKind
from services.clock import Clock
from services.database import Database
from services.effects.kinds import EffectKind
from services.effects.models import Effect
from services.mail.errors import LetterInHand, PostboxRefused, PostboxUnavailable
from services.mail.letters import Facts
from services.mail.models import Letter, LetterState
from services.mail.outbox import CLAIM_LEASE, LetterToQueue, queue_letter, send_letter
from services.suppression import register
from services.tokens import Keyring
from tests.builders.letters import letterhead, newsletter_confirm, newsletter_welcome, one_of_each, place_held
from tests.offset import FakeOffset
from tests.recording_postbox import RecordingPostbox

ADDRESS = "Ada@example.org"
LEFT_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Killed(BaseException):
    """The process dies here."""


def die() -> None:
    raise Killed


@dataclass
class Office:
    """The outbox with a database, a clock and keys."""

    database: Database
    clock: Clock
    keyring: Keyring

    def queue(self, facts: Facts, *, to_address: str = ADDRESS) -> UUID:
        with self.database.writing() as session:
            letter = LetterToQueue(to_address, facts, subject_id=uuid4())
            return queue_letter(session, letter, keyring=self.keyring, host="book.example", now=self.clock.now())

    def send(self, letter_id: UUID, postbox: RecordingPostbox) -> None:
        send_letter(self.database, postbox, self.clock, letterhead(), letter_id)

    def die_sending(self, letter_id: UUID) -> RecordingPostbox:
        """The mail server takes the letter, and the worker dies before it can say so."""
        postbox = RecordingPostbox(after=die)
        with pytest.raises(Killed):
            self.send(letter_id, postbox)
        return postbox

    def letter(self, letter_id: UUID) -> Letter:
        with self.database.reading() as session:
            return session.get_one(Letter, letter_id)

    def state(self, letter_id: UUID) -> LetterState:
        return self.letter(letter_id).state

    def attention(self) -> list[tuple[AttentionKind, str]]:
        with self.database.reading() as session:
            return [(item.kind, item.subject) for item in session.scalars(select(AttentionItem))]

    def suppress(self) -> None:
        with self.database.writing() as session:
            address_hash = self.keyring.address_hash(ADDRESS)
            register.suppress(session, address_hash, reason="left", source="leave_link", now=self.clock.now())


@pytest.fixture
def office(database: Database, clock: Clock, keyring: Keyring) -> Office:
    return Office(database, clock, keyring)


def raising(error: Exception) -> RecordingPostbox:
    def fail() -> None:
        raise error

    return RecordingPostbox(before=fail)


def test_a_letter_and_its_effect_are_queued_together(office: Office) -> None:
    letter_id = office.queue(place_held())

    letter = office.letter(letter_id)
    with office.database.reading() as session:
        effect = session.scalars(select(Effect)).one()
    assert (effect.kind, effect.payload) == (EffectKind.SEND_LETTER, {"subject": str(letter_id)})
    assert letter.state is LetterState.QUEUED
    assert letter.message_id == f"<{letter_id}@book.example>"
    assert letter.address_hash == office.keyring.address_hash("ada@example.org")


def test_a_cause_that_is_rolled_back_queues_nothing(office: Office) -> None:
    def fail_after_queueing() -> None:
        with office.database.writing() as session:
            letter = LetterToQueue(ADDRESS, place_held(), subject_id=None)
            queue_letter(session, letter, keyring=office.keyring, host="book.example", now=office.clock.now())
            raise RuntimeError("the cause fails")

    with pytest.raises(RuntimeError, match="the cause fails"):
        fail_after_queueing()

    with office.database.reading() as session:
        assert session.scalars(select(Letter)).all() == []
        assert session.scalars(select(Effect)).all() == []


@pytest.mark.parametrize("facts", one_of_each(), ids=lambda facts: str(facts.kind))
def test_a_queued_letter_is_delivered_once_and_marked(office: Office, facts: Facts) -> None:
    letter_id, postbox = office.queue(facts), RecordingPostbox()

    office.send(letter_id, postbox)
    office.send(letter_id, postbox)

    ((message, envelope_from, to),) = postbox.accepted
    assert (envelope_from, to) == ("places@larkfield.example", ADDRESS)
    assert message["Subject"] == facts.subject
    assert office.state(letter_id) is LetterState.SENT
    assert office.letter(letter_id).sent_at is not None


def test_what_a_letter_said_goes_from_the_outbox_once_it_is_sent(office: Office) -> None:
    letter_id = office.queue(newsletter_confirm())

    office.send(letter_id, RecordingPostbox())

    assert office.letter(letter_id).facts == {}


def test_no_transaction_is_open_while_the_mail_server_works(office: Office) -> None:
    letter_id = office.queue(place_held())
    elsewhere: list[UUID] = []
    postbox = RecordingPostbox(before=lambda: elsewhere.append(office.queue(place_held())))

    office.send(letter_id, postbox)  # on SQLite a second writer would wait for the first, and give up

    assert office.state(letter_id) is LetterState.SENT
    assert office.state(elsewhere[0]) is LetterState.QUEUED


def test_a_second_worker_leaves_a_letter_that_is_being_delivered(office: Office) -> None:
    letter_id, second = office.queue(place_held()), RecordingPostbox()

    def second_worker() -> None:
        with pytest.raises(LetterInHand):
            office.send(letter_id, second)

    office.send(letter_id, RecordingPostbox(before=second_worker))

    assert second.accepted == []
    assert office.state(letter_id) is LetterState.SENT


@pytest.mark.parametrize("facts", [place_held(), newsletter_welcome()], ids=["booking", "marketing"])
def test_of_workers_that_start_at_once_one_delivers(office: Office, facts: Facts) -> None:
    letter_id, postbox = office.queue(facts), RecordingPostbox()

    def work(_number: int) -> None:
        try:
            office.send(letter_id, postbox)
        except LetterInHand:
            return

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))

    assert len(postbox.accepted) == 1
    assert office.state(letter_id) is LetterState.SENT
    assert office.attention() == []


def test_a_booking_letter_is_sent_again_after_a_crash_with_the_same_message_id(
    office: Office, offset: FakeOffset
) -> None:
    letter_id, after = office.queue(place_held()), RecordingPostbox()
    before = office.die_sending(letter_id)

    with pytest.raises(LetterInHand):
        office.send(letter_id, after)
    offset.move(seconds=CLAIM_LEASE.total_seconds())
    office.send(letter_id, after)

    assert before.message_ids == after.message_ids == [f"<{letter_id}@book.example>"]
    assert office.state(letter_id) is LetterState.SENT


def test_marketing_that_a_crash_interrupted_is_unknown_and_never_repeated(office: Office, offset: FakeOffset) -> None:
    letter_id, after = office.queue(newsletter_welcome()), RecordingPostbox()
    office.die_sending(letter_id)

    offset.move(seconds=CLAIM_LEASE.total_seconds())
    office.send(letter_id, after)
    office.send(letter_id, after)

    assert after.accepted == []
    assert office.state(letter_id) is LetterState.UNKNOWN
    assert office.attention() == [(AttentionKind.LETTER_UNKNOWN, str(letter_id))]


def test_marketing_to_an_address_that_has_left_meanwhile_is_dropped(office: Office) -> None:
    letter_id, postbox = office.queue(newsletter_welcome()), RecordingPostbox()

    office.suppress()
    office.send(letter_id, postbox)

    assert postbox.accepted == []
    assert office.state(letter_id) is LetterState.DROPPED
    assert office.letter(letter_id).facts == {}
    assert office.attention() == []


def test_marketing_waits_for_a_leave_that_is_being_written_down(office: Office) -> None:
    """I7: else it could be claimed once the leave has committed, by a look that came before."""
    letter_id, postbox = office.queue(newsletter_welcome()), RecordingPostbox()

    with ThreadPoolExecutor(1) as worker:
        with office.database.writing() as session:
            register.suppress(session, office.letter(letter_id).address_hash, reason="left", source="link", now=LEFT_AT)
            sending = worker.submit(office.send, letter_id, postbox)
            with pytest.raises(TimeoutError):
                sending.result(timeout=0.5)
        sending.result()

    assert postbox.accepted == []
    assert office.state(letter_id) is LetterState.DROPPED


def test_a_question_that_a_leave_overtook_on_its_way_is_dropped(office: Office, offset: FakeOffset) -> None:
    letter_id, postbox = office.queue(newsletter_confirm()), RecordingPostbox()

    offset.move(seconds=1)
    office.suppress()
    office.send(letter_id, postbox)

    assert postbox.accepted == []
    assert office.state(letter_id) is LetterState.DROPPED


def test_a_new_opt_in_lets_marketing_through_again(office: Office, offset: FakeOffset) -> None:
    office.suppress()
    offset.move(minutes=1)
    with office.database.writing() as session:
        now = office.clock.now()
        register.lift(session, office.keyring.address_hash(ADDRESS), opt_in_started_at=now, now=now)
    letter_id, postbox = office.queue(newsletter_welcome()), RecordingPostbox()

    office.send(letter_id, postbox)

    assert len(postbox.accepted) == 1


@pytest.mark.parametrize("facts", [f for f in one_of_each() if not f.is_marketing], ids=lambda f: str(f.kind))
def test_what_is_not_marketing_goes_to_those_who_left_the_newsletter(office: Office, facts: Facts) -> None:
    office.suppress()
    letter_id, postbox = office.queue(facts), RecordingPostbox()

    office.send(letter_id, postbox)

    assert len(postbox.accepted) == 1


@pytest.mark.parametrize("facts", [place_held(), newsletter_welcome()], ids=["booking", "marketing"])
def test_a_letter_that_the_mail_server_did_not_take_waits_for_the_next_try(office: Office, facts: Facts) -> None:
    letter_id, postbox = office.queue(facts), RecordingPostbox()

    with pytest.raises(PostboxUnavailable):
        office.send(letter_id, raising(PostboxUnavailable("451")))
    assert office.state(letter_id) is LetterState.QUEUED
    office.send(letter_id, postbox)

    assert len(postbox.accepted) == 1
    assert office.state(letter_id) is LetterState.SENT


def test_a_booking_letter_that_may_have_arrived_is_tried_again(office: Office) -> None:
    letter_id = office.queue(place_held())

    with pytest.raises(PostboxUnavailable):
        office.send(letter_id, raising(PostboxUnavailable("TimeoutError", may_have_arrived=True)))

    assert office.state(letter_id) is LetterState.QUEUED


def test_marketing_that_may_have_arrived_is_for_staff(office: Office) -> None:
    letter_id, postbox = office.queue(newsletter_welcome()), RecordingPostbox()

    office.send(letter_id, raising(PostboxUnavailable("TimeoutError", may_have_arrived=True)))
    office.send(letter_id, postbox)

    assert postbox.accepted == []
    assert office.state(letter_id) is LetterState.UNKNOWN
    assert office.attention() == [(AttentionKind.LETTER_UNKNOWN, str(letter_id))]


def test_a_letter_that_is_refused_for_good_is_for_staff(office: Office) -> None:
    letter_id, postbox = office.queue(place_held()), RecordingPostbox()

    office.send(letter_id, raising(PostboxRefused("550")))
    office.send(letter_id, postbox)

    assert postbox.accepted == []
    assert office.state(letter_id) is LetterState.REFUSED
    assert office.attention() == [(AttentionKind.LETTER_REFUSED, str(letter_id))]


@pytest.mark.parametrize(
    "failure",
    [None, PostboxUnavailable("451"), PostboxRefused("550")],
    ids=["delivers", "is not served", "is refused"],
)
def test_a_worker_that_was_overtaken_changes_nothing_any_more(
    office: Office, offset: FakeOffset, failure: Exception | None
) -> None:
    letter_id, second = office.queue(place_held()), RecordingPostbox()

    def take_too_long() -> None:
        offset.move(seconds=CLAIM_LEASE.total_seconds())
        office.send(letter_id, second)
        if failure is not None:
            raise failure

    with suppress(PostboxUnavailable):
        office.send(letter_id, RecordingPostbox(before=take_too_long))

    assert len(second.accepted) == 1
    assert office.state(letter_id) is LetterState.SENT
    assert office.attention() == []


def test_a_letter_that_cannot_be_rendered_stays_queued(office: Office) -> None:
    letter_id, postbox = office.queue(newsletter_welcome(), to_address="no address"), RecordingPostbox()

    with pytest.raises(ValueError):  # noqa: PT011 - the standard library's own refusal
        office.send(letter_id, postbox)

    assert postbox.accepted == []
    assert office.state(letter_id) is LetterState.QUEUED
