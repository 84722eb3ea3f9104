"""The web process is killed while somebody books: no place is lost or given twice, no session made twice."""

from __future__ import annotations

import pytest
import requests

from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.payments.models import Checkout, CheckoutStatus, Payment
from services.requests.models import IdempotentRequest
from services.sets.models import LearningSet
from tests.processes import Installation
from tests.visitor import Visitor

SESSION = "checkout.session"


def book_and_be_cut_off(installation: Installation, visitor: Visitor, fault_point: str) -> None:
    """The web process dies at this point, and its successor has yet to be started."""
    installation.start("serve", fault_points=fault_point)
    with pytest.raises(requests.ConnectionError):
        visitor.book()
    installation.kill("serve")


def places_taken(installation: Installation) -> int:
    return sum(learning_set.taken for learning_set in installation.rows(LearningSet))


def test_killed_before_the_hold_commits_nothing_was_asked(installation: Installation) -> None:
    """F01."""
    visitor = Visitor.at(installation)
    book_and_be_cut_off(installation, visitor, "hold_before_commit")
    assert installation.rows(Booking) == []
    assert installation.rows(IdempotentRequest) == []
    assert places_taken(installation) == 0
    installation.start("serve")
    answer = visitor.book()
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert places_taken(installation) == 1


def test_killed_before_stripe_is_called_the_place_comes_back_when_the_hold_is_over(installation: Installation) -> None:
    """F02."""
    visitor = Visitor.at(installation)
    book_and_be_cut_off(installation, visitor, "hold_committed")
    assert places_taken(installation) == 1
    assert installation.at_stripe(SESSION) == []
    installation.set_clock_ahead(minutes=46)
    installation.start("worker", "sandbox")
    installation.wait_for(lambda: len(installation.letters("could not keep your place")) == 1)
    [booking] = installation.rows(Booking)
    assert booking.status is BookingStatus.LAPSED
    assert places_taken(installation) == 0
    assert installation.at_stripe(SESSION) == []


def test_killed_before_the_sessions_id_is_stored_the_same_key_finds_the_same_session(
    installation: Installation,
) -> None:
    """F03, by a retry once the lease is over; and the session found takes one payment."""
    visitor = Visitor.at(installation)
    book_and_be_cut_off(installation, visitor, "checkout_opened_not_stored")
    [made] = installation.at_stripe(SESSION)
    assert [checkout.status for checkout in installation.rows(Checkout)] == [CheckoutStatus.PREPARED]
    installation.start("serve")
    answer = visitor.book_once_the_lease_is_over()
    assert answer.status_code == 201
    assert made["id"] in answer.json()["checkout_url"]
    visitor.pay(made["id"])
    assert visitor.check_payment(answer.json())["status"] == "confirmed"
    assert [session["id"] for session in installation.at_stripe(SESSION)] == [made["id"]]
    assert len(installation.rows(Payment)) == 1


def test_killed_before_the_sessions_id_is_stored_the_sweeper_finds_the_same_session(installation: Installation) -> None:
    """F03, by the sweeper; who asks again is then given that session too."""
    visitor = Visitor.at(installation)
    book_and_be_cut_off(installation, visitor, "checkout_opened_not_stored")
    [made] = installation.at_stripe(SESSION)
    installation.start("worker")
    installation.wait_for(lambda: [each.status for each in installation.rows(Checkout)] == [CheckoutStatus.OPEN])
    [checkout] = installation.rows(Checkout)
    assert checkout.stripe_checkout_session_id == made["id"]
    installation.start("serve")
    assert made["id"] in visitor.book_once_the_lease_is_over().json()["checkout_url"]
    assert [session["id"] for session in installation.at_stripe(SESSION)] == [made["id"]]


@pytest.mark.parametrize("price_minor", [18000, 0])
def test_killed_before_the_answer_the_same_key_has_that_answer(installation: Installation, price_minor: int) -> None:
    """F04, for a booking by card and a free one."""
    visitor = Visitor.at(installation, price_minor=price_minor)
    book_and_be_cut_off(installation, visitor, "booking_committed_not_answered")
    installation.start("serve")
    first, second = visitor.book(), visitor.book()
    assert first.status_code == second.status_code == 201
    assert first.headers["Idempotent-Replayed"] == second.headers["Idempotent-Replayed"] == "true"
    assert first.content == second.content
    assert len(installation.rows(Booking)) == places_taken(installation) == 1
    assert len(installation.at_stripe(SESSION)) == (1 if price_minor else 0)
