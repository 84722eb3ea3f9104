"""A hold ends when it is over, and never under somebody who has paid."""

from __future__ import annotations

import pytest

from api.sandbox.faults import Fault
from api.sandbox.stripe.outcomes import Outcome
from services.attention.words import AttentionKind
from services.bookings.words import BookingStatus
from services.effects.kinds import EffectKind
from services.journeys.lapse_hold import lapse_hold, queue_lapsed_holds
from services.mail.models import LetterKind
from services.payments.errors import PaymentsUnavailable
from tests.recorded_sql import recorded_sql
from tests.worlds import World


def test_a_lapsed_hold_frees_the_place_and_a_letter_says_so(world: World) -> None:
    learning_set = world.a_set()
    booked = world.book(learning_set)
    world.passes(minutes=44)
    world.tick()
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    world.passes(minutes=2)
    world.tick()
    assert world.status(booked) is BookingStatus.LAPSED
    assert world.taken(learning_set) == 0
    assert world.letters(booked) == [LetterKind.HOLD_LAPSED, LetterKind.PLACE_HELD]


def test_an_open_session_is_expired_at_stripe_before_the_place_goes(world: World) -> None:
    world.holds_for(minutes=5)
    booked = world.book(world.a_set())
    world.passes(minutes=6)
    world.tick()
    assert world.status(booked) is BookingStatus.LAPSED
    assert [session["status"] for session in world.sessions()] == ["expired"]


def test_who_pays_at_the_last_moment_wins(world: World) -> None:
    world.holds_for(minutes=5)
    booked = world.book(world.a_set())
    world.passes(minutes=6)
    world.pays(booked.session_id)
    world.tick()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert LetterKind.HOLD_LAPSED not in world.letters(booked)


def test_a_slow_payment_begun_at_the_last_moment_keeps_the_place(world: World) -> None:
    world.holds_for(minutes=5)
    booked = world.book(world.a_set())
    world.passes(minutes=6)
    world.pays(booked.session_id, Outcome.DELAY)
    world.tick()
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    assert world.row(booked).held_until is None


def test_while_stripe_is_out_of_reach_a_session_that_may_be_open_keeps_its_place(world: World) -> None:
    world.holds_for(minutes=5)
    learning_set = world.a_set()
    booked = world.book(learning_set)
    world.passes(minutes=6)
    world.breaks(Fault.DOWN)
    with pytest.raises(PaymentsUnavailable):
        lapse_hold(world.outside, booked.id)
    world.tick()
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    assert world.taken(learning_set) == 1
    world.passes(minutes=26)
    world.work()
    assert world.status(booked) is BookingStatus.LAPSED


def test_a_session_whose_id_was_never_stored_is_found_by_its_metadata(world: World) -> None:
    world.breaks(Fault.APPLY_THEN_HANG)
    booked = world.book(world.a_set())
    assert booked.answer["checkout_url"] is None
    [session] = world.sessions()
    world.pays(session["id"])
    world.passes(minutes=46)
    lapse_hold(world.outside, booked.id)
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_a_hold_whose_request_never_reached_stripe_lapses(world: World) -> None:
    world.breaks(Fault.DROP)
    booked = world.book(world.a_set())
    world.passes(minutes=46)
    lapse_hold(world.outside, booked.id)
    assert world.status(booked) is BookingStatus.LAPSED
    assert world.sessions() == []


def test_a_hold_that_was_extended_meanwhile_goes_on(world: World) -> None:
    booked = world.book(world.a_set())
    world.passes(minutes=36)
    world.reopen(booked)
    world.passes(minutes=10)
    world.tick()
    lapse_hold(world.outside, booked.id)
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT


def test_lapsing_twice_frees_the_place_once(world: World) -> None:
    learning_set = world.a_set()
    lapsing = world.book(learning_set)
    world.passes(minutes=20)
    world.book(learning_set, booker="ben@example.org", people=["ben@example.org"])
    world.passes(minutes=26)
    lapse_hold(world.outside, lapsing.id)
    lapse_hold(world.outside, lapsing.id)
    assert world.taken(learning_set) == 1


def test_a_hold_is_queued_to_lapse_once(world: World) -> None:
    world.book(world.a_set())
    world.passes(minutes=46)
    for _ in range(2):
        queue_lapsed_holds(world.outside)
    assert world.queued(EffectKind.LAPSE_HOLD) == 1


def test_looking_for_holds_that_are_over_takes_two_questions_however_many_there_are(world: World) -> None:
    learning_set = world.a_set()
    for _ in range(3):
        world.book(learning_set)
    world.passes(minutes=46)
    queue_lapsed_holds(world.outside)
    with recorded_sql(world.database) as statements:
        queue_lapsed_holds(world.outside)
    assert [each.split()[0] for each in statements if not each.startswith(("PRAGMA", "BEGIN"))] == ["SELECT"] * 2
    assert world.queued(EffectKind.LAPSE_HOLD) == 3


def test_a_hold_found_to_be_paid_with_another_amount_lapses_and_staff_have_the_payment(world: World) -> None:
    world.holds_for(minutes=5)
    learning_set = world.a_set()
    booked = world.book(learning_set)
    world.passes(minutes=6)
    world.pays(booked.session_id)
    [charge] = world.stripe.list("charge")
    world.stripe.put("charge", charge["id"], {**charge, "amount": 1})
    world.tick()
    assert world.status(booked) is BookingStatus.LAPSED
    assert world.taken(learning_set) == 0
    assert world.attention() == [AttentionKind.PAYMENT_DIFFERS]
