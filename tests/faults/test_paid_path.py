"""From the payment to the letter, killed at every line on the way: confirmed once, charged once, one Message-ID.

The lines before, from the booking to the payment, are in `test_booking`, those of the webhook in `test_webhooks`.
"""

from __future__ import annotations

from collections import defaultdict

import pytest
import requests

from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.effects.models import Effect, EffectStatus
from services.mail.models import Letter, LetterState
from services.payments.models import Payment, Refund, StripeEvent
from services.sets.models import LearningSet
from tests.processes import Installation
from tests.visitor import Visitor

CONFIRMED = "Your booking is confirmed"

SETTLING = ("payment_read_not_settled", "payment_before_commit", "payment_settled_not_mailed")
BEFORE_THE_LETTER = ("effects_handed_over", "effect_claimed", *SETTLING)
LETTER = ("letter_claimed", "letter_accepted_not_marked", "effect_done_not_marked")
CLAIM_LAPSES_MINUTES = 6


def is_all_done(installation: Installation) -> bool:
    return (
        all(effect.status is EffectStatus.DONE for effect in installation.rows(Effect))
        and all(event.applied_at for event in installation.rows(StripeEvent))
        and all(letter.state is LetterState.SENT for letter in installation.rows(Letter))
    )


def expect_once(installation: Installation) -> None:
    assert [booking.status for booking in installation.rows(Booking)] == [BookingStatus.CONFIRMED]
    assert [learning_set.taken for learning_set in installation.rows(LearningSet)] == [1]
    assert len(installation.rows(Payment)) == len(installation.at_stripe("charge")) == 1
    assert not installation.rows(Refund)
    assert not installation.at_stripe("refund")
    assert len(installation.at_stripe("checkout.session")) == 1
    ids = defaultdict(set)
    for letter in installation.letters():
        ids[letter.subject].add(dict(letter.headers)["Message-ID"])
    assert CONFIRMED in str(ids)
    assert {len(found) for found in ids.values()} == {1}


def test_killed_at_every_line_from_the_payment_to_the_letter(installation: Installation) -> None:
    """F07 and F08: worker after worker dies, each one line further, and the next takes over."""
    installation.start("serve", "sandbox")
    Visitor.at(installation).book_and_pay()
    for line in BEFORE_THE_LETTER:
        installation.run_worker_until_killed(line)
    assert [booking.status for booking in installation.rows(Booking)] == [BookingStatus.CONFIRMED]
    assert installation.letters(CONFIRMED) == []
    for number, line in enumerate(LETTER):  # less than the fifteen minutes within which all events are applied (I2)
        installation.set_clock_ahead(minutes=number * CLAIM_LAPSES_MINUTES)
        installation.run_worker_until_killed(line)
    installation.set_clock_ahead(minutes=len(LETTER) * CLAIM_LAPSES_MINUTES)
    installation.start("worker")
    installation.wait_for(lambda: is_all_done(installation))
    expect_once(installation)


def test_killed_at_every_line_while_the_payer_asks_whether_the_money_came(installation: Installation) -> None:
    """The web process settles what the page asks after; the webhooks come when it is over."""
    visitor = Visitor.at(installation)
    installation.start("serve")
    booking = visitor.book_and_pay()
    for line in SETTLING:
        installation.kill("serve")
        installation.start("serve", fault_points=line)
        with pytest.raises(requests.ConnectionError):
            visitor.check_payment(booking)
    installation.kill("serve")
    installation.start("serve")
    assert visitor.check_payment(booking)["status"] == "confirmed"
    installation.start("sandbox", "worker")
    installation.wait_for(lambda: bool(installation.rows(StripeEvent)) and is_all_done(installation))
    expect_once(installation)
