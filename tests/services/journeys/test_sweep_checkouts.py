"""Whatever a crash, an outage or a lost webhook left half done, the minute's sweeper finishes."""

from __future__ import annotations

from api.sandbox.faults import Fault
from api.sandbox.stripe.outcomes import Outcome
from services.attention.words import AttentionKind
from services.bookings.words import BookingStatus
from services.effects.kinds import EffectKind
from services.journeys.sweep_checkouts import queue_late_visits
from services.payments.checkout import find_live, list_to_visit
from services.payments.models import Checkout
from tests.worlds import Booked, World, session_at


def pay_address(world: World, booked: Booked) -> str:
    with world.database.reading() as session:
        live = find_live(session, booked.id)
    assert live is not None
    assert live.url is not None
    return live.url


def test_a_request_that_never_reached_stripe_is_sent(world: World) -> None:
    world.breaks(Fault.DROP)
    booked = world.book(world.a_set())
    assert booked.answer["checkout_url"] is None
    world.tick()
    [session] = world.sessions()
    assert session_at(pay_address(world, booked)) == session["id"]


def test_a_request_whose_answer_was_lost_leads_to_the_same_session(world: World) -> None:
    world.breaks(Fault.APPLY_THEN_HANG)
    booked = world.book(world.a_set())
    world.tick()
    [session] = world.sessions()
    assert session_at(pay_address(world, booked)) == session["id"]


def test_a_session_too_old_to_be_asked_for_again_is_found_by_its_metadata(world: World) -> None:
    world.breaks(Fault.APPLY_THEN_HANG)
    booked = world.book(world.a_set())
    world.passes(minutes=10)
    world.tick()
    [session] = world.sessions()
    assert session_at(pay_address(world, booked)) == session["id"]


def test_a_request_that_cannot_be_sent_any_more_makes_room_for_another(world: World) -> None:
    world.breaks(Fault.DOWN)
    booked = world.book(world.a_set())
    world.passes(minutes=10)
    world.breaks(Fault.DOWN, 0)
    world.tick()
    assert world.sessions() == []
    world.pays(world.reopen(booked))
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_a_lost_webhook_costs_a_minute(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    world.breaks(Fault.LOSE_WEBHOOK, 10)
    assert world.deliver() == 0
    world.tick()
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_while_stripe_is_out_of_reach_the_sweeper_waits_its_turn(world: World) -> None:
    world.breaks(Fault.DOWN)
    booked = world.book(world.a_set())
    world.tick()
    world.breaks(Fault.DOWN, 0)
    world.passes(minutes=1)
    world.tick()
    assert len(world.sessions()) == 1
    assert pay_address(world, booked)


def test_a_request_that_stripe_refuses_is_put_before_staff_and_not_sent_again(world: World) -> None:
    world.breaks(Fault.DROP)
    booked = world.book(world.a_set())
    with world.database.writing() as session:
        live = find_live(session, booked.id)
        assert live is not None
        session.get_one(Checkout, live.id).request = {**live.request, "mode": "nonsense"}
    for _ in range(2):
        world.tick()
        world.passes(minutes=1)
    assert world.attention() == [AttentionKind.CHECKOUT_REFUSED]


def test_a_checkout_is_visited_once_a_minute_and_not_when_it_is_over(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    world.settle()
    world.tick()
    assert world.queued(EffectKind.VISIT_CHECKOUT) == 0


def test_a_slow_payments_lost_webhook_costs_ten_minutes(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.settle()
    world.passes(days=3)
    world.pays(booked.session_id)
    world.breaks(Fault.LOSE_WEBHOOK, 10)
    assert world.deliver() == 0
    world.tick()
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    queue_late_visits(world.outside)
    world.work()
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_no_live_checkout_is_too_young_or_too_many_to_be_visited(world: World) -> None:
    learning_set = world.a_set()
    booked = [world.book(learning_set, booker=who, people=[who]) for who in ("ada@example.org", "ben@example.org")]
    visited = []
    last = None
    with world.database.reading() as session:
        while found := list_to_visit(session, created_after=None, behind=last, limit=1):
            [last] = found
            visited.append(last.booking_id)
    assert visited == [each.id for each in booked]
