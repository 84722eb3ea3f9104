"""Booking on a page of our own: the API's own journey and validation, and every refusal in words, by its field."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from api import create_app
from api.sandbox.faults import Fault
from services.access.own_site import OWN_SITE
from services.bookings.models import Booking
from services.ids import Prefix, to_public
from services.newsletter.models import SignUpRequest
from services.people.words import IncomeBand
from services.sets.models import LearningSet
from services.sets.words import SetStatus
from tests.builders import BuiltSet, a_topic, a_wording
from tests.forms import typed
from tests.worlds import HOME, World

ADA, BEN = "ada@example.org", "ben@example.org"


def path(learning_set: BuiltSet) -> str:
    return f"/sets/{learning_set.slug}/book"


def form(world: World, learning_set: BuiltSet, **changes: str) -> MultiDict[str, str]:
    """The form as it is shown, filled in by Ada, who comes herself."""
    filled = typed(world.client.get(path(learning_set)).text)
    filled["terms"] = to_public(Prefix.TERMS, learning_set.terms_id)
    filled["ground_rules"] = to_public(Prefix.GROUND_RULES, learning_set.ground_rules_id)
    for name, value in ({"name": "Ada Obi", "email": ADA} | changes).items():
        filled[name] = value
    return filled


def send(world: World, learning_set: BuiltSet, filled: MultiDict[str, str]) -> TestResponse:
    return world.client.post(path(learning_set), data=filled)


def bookings(world: World) -> int:
    with world.database.reading() as session:
        return session.query(Booking).count()


def errors(answer: TestResponse) -> list[tuple[str, str]]:
    """Each sentence of the summary, with the field it leads to."""
    return re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', answer.text)


def test_a_paid_booking_leads_to_stripe_and_is_the_own_sites(world: World) -> None:
    answer = send(world, wanted := world.a_set(), form(world, wanted))
    assert (answer.status_code, bookings(world)) == (303, 1)
    assert "/pay/" in answer.headers["Location"]
    with world.database.reading() as session:
        assert session.query(Booking).one().site_id == OWN_SITE


def test_a_free_booking_leads_to_its_holder_page(world: World) -> None:
    answer = send(world, wanted := world.a_set(price_minor=0), form(world, wanted))
    assert answer.status_code == 303
    assert "Your booking is confirmed" in world.client.get(answer.headers["Location"]).text


def test_while_stripe_is_down_the_booking_stands_and_its_page_says_so(world: World) -> None:
    wanted = world.a_set()
    world.breaks(Fault.DOWN, 10)
    answer = send(world, wanted, form(world, wanted))
    assert (answer.status_code, bookings(world)) == (303, 1)
    assert answer.headers["Location"].startswith("/bookings/t/")


def test_the_price_chosen_declares_the_income(world: World) -> None:
    wanted = world.a_set(bands=[IncomeBand.UNDER_100K, IncomeBand.OVER_1M])
    filled = form(world, wanted, price=to_public(Prefix.PRICE, wanted.price_ids[1]))
    assert send(world, wanted, filled).status_code == 303
    with world.database.reading() as session:
        assert session.query(Booking).one().band is IncomeBand.OVER_1M


def test_people_are_added_and_removed_without_script(world: World) -> None:
    wanted = world.a_set()
    first = send(world, wanted, form(world, wanted, add="person"))
    filled = typed(first.text)
    assert (first.status_code, filled.getlist("person_name")) == (200, [""])
    filled["person_name"], filled["person_email"], filled["add"] = "Ben Okoro", BEN, "person"
    second = typed(send(world, wanted, filled).text)
    assert second.getlist("person_name") == ["Ben Okoro", ""]
    second["remove"] = "2"
    third = typed(send(world, wanted, second).text)
    assert (third.getlist("person_email"), third["name"], third["email"]) == ([BEN], "Ada Obi", ADA)
    assert bookings(world) == 0
    assert send(world, wanted, third).status_code == 303
    assert world.taken(wanted) == 2


def test_what_is_wrong_is_told_field_by_field_in_the_order_of_the_page(world: World) -> None:
    wanted = world.a_set(bands=[IncomeBand.UNDER_100K, IncomeBand.OVER_1M])
    filled = typed(world.client.get(path(wanted)).text)
    filled["email"], filled["person_name"], filled["person_email"] = "ada@", "", "ben@"
    answer = send(world, wanted, filled)
    assert answer.status_code == 422
    assert errors(answer) == [
        ("name", "Enter your name"),
        ("email", "Enter an e-mail address like name@example.org"),
        ("price", "Choose a price"),
        ("person-1-name", "Enter the name of person 1"),
        ("person-1-email", "Enter an e-mail address like name@example.org"),
        ("ground_rules", "Tick the box to accept the ground rules"),
        ("terms", "Tick the box to accept the booking terms"),
    ]
    assert 'value="ada@"' in answer.text
    for field, _ in errors(answer):
        assert f'id="{field}"' in answer.text


def test_somebody_must_come(world: World) -> None:
    wanted = world.a_set()
    filled = form(world, wanted)
    del filled["attending"]
    assert errors(send(world, wanted, filled)) == [
        ("people", "Say who is coming: tick the box, or add a person"),
    ]


def test_the_same_person_twice_is_told_at_the_second(world: World) -> None:
    wanted = world.a_set()
    filled = form(world, wanted, person_name="Ada again", person_email=ADA)
    assert [field for field, _ in errors(send(world, wanted, filled))] == ["person-1-email"]
    assert bookings(world) == 0


def test_a_set_that_filled_up_meanwhile_says_how_many_places_are_left(world: World) -> None:
    wanted = world.a_set(capacity=2)
    filled = form(world, wanted, person_name="Ben Okoro", person_email=BEN)
    world.book(wanted, people=["cleo@example.org"])
    answer = send(world, wanted, filled)
    assert answer.status_code == 409
    assert errors(answer) == [("people", "Only 1 place is left: take fewer people")]


def test_a_set_that_is_not_open_leads_to_its_page(world: World) -> None:
    wanted = world.a_set()
    filled = form(world, wanted)
    with world.database.writing() as session:
        session.get_one(LearningSet, wanted.id).status = SetStatus.CANCELLED
    assert world.client.get(path(wanted)).headers["Location"] == f"/sets/{wanted.slug}"
    assert send(world, wanted, filled).headers["Location"] == f"/sets/{wanted.slug}"


def test_the_same_form_sent_twice_is_one_booking(world: World) -> None:
    wanted = world.a_set()
    filled = form(world, wanted)
    first, second = send(world, wanted, filled), send(world, wanted, filled)
    assert first.headers["Location"] == second.headers["Location"]
    assert bookings(world) == 1


def before(world: World, key: str) -> TestResponse:
    return world.client.post("/sets/book/before", data={"key": key})


def test_whoever_knows_the_forms_key_is_led_to_its_booking_while_that_stands(world: World) -> None:
    wanted = world.a_set()
    filled = form(world, wanted)
    assert before(world, filled["key"]).status_code == 404
    send(world, wanted, filled)
    answer = before(world, filled["key"])
    assert answer.json is not None
    assert answer.json["status"] == "awaiting_payment"
    assert "We are keeping your booking" in world.client.get(answer.json["address"]).text
    world.passes(hours=2)
    world.tick()
    assert before(world, filled["key"]).status_code == 404


@pytest.mark.parametrize("key", ["", "no-such-key", "\0", "x" * 300])
def test_another_key_leads_to_no_booking(world: World, key: str) -> None:
    wanted = world.a_set()
    send(world, wanted, form(world, wanted))
    assert before(world, key).status_code in {400, 404, 422}


def test_an_edited_form_asks_before_it_books_again(world: World) -> None:
    wanted = world.a_set()
    filled = form(world, wanted)
    send(world, wanted, filled)
    filled["name"] = "Ada Obi-Larkin"
    answer = send(world, wanted, filled)
    assert "You have made a booking with this page already" in answer.text
    assert bookings(world) == 1
    assert send(world, wanted, typed(answer.text)).status_code == 303
    assert bookings(world) == 2


@pytest.mark.parametrize("token", [None, "forged"])
def test_a_form_without_its_token_is_shown_again_with_one(world: World, token: str | None) -> None:
    wanted = world.a_set()
    filled = form(world, wanted)
    filled.pop("form_token")
    if token is not None:
        filled["form_token"] = token
    answer = send(world, wanted, filled)
    assert (answer.status_code, bookings(world)) == (403, 0)
    assert send(world, wanted, typed(answer.text)).status_code == 303


def test_a_forged_proof_of_work_is_refused(world: World) -> None:
    wanted = world.a_set()
    assert send(world, wanted, form(world, wanted, proof_of_work="Zm9yZ2Vk")).status_code == 403
    assert bookings(world) == 0


def test_forms_without_work_are_few_from_one_network(world: World) -> None:
    """S26: by form, beside the limits by network, by address and for everybody together."""
    limited = world.outside.settings.model_copy(update={"limit_plain_forms_an_hour": 1})
    app = create_app(replace(world.outside, settings=limited), world.sandbox)
    wanted = world.a_set()
    first, second = form(world, wanted), form(world, wanted, email=BEN)
    assert app.test_client().post(path(wanted), data=first).status_code == 303
    answer = app.test_client().post(path(wanted), data=second)
    assert (answer.status_code, bookings(world)) == (429, 1)
    assert "Too many forms" in answer.text


def test_a_form_that_a_program_filled_in_books_nothing(world: World) -> None:
    wanted = world.a_set()
    answer = send(world, wanted, form(world, wanted, website="https://spam.example"))
    assert (answer.status_code, bookings(world)) == (422, 0)


def test_a_refused_form_may_be_corrected_and_sent(world: World) -> None:
    wanted = world.a_set(capacity=1)
    filled = form(world, wanted, person_name="Ben Okoro", person_email=BEN)
    assert send(world, wanted, filled).status_code == 422
    del filled["person_name"], filled["person_email"]
    assert send(world, wanted, filled).status_code == 303


def test_the_newsletter_is_asked_for_only_by_its_own_box(world: World) -> None:
    with world.database.writing() as session:
        a_topic(session)
        a_wording(session)
    wanted = world.a_set(price_minor=0)
    shown = form(world, wanted)
    assert "topics" not in shown
    send(world, wanted, shown)
    ticked = form(world, wanted, email=BEN, topics="news")
    send(world, wanted, ticked)
    with world.database.reading() as session:
        assert [request.email for request in session.query(SignUpRequest)] == [BEN]


def test_what_was_typed_is_shown_as_text(world: World) -> None:
    wanted = world.a_set()
    answer = send(world, wanted, form(world, wanted, name='"><script>alert(1)</script>', add="person"))
    assert "<script>alert" not in answer.text


def test_the_form_may_send_on_to_stripe_and_nowhere_else(world: World) -> None:
    policy = world.client.get(path(world.a_set())).headers["Content-Security-Policy"]
    assert f"form-action 'self' {world.outside.settings.stripe_checkout_origin};" in policy
    assert HOME not in policy
