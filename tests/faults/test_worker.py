"""The worker is killed once a mail server has taken a letter: what counts comes as one message, the rest never twice.

How it is killed anywhere else on the way from a payment to its letter is in `test_paid_path`.
"""

from __future__ import annotations

from services.attention.models import AttentionItem
from services.attention.words import AttentionKind
from services.mail.models import Letter, LetterKind, LetterState
from tests.faults.reader import Reader
from tests.processes import Installation
from tests.visitor import Visitor

CONFIRMED = "Your booking is confirmed"


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
