"""What Stripe says of a session becomes what we say of the booking: once, whoever asks and however often."""

from __future__ import annotations

from api.sandbox.faults import Fault
from api.sandbox.stripe.outcomes import Outcome
from services.attention.words import AttentionKind
from services.bookings.words import BookingStatus
from services.journeys.settle_payment import settle_payment, settle_state
from services.mail.models import LetterKind
from services.payments.checkout import get_first
from services.payments.models import RefundReason, RefundStatus
from services.sets.models import LearningSet
from services.sets.words import SetStatus
from tests.builders import BuiltSet
from tests.builders.entries import effective_days
from tests.worlds import ADA, Booked, World

BEN, CLEO = "ben@example.org", "cleo@example.org"


def book_pay_and_lapse(world: World, learning_set: BuiltSet, booker: str) -> Booked:
    """Somebody pays in time, but we hear nothing of it and cannot ask before the hold is over."""
    booked = world.book(learning_set, booker=booker, people=[booker])
    world.pays(booked.session_id)
    world.passes(minutes=46)
    world.breaks(Fault.DOWN)
    world.tick()
    world.breaks(Fault.DOWN, 0)
    assert world.status(booked) is BookingStatus.LAPSED
    return booked


def test_a_paid_booking_is_confirmed_and_its_people_get_the_dates(world: World) -> None:
    booked = world.book(world.a_set(), people=(ADA, BEN))
    world.pays(booked.session_id)
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert [payment.amount_minor for payment in world.payments()] == [36000]
    assert world.letters(booked) == [LetterKind.BOOKING_CONFIRMED, LetterKind.PLACE_GIVEN, LetterKind.PLACE_HELD]
    assert sorted(to for _, _, to in world.postbox.accepted) == [ADA, ADA, BEN]


