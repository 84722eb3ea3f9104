"""The web process is killed while it takes a webhook: without a 2xx it comes again, and then changes nothing twice."""

from __future__ import annotations

import orjson
import pytest
import requests

from api.sandbox.stripe.delivery import sign
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.clock import Clock
from services.effects.kinds import EffectKind
from services.effects.models import Effect
from services.payments.models import Payment, StripeEvent
from tests.processes import Installation
from tests.visitor import Visitor

EVENTS_OF_A_PAYMENT = 3


def deliver(installation: Installation) -> int:
    """Send the webhook that says the session is complete, as the stand-in sends it; answers the status."""
    deliveries = installation.sandbox.state.connection().execute("SELECT body FROM deliveries")
    [body] = [body for (body,) in deliveries if orjson.loads(body)["type"] == "checkout.session.completed"]
    signature = sign(body, installation.environment["STRIPE_WEBHOOK_SECRET"], at=int(Clock.machine_now().timestamp()))
    return requests.post(
        f"{installation.url}/webhooks/stripe", data=body, headers={"Stripe-Signature": signature}, timeout=30
    ).status_code


def pay_and_be_cut_off(installation: Installation, fault_point: str) -> None:
    """The web process dies at this point of the webhook."""
    installation.start("serve", fault_points=fault_point)
    Visitor.at(installation).book_and_pay()
    with pytest.raises(requests.ConnectionError):
        deliver(installation)
    installation.kill("serve")


def expect_confirmed_once(installation: Installation) -> None:
    """The stand-in goes on delivering, and in the end all is as if nothing had happened."""
    installation.start("serve", "worker")
    installation.start("sandbox")  # only now: refused by a server that still starts, it would wait longer and longer
    installation.wait_for(lambda: len(installation.rows(StripeEvent)) == EVENTS_OF_A_PAYMENT)
    installation.wait_for(lambda: all(event.applied_at for event in installation.rows(StripeEvent)))
    installation.wait_for(lambda: bool(installation.letters("Your booking is confirmed")))
    assert deliver(installation) == 200, "once more, long after"
    assert [booking.status for booking in installation.rows(Booking)] == [BookingStatus.CONFIRMED]
    assert len(installation.rows(Payment)) == 1
    assert len(installation.letters("Your booking is confirmed")) == 1
    applied = [each for each in installation.rows(Effect) if each.kind is EffectKind.APPLY_STRIPE_EVENT]
    assert len(applied) == len(installation.rows(StripeEvent)) == EVENTS_OF_A_PAYMENT


def test_killed_before_the_event_commits_nothing_is_kept_and_it_comes_again(installation: Installation) -> None:
    """F05."""
    pay_and_be_cut_off(installation, "webhook_before_commit")
    assert installation.rows(StripeEvent) == []
    expect_confirmed_once(installation)


def test_killed_before_the_answer_the_event_is_kept_and_coming_again_changes_nothing(
    installation: Installation,
) -> None:
    """F06."""
    pay_and_be_cut_off(installation, "webhook_committed_not_answered")
    assert len(installation.rows(StripeEvent)) == 1
    expect_confirmed_once(installation)
