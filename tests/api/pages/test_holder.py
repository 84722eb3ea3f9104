"""The holder's page: the truth about one booking, to whoever has its address, with or without script."""

from __future__ import annotations

import re

from werkzeug.test import TestResponse

from api.sandbox.faults import Fault
from api.sandbox.stripe.outcomes import Outcome
from services.bookings.words import BookingStatus
from services.ids import Prefix, to_public
from services.tokens import Purpose
from tests.worlds import ADA, HOME, Booked, World, session_at

BEN = "ben@example.org"


def show(world: World, booked: Booked) -> str:
    answer = world.client.get(booked.page)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    return answer.text


def press(world: World, booked: Booked, label: str) -> TestResponse:
    """Submit the form whose button says this, as a browser without script does."""
    forms = re.findall(
        r'<form method="post" action="([^"]+)"[^>]*>.*?<button[^>]*>(.*?)</button>', show(world, booked), re.S
    )
    [action] = [action for action, button in forms if label in button]
    return world.client.post(action)


def buttons(page: str) -> list[str]:
    return re.findall(r"<button[^>]*>(.*?)</button>", page, re.S)


def test_a_booking_that_waits_for_payment_can_be_paid_and_checked(world: World) -> None:
    page = show(world, booked := world.book(world.a_set(), people=(ADA, BEN)))
    assert "We are keeping your booking while you pay" in page
    assert "£360" in page
    assert "Ada" in page
    assert "Ben" in page
    assert to_public(Prefix.BOOKING, booked.id) in page
    assert len(buttons(page)) == 2


def test_pay_leads_to_stripe(world: World) -> None:
    booked = world.book(world.a_set())
    answer = press(world, booked, "Pay now")
    assert answer.status_code == 303
    assert session_at(answer.headers["Location"]) == booked.session_id


def test_check_confirms_what_was_paid(world: World) -> None:
    booked = world.book(world.a_set())
    assert "No payment has arrived yet" in press(world, booked, "check now").text
    world.pays(booked.session_id)
    answer = press(world, booked, "check now")
    assert (answer.status_code, answer.headers["Location"]) == (303, booked.page)
    assert "Your booking is confirmed" in show(world, booked)


def test_looking_at_the_page_changes_nothing(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id)
    show(world, booked)
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT
    for action in ("/pay", "/check"):
        assert world.client.get(booked.page + action).status_code == 405


def test_a_confirmed_booking_has_its_dates_and_nothing_to_press(world: World) -> None:
    booked = world.book(world.a_set(price_minor=0), method="none")
    page = show(world, booked)
    assert "Your booking is confirmed" in page
    assert "Monday 1 March 2100" in page
    assert "<dt>Where</dt><dd>Online</dd>" in page
    assert "The link to join is in the calendar file" in page
    assert "meet.example" not in page
    assert buttons(page) == []
    calendar = world.client.get(f"{booked.page}/calendar.ics")
    assert calendar.mimetype == "text/calendar"
    assert b"https://meet.example/leading" in calendar.data.replace(b"\r\n ", b"")


def test_before_it_is_confirmed_there_is_neither_calendar_nor_joining_link(world: World) -> None:
    booked = world.book(world.a_set())
    assert world.client.get(f"{booked.page}/calendar.ics").status_code == 404
    assert "calendar.ics" not in show(world, booked)
    assert "link to join" not in show(world, booked)
    assert "meet.example" not in show(world, booked)


def test_a_payment_on_its_way_is_not_asked_for_again(world: World) -> None:
    booked = world.book(world.a_set())
    world.pays(booked.session_id, Outcome.DELAY)
    world.settle()
    page = show(world, booked)
    assert "Your bank is still sending the money" in page
    assert "Pay now" not in page
    assert "nothing to pay" in world.client.post(f"{booked.page}/pay").text


def test_a_lapsed_booking_says_so(world: World) -> None:
    booked = world.book(world.a_set())
    world.passes(minutes=46)
    world.tick()
    page = show(world, booked)
    assert "This booking has lapsed" in page
    assert buttons(page) == []


def test_a_hold_is_extended_once_and_the_page_says_why_not_again(world: World) -> None:
    booked = world.book(world.a_set())
    world.passes(minutes=40)
    assert press(world, booked, "Pay now").status_code == 303
    world.passes(minutes=40)
    assert "extended once already" in press(world, booked, "Pay now").text


def test_without_stripe_the_page_says_that_the_places_stay_held(world: World) -> None:
    world.breaks(Fault.DOWN)
    booked = world.book(world.a_set())
    assert "Your places stay held" in press(world, booked, "Pay now").text
    assert world.status(booked) is BookingStatus.AWAITING_PAYMENT


def test_the_pages_address_is_kept_secret(world: World) -> None:
    booked = world.book(world.a_set())
    headers = world.client.get(booked.page).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "Set-Cookie" not in headers


def test_only_the_bookings_own_token_opens_it(world: World) -> None:
    booked = world.book(world.a_set())
    keyring, token = world.outside.keyring, booked.answer["holder_token"]
    nobodys = keyring.sign(Purpose.HOLDER, b"\x00" * 16)
    preferences = keyring.sign(Purpose.PREFERENCES, booked.id.bytes)
    for forged in (token[:-1], f"{token}A", nobodys, preferences, booked.answer["id"], "x"):
        for method, action in (("GET", ""), ("POST", "/pay"), ("POST", "/check"), ("GET", "/calendar.ics")):
            assert world.client.open(f"/bookings/t/{forged}{action}", method=method).status_code == 404


def test_names_are_shown_and_never_run(world: World) -> None:
    learning_set = world.a_set()
    evil = "<script>alert(1)</script>"
    booked = world.book(learning_set, participants=[{"name": evil, "email": ADA}])
    page = show(world, booked)
    assert evil not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_letters_and_stripe_lead_to_the_page(world: World) -> None:
    booked = world.book(world.a_set())
    assert booked.answer["manage_url"].startswith(f"{HOME}/bookings/t/")
    assert world.sessions()[0]["cancel_url"] == booked.answer["manage_url"]
