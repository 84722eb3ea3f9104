"""The worker is killed in the middle of what it does: its successor does it, and nothing twice that counts."""

from __future__ import annotations

from collections import Counter

from services.attention.models import AttentionItem
from services.attention.words import AttentionKind
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.effects.models import Effect, EffectStatus
from services.mail.models import Letter, LetterKind, LetterState
from services.payments.models import Payment
from tests.faults.reader import Reader
from tests.processes import Installation
from tests.visitor import Visitor

CONFIRMED = "Your booking is confirmed"


def all_effects_are_done(installation: Installation) -> bool:
    return all(effect.status is EffectStatus.DONE for effect in installation.rows(Effect))


def test_killed_in_the_middle_of_effects_they_are_taken_over_and_the_place_is_confirmed_once(
    installation: Installation,
) -> None:
    """F07, on the way from payment to letter."""
    installation.start("serve", "sandbox")
    Visitor.at(installation).book_and_pay()
    installation.run_worker_until_killed("effect_claimed")
    installation.start("worker")
    installation.wait_for(lambda: bool(installation.letters(CONFIRMED)) and all_effects_are_done(installation))
    assert [booking.status for booking in installation.rows(Booking)] == [BookingStatus.CONFIRMED]
    assert len(installation.rows(Payment)) == 1
    assert set(Counter(letter.subject for letter in installation.letters()).values()) == {1}


def test_killed_between_confirming_and_the_mail_the_mail_goes_later(installation: Installation) -> None:
    """F08."""
    installation.start("serve", "sandbox")
    Visitor.at(installation).book_and_pay()
    installation.run_worker_until_killed("payment_settled_not_mailed")
    assert [booking.status for booking in installation.rows(Booking)] == [BookingStatus.CONFIRMED]
    assert installation.letters(CONFIRMED) == []
    installation.set_clock_ahead(minutes=6)  # the worker that died may have had a letter in hand: its claim lapses
    installation.start("worker")
    installation.wait_for(lambda: bool(installation.letters(CONFIRMED)) and all_effects_are_done(installation))
    assert len(installation.letters(CONFIRMED)) == 1
    assert len(installation.rows(Payment)) == 1


def test_a_booking_letter_may_come_twice_as_one_message(installation: Installation) -> None:
    """F09: killed after the mail server took it; the next worker cannot know, and sends it under the same id."""
    installation.start("serve", "sandbox")
    assert Visitor.at(installation, price_minor=0).book().status_code == 201
    installation.run_worker_until_killed("letter_accepted_not_marked")
    assert len(installation.letters(CONFIRMED)) == 1
    installation.set_clock_ahead(minutes=6)
    installation.start("worker")
    installation.wait_for(lambda: [letter.state for letter in installation.rows(Letter)] == [LetterState.SENT])
    assert len(installation.letters()) == 2
    assert len({dict(letter.headers)["Message-ID"] for letter in installation.letters()}) == 1


def test_a_newsletter_letter_never_comes_twice(installation: Installation) -> None:
    """F09: nobody knows whether it arrived, so it is put before staff."""
    reader = Reader.at(installation)
    installation.start("serve", "sandbox", "worker")
    token = reader.sign_up()
    installation.kill("worker")
    reader.confirm(token)
    installation.run_worker_until_killed("letter_accepted_not_marked")
    installation.set_clock_ahead(minutes=6)
    installation.start("worker")
    installation.wait_for(lambda: welcome(installation).state is LetterState.UNKNOWN)
    assert len(installation.letters("Welcome")) == 1
    items = [(item.kind, item.subject) for item in installation.rows(AttentionItem)]
    assert items == [(AttentionKind.LETTER_UNKNOWN, str(welcome(installation).id))]


def welcome(installation: Installation) -> Letter:
    [letter] = [each for each in installation.rows(Letter) if each.kind is LetterKind.NEWSLETTER_WELCOME]
    return letter
