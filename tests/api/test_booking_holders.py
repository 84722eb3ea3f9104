"""What the holder of a booking may see and do, and nobody else."""

from __future__ import annotations

from datetime import timedelta

import icalendar
import pytest
from werkzeug.test import TestResponse

from api.sandbox.faults import Fault
from api.sandbox.stripe.outcomes import Outcome
from services.access.keys import Scope, add_staff_key
from services.bookings.words import BookingStatus
from services.ids import Prefix, new_id, to_public
from services.tokens import Purpose
from tests.worlds import ADA, Booked, World, session_at

BEN = "ben@example.org"
ROUTES = [("GET", ""), ("GET", "/calendar.ics"), ("POST", "/checkout"), ("POST", "/payment-check")]


def staff(world: World, *scopes: Scope) -> dict[str, str]:
    with world.database.writing() as session:
        key = add_staff_key(session, name="A test", scopes=list(scopes), actor="test", now=world.outside.clock.now())
    return {"Authorization": f"Bearer {key}"}


def code(answer: TestResponse) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.get_json()["type"].removeprefix("/problems/")


def checkout(world: World, booked: Booked) -> TestResponse:
    return world.client.post(f"{booked.path}/checkout", headers=booked.bearer)


def test_the_holder_sees_the_booking(world: World) -> None:
    booked = world.book(world.a_set(), people=(ADA, BEN))
    shown = world.client.get(booked.path, headers=booked.bearer).get_json()
    for field in ("id", "set_id", "status", "total", "held_until", "enrolments", "created_at"):
        assert shown[field] == booked.answer[field]
    assert (shown["payment_method"], shown["payment_pending"], shown["confirmed_at"]) == ("card", False, None)
    assert ADA not in str(shown)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_genuine_token_nothing_is_said(world: World, method: str, path: str) -> None:
    booked = world.book(world.a_set())
    token = booked.answer["holder_token"]
    other_purpose = world.outside.keyring.sign(Purpose.PREFERENCES, booked.id.bytes)
    for header in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {token}",
        f"Bearer {token}x",
        f"Bearer {other_purpose}",
        "Bearer sk_setlist_x",
    ):
        answer = world.client.open(booked.path + path, method=method, headers={"Authorization": header})
        assert code(answer) == (401, "unauthenticated"), header
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_another_bookings_token_finds_no_booking(world: World, method: str, path: str) -> None:
    learning_set = world.a_set()
    mine, theirs = world.book(learning_set), world.book(learning_set, booker=BEN, people=[BEN])
    nobodys = f"/v1/bookings/{to_public(Prefix.BOOKING, new_id())}"
    for address in (theirs.path, nobodys, "/v1/bookings/booking_0", f"/v1/bookings/{to_public(Prefix.SET, mine.id)}"):
        answer = world.client.open(address + path, method=method, headers=mine.bearer)
        assert code(answer) == (404, "booking-not-found")


def test_the_dates_come_with_the_confirmation_and_are_those_of_the_letter(world: World) -> None:
    booked = world.book(world.a_set())
    address = f"{booked.path}/calendar.ics"
    assert code(world.client.get(address, headers=booked.bearer)) == (409, "booking-not-confirmed")
    world.pays(booked.session_id)
    world.settle()
    file = world.client.get(address, headers=booked.bearer)
    assert (file.status_code, file.mimetype) == (200, "text/calendar")
    assert file.headers["Cache-Control"] == "no-store"
    events = icalendar.Calendar.from_ical(file.data).walk("VEVENT")
    assert {str(event["URL"]) for event in events} == {"https://meet.example/leading"}
    public = world.client.get(f"/v1/sets/{booked.answer['set_id']}/calendar.ics")
    theirs = icalendar.Calendar.from_ical(public.data).walk("VEVENT")
    assert [event["UID"] for event in events] == [event["UID"] for event in theirs]


def test_staff_look_with_the_scope_for_it_and_change_nothing_with_it(world: World) -> None:
    booked = world.book(world.a_set())
    reader, writer = staff(world, Scope.BOOKINGS_READ), staff(world, Scope.BOOKINGS_WRITE)
    assert world.client.get(booked.path, headers=reader).status_code == 200
    stranger = world.client.get(booked.path, headers=staff(world, Scope.FINANCE_READ))
    assert code(stranger) == (403, "scope-missing")
    assert stranger.get_json()["scope"] == "bookings:read"
    assert code(world.client.post(f"{booked.path}/checkout", headers=reader)) == (403, "scope-missing")
    assert world.client.post(f"{booked.path}/checkout", headers=writer).status_code == 200
    unknown = f"/v1/bookings/{to_public(Prefix.BOOKING, new_id())}"
    assert code(world.client.get(unknown, headers=reader)) == (404, "booking-not-found")