def test_a_session_settled_again_and_again_has_its_effect_once(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    for actor in ("stripe:event", "holder", "worker"):
        settle_payment(world.outside, booked.session_id, actor=actor)
    assert len(world.payments()) == 1
    assert world.letters(booked) == [LetterKind.BOOKING_CONFIRMED, LetterKind.PLACE_HELD]
    assert world.refunds() == []


def test_webhooks_that_come_late_doubled_and_out_of_order_have_their_effect_once(world: World) -> None:
    """A slow payment's two webhooks, the first of which is told again after the second."""
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.breaks(Fault.LATE_WEBHOOK, 3)
    world.settle()
    assert not world.row(booked).payment_pending
    world.pays(booked.session_id)
    world.passes(minutes=3)
    world.breaks(Fault.REORDER_WEBHOOKS)
    world.breaks(Fault.DUPLICATE_WEBHOOK, 5)
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert not world.row(booked).payment_pending
    assert len(world.payments()) == 1
    assert world.letters(booked) == [LetterKind.BOOKING_CONFIRMED, LetterKind.PLACE_HELD]


def test_a_slow_payment_keeps_the_place_until_it_arrives(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.settle()
    assert world.row(booked).payment_pending
    assert world.row(booked).held_until is None
    world.passes(days=3)
    world.tick()
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    world.pays(booked.session_id)
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert len(world.payments()) == 1


def test_a_slow_payment_is_posted_for_the_day_on_which_its_money_came(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.passes(days=4)
    world.pays(booked.session_id)
    came_on = world.outside.clock.now().date()
    world.passes(days=2)
    world.settle()
    assert effective_days(world)["payment", "taken"] == came_on


def test_a_slow_payment_that_fails_leaves_time_to_pay_another_way(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.settle()
    world.passes(days=2)
    world.pays(booked.session_id, Outcome.DECLINE)
    world.settle()
    assert LetterKind.PAYMENT_FAILED in world.letters(booked)
    world.pays(world.reopen(booked))
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_a_slow_payment_that_fails_and_is_not_replaced_lapses(world: World) -> None:
    learning_set = world.a_set()
    booked = world.book(learning_set)
    world.pays(booked.session_id, Outcome.DELAY)
    world.settle()
    world.pays(booked.session_id, Outcome.DECLINE)
    world.settle()
    world.passes(minutes=46)
    world.tick()
    assert world.status(booked) is BookingStatus.LAPSED
    assert world.taken(learning_set) == 0


def test_a_payment_that_comes_to_light_late_has_a_place_that_is_still_free(world: World) -> None:
    learning_set = world.a_set(capacity=1)
    booked = book_pay_and_lapse(world, learning_set, ADA)
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert world.taken(learning_set) == 1
    assert world.refunds() == []


def test_a_payment_that_comes_to_light_too_late_is_given_back_and_a_letter_says_so(world: World) -> None:
    learning_set = world.a_set(capacity=1)
    late = book_pay_and_lapse(world, learning_set, ADA)
    world.book(learning_set, booker=BEN, people=[BEN])
    world.settle()
    assert world.status(late) is BookingStatus.LAPSED
    [refund] = world.refunds()
    assert (refund.reason, refund.status, refund.amount_minor) == (
        RefundReason.PAID_LATE,
        RefundStatus.SUCCEEDED,
        18000,
    )
    assert LetterKind.PAID_LATE_REFUNDED in world.letters(late)
    assert len(world.stripe.list("refund")) == 1


def test_of_two_late_payers_and_one_place_one_is_confirmed_and_one_refunded(world: World) -> None:
    learning_set = world.a_set(capacity=1)
    first = book_pay_and_lapse(world, learning_set, ADA)
    second = book_pay_and_lapse(world, learning_set, BEN)
    world.settle()
    assert sorted([world.status(first), world.status(second)]) == [BookingStatus.CONFIRMED, BookingStatus.LAPSED]
    assert world.taken(learning_set) == 1
    assert len(world.payments()) == 2
    [refund] = world.refunds()
    assert refund.status is RefundStatus.SUCCEEDED


def test_a_second_payment_of_a_booking_is_given_back(world: World) -> None:
    booked = world.book(world.a_set())
    with world.database.reading() as session:
        asked = get_first(session, booked.id)
    # Stripe has forgotten our key: the same request makes a second session.
    again = world.outside.gateway.open_checkout(asked.request, "a key of another day")
    world.pays(booked.session_id)
    world.pays(again.stripe_checkout_session_id)
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert len(world.payments()) == 2
    [refund] = world.refunds()
    assert (refund.reason, refund.status) == (RefundReason.PAID_TWICE, RefundStatus.SUCCEEDED)
    assert LetterKind.PAID_TWICE_REFUNDED in world.letters(booked)


def test_a_payment_of_another_amount_is_put_before_staff_and_confirms_nothing(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    [charge] = world.stripe.list("charge")
    world.stripe.put("charge", charge["id"], {**charge, "amount": 1})
    world.settle()
    assert world.attention() == [AttentionKind.PAYMENT_DIFFERS]
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    assert LetterKind.BOOKING_CONFIRMED not in world.letters(booked)


def test_news_that_a_payment_is_on_its_way_is_old_once_it_has_failed(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    on_its_way = world.outside.gateway.get_checkout(booked.session_id)
    world.settle()
    world.pays(booked.session_id, Outcome.DECLINE)
    world.settle()
    with world.database.reading() as session:
        asked = get_first(session, booked.id)
    settle_state(world.outside, asked, on_its_way, actor="worker:late")
    assert not world.row(booked).payment_pending
    assert world.row(booked).held_until is not None


def test_events_in_the_wrong_order_end_the_same(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.pays(booked.session_id)
    with world.stripe.writing() as connection:
        connection.execute("UPDATE deliveries SET id = -id")
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert not world.row(booked).payment_pending


def test_a_session_that_is_no_booking_of_ours_is_left_alone(world: World) -> None:
    booked = world.book(world.a_set())
    with world.database.reading() as session:
        request = get_first(session, booked.id).request
    strange = world.outside.gateway.open_checkout({**request, "metadata": {"order": "17"}}, "somebody else's")
    assert settle_payment(world.outside, strange.stripe_checkout_session_id, actor="a test") is None
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT


def test_whoever_pays_late_for_a_set_that_is_not_held_any_more_gets_the_money_back(world: World) -> None:
    learning_set = world.a_set()
    booked = book_pay_and_lapse(world, learning_set, ADA)
    with world.database.writing() as session:
        session.get_one(LearningSet, learning_set.id).status = SetStatus.CANCELLED
    world.settle()
    assert world.status(booked) is BookingStatus.LAPSED
    assert [refund.reason for refund in world.refunds()] == [RefundReason.PAID_LATE]