def test_an_open_session_is_answered_again_and_extends_nothing(world: World) -> None:
    booked = world.book(world.a_set())
    for _ in range(3):
        world.passes(minutes=5)
        answer = checkout(world, booked).get_json()
        assert answer == {
            "checkout_url": booked.answer["checkout_url"],
            "held_until": booked.answer["held_until"],
        }
    assert len(world.sessions()) == 1


def test_a_fresh_session_extends_the_hold_once(world: World) -> None:
    booked = world.book(world.a_set())
    world.passes(minutes=40)
    answer = checkout(world, booked).get_json()
    assert session_at(answer["checkout_url"]) != booked.session_id
    held_until = world.row(booked).held_until
    assert held_until is not None
    assert timedelta(minutes=44) < held_until - world.outside.clock.now() <= timedelta(minutes=45)
    assert sorted(session["status"] for session in world.sessions()) == ["expired", "open"]
    world.passes(minutes=40)
    assert code(checkout(world, booked)) == (409, "hold-cannot-be-extended")
    world.passes(minutes=6)
    world.tick()
    assert world.status(booked) is BookingStatus.LAPSED


def test_who_gave_up_at_stripe_gets_a_fresh_session(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.ABANDON)
    world.settle()
    world.pays(world.reopen(booked))
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_who_was_declined_tries_again_on_the_same_page(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DECLINE)
    world.settle()
    assert world.reopen(booked) == booked.session_id
    world.pays(booked.session_id)
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_there_is_nothing_to_pay_once_it_is_paid_pending_lapsed_or_free(world: World) -> None:
    paid_set, free_set = world.a_set(), world.a_set(slug="free", price_minor=0)
    free = world.book(free_set, method="none")
    paid, pending, lapsed = (world.book(paid_set) for _ in range(3))
    world.pays(paid.session_id)
    world.pays(pending.session_id, Outcome.DELAY)
    world.settle()
    world.passes(minutes=46)
    world.tick()
    for booked in (free, paid, pending, lapsed):
        assert code(checkout(world, booked)) == (409, "not-awaiting-payment")


def test_a_payment_we_have_not_heard_of_yet_stops_a_second_one(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    world.passes(minutes=36)
    assert code(checkout(world, booked)) == (409, "not-awaiting-payment")
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert len(world.sessions()) == 1


def test_while_stripe_is_out_of_reach_the_holder_is_told_when_to_ask_again(world: World) -> None:
    world.breaks(Fault.DOWN)
    booked = world.book(world.a_set())
    answer = checkout(world, booked)
    assert code(answer) == (503, "payments-unavailable")
    assert int(answer.headers["Retry-After"]) >= 1
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT


def test_payment_check_confirms_what_no_webhook_told(world: World) -> None:
    booked = world.book(world.a_set())
    path = f"{booked.path}/payment-check"
    assert world.client.post(path, headers=booked.bearer).get_json()["status"] == "awaiting_payment"
    world.pays(booked.session_id)
    for _ in range(2):
        shown = world.client.post(path, headers=booked.bearer).get_json()
        assert (shown["status"], shown["held_until"]) == ("confirmed", None)
    world.settle()
    assert len(world.payments()) == 1


def test_payment_check_of_a_free_booking_asks_nobody(world: World) -> None:
    booked = world.book(world.a_set(price_minor=0), method="none")
    world.breaks(Fault.DOWN)
    assert world.client.post(f"{booked.path}/payment-check", headers=booked.bearer).get_json()["status"] == "confirmed"


def test_payment_check_without_stripe_says_so(world: World) -> None:
    booked = world.book(world.a_set())
    world.breaks(Fault.DOWN)
    answer = world.client.post(f"{booked.path}/payment-check", headers=booked.bearer)
    assert code(answer) == (503, "payments-unavailable")


def test_an_extension_that_an_outage_wasted_is_given_back(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.ABANDON)
    world.settle()
    world.breaks(Fault.DOWN)
    assert code(checkout(world, booked)) == (503, "payments-unavailable")
    world.passes(minutes=10)
    world.breaks(Fault.DOWN, 0)
    world.pays(world.reopen(booked))
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
