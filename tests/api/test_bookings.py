"""Asking for places: what is answered, and what is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from api.sandbox.faults import Fault
from services.attention.words import AttentionKind
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.effects.models import Effect
from services.ids import Prefix, new_id, to_public
from services.mail.models import Letter, LetterKind
from services.people.models import Organisation, Person
from services.people.words import IncomeBand
from services.requests.models import IdempotentRequest
from services.sets.models import LearningSet, Price
from services.sets.words import SetStatus
from tests.builders import BuiltSet
from tests.form_proof import form_headers
from tests.recorded_sql import recorded_sql
from tests.worlds import ADA, HOME, SITE_KEY, SITE_ORIGIN, Booked, World, a_booking

BEN = "ben@example.org"


def refused(answer: TestResponse) -> tuple[int, str, list[str]]:
    """Status, code and pointers of a refusal, each pointer once."""
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = answer.get_json()
    assert body["status"] == answer.status_code
    pointers = dict.fromkeys(each["pointer"] for each in body.get("errors", ()))
    return answer.status_code, body["type"].removeprefix("/problems/"), list(pointers)


def rows(world: World) -> dict[str, int]:
    """How much there is of everything that a booking writes."""
    written = (Booking, Person, Organisation, Letter, Effect, IdempotentRequest)
    with world.database.reading() as session:
        return {each.__tablename__: session.scalar(select(func.count()).select_from(each)) or 0 for each in written}


def test_a_free_booking_is_confirmed_at_once(world: World) -> None:
    learning_set = world.a_set(price_minor=0)
    answer = world.ask(learning_set, a_booking(learning_set, method="none"))
    assert answer.status_code == 201
    body = answer.get_json()
    assert (body["status"], body["held_until"], body["checkout_url"]) == ("confirmed", None, None)
    assert body["total"] == {"amount_minor": 0, "currency": "GBP"}
    assert answer.headers["Location"] == f"/v1/bookings/{body['id']}"
    assert answer.headers["Cache-Control"] == "no-store"
    assert body["manage_url"] == f"{HOME}/bookings/t/{body['holder_token']}"
    assert world.letters() == [LetterKind.BOOKING_CONFIRMED]


def test_a_card_booking_holds_its_places_and_says_where_to_pay(world: World) -> None:
    learning_set = world.a_set()
    booked = world.book(learning_set, people=(ADA, BEN))
    assert booked.answer["status"] == "awaiting_payment"
    assert booked.answer["total"] == {"amount_minor": 36000, "currency": "GBP"}
    assert [each["name"] for each in booked.answer["enrolments"]] == ["Ada", "Ben"]
    assert world.row(booked).held_until == world.row(booked).created_at + timedelta(minutes=45)
    assert world.taken(learning_set) == 2
    [session] = world.sessions()
    assert booked.session_id == session["id"]
    assert (session["amount_total"], session["currency"]) == (36000, "gbp")


def test_stripe_is_told_ids_and_codes_and_never_a_name(world: World) -> None:
    booked = world.book(world.a_set())
    [session] = world.sessions()
    assert session["metadata"]["booking"] == booked.answer["id"]
    assert set(session["metadata"]) == {"booking", "attempt", "set", "nominal_code", "cost_centre", "vat_code"}
    assert "Ada" not in str(session)
    assert ADA not in str(session)


@pytest.mark.parametrize(("price_minor", "method", "most"), [(0, "none", 17), (18000, "card", 17)])
def test_a_booking_asks_the_database_only_for_what_it_needs(
    world: World, price_minor: int, method: str, most: int
) -> None:
    learning_set = world.a_set(price_minor=price_minor)
    with recorded_sql(world.database) as statements:
        world.book(learning_set, method=method)
    asked = [each for each in statements if not each.startswith(("PRAGMA", "BEGIN"))]
    assert len(asked) <= most, "\n".join(asked)


def test_without_stripe_the_booking_stands_and_can_be_paid_later(world: World) -> None:
    world.breaks(Fault.DOWN)
    booked = world.book(world.a_set())
    assert booked.answer["checkout_url"] is None
    assert booked.answer["held_until"] is not None
    world.breaks(Fault.DOWN, 0)
    world.pays(world.reopen(booked))
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED


def test_the_price_is_ours_whatever_is_sent(world: World) -> None:
    learning_set = world.a_set()
    body = a_booking(learning_set)
    for extra in ("amount", "amount_minor", "currency", "total", "price", "places", "status"):
        assert refused(world.ask(learning_set, body | {extra: 1})) == (422, "invalid-request", [f"/{extra}"])
    before = rows(world)
    assert before["bookings"] == 0


def test_the_price_is_frozen_when_the_booking_is_made(world: World) -> None:
    learning_set = world.a_set()
    booked = world.book(learning_set)
    with world.database.writing() as session:
        session.get_one(Price, learning_set.price_id).gross_minor = 99000
    world.pays(booked.session_id)
    world.settle()
    assert world.status(booked) is BookingStatus.CONFIRMED
    assert [payment.amount_minor for payment in world.payments()] == [18000]


def test_a_price_with_a_band_is_for_organisations_of_that_income(world: World) -> None:
    learning_set = world.a_set(bands=(IncomeBand.UNDER_100K, IncomeBand.OVER_1M))
    small = {"name": "Larkfield Trust", "income_band": "under_100k", "charity_number": "1234567"}
    booker = {"name": "Ada", "email": ADA}
    body = a_booking(learning_set) | {"booker": booker | {"organisation": small}}
    assert world.ask(learning_set, body).status_code == 201
    pointer = "/booker/organisation/income_band"
    for organisation in (None, {"income_band": None}, {"income_band": "100k_to_1m"}, {"income_band": "over_1m"}):
        body = a_booking(learning_set) | {"booker": booker | {"organisation": organisation}}
        assert refused(world.ask(learning_set, body)) == (422, "price-not-available", [pointer])


def test_a_price_that_is_not_this_sets_or_not_now_or_not_payable_that_way_is_refused(world: World) -> None:
    learning_set, other = world.a_set(), world.a_set(slug="other", price_minor=0)
    now = world.outside.clock.now()
    theirs = to_public(Prefix.PRICE, other.price_id)
    unknown = to_public(Prefix.PRICE, new_id())
    for changes, pointer in (
        ({"price_id": theirs}, "/price_id"),
        ({"price_id": unknown}, "/price_id"),
        ({"payment_method": "none"}, "/payment_method"),
    ):
        answer = world.ask(learning_set, a_booking(learning_set) | changes)
        assert refused(answer) == (422, "price-not-available", [pointer])
    with world.database.writing() as session:
        session.get_one(Price, learning_set.price_id).valid_until = now
    assert refused(world.ask(learning_set)) == (422, "price-not-available", ["/price_id"])


def test_a_free_place_is_not_paid_for_by_card(world: World) -> None:
    learning_set = world.a_set(price_minor=0)
    answer = world.ask(learning_set, a_booking(learning_set, method="card"))
    assert refused(answer) == (422, "price-not-available", ["/payment_method"])


def test_only_the_terms_and_ground_rules_in_force_are_accepted(world: World) -> None:
    learning_set = world.a_set()
    accepted = a_booking(learning_set)["accepted"]
    for changes in (
        {"terms": None},
        {"ground_rules": None},
        {"terms": to_public(Prefix.TERMS, new_id())},
    ):
        answer = world.ask(learning_set, a_booking(learning_set, accepted=accepted | changes))
        assert refused(answer)[:2] == (409, "terms-out-of-date")
        assert answer.get_json()["in_force"] == accepted


@pytest.mark.parametrize("status", [SetStatus.RUNNING, SetStatus.CANCELLED])
def test_a_set_that_takes_no_bookings_says_so(world: World, status: SetStatus) -> None:
    assert refused(world.ask(world.a_set(status=status))) == (409, "enrolment-closed", [])


def test_enrolment_opens_and_closes_when_the_set_says(world: World) -> None:
    learning_set, now = world.a_set(), world.outside.clock.now()

    def between(opens_at: timedelta, closes_at: timedelta) -> int:
        with world.database.writing() as session:
            row = session.get_one(LearningSet, learning_set.id)
            row.enrolment_opens_at, row.enrolment_closes_at = now + opens_at, now + closes_at
        return world.ask(learning_set).status_code

    day = timedelta(days=1)
    assert between(day, 2 * day) == 409
    assert between(-2 * day, -day) == 409
    assert between(-day, day) == 201


def test_a_set_nobody_knows_is_not_found(world: World) -> None:
    assert refused(world.ask(world.a_set(status=SetStatus.DRAFT))) == (404, "set-not-found", [])


def test_a_set_is_booked_by_its_slug_too(world: World) -> None:
    learning_set = world.a_set()
    headers = {"X-Site-Key": "pk_setlist_larkfield", "Idempotency-Key": "by-slug"}
    answer = world.client.post(f"/v1/sets/{learning_set.slug}/bookings", json=a_booking(learning_set), headers=headers)
    assert answer.status_code == 201


def test_more_people_than_the_set_ever_holds_are_too_many(world: World) -> None:
    learning_set = world.a_set(capacity=1)
    answer = world.ask(learning_set, a_booking(learning_set, people=(ADA, BEN)))
    assert refused(answer) == (422, "too-many-places", [])
    assert answer.get_json()["capacity"] == 1


def test_more_people_than_there_are_places_left_find_the_set_full(world: World) -> None:
    learning_set = world.a_set(capacity=2)
    world.book(learning_set)
    answer = world.ask(learning_set, a_booking(learning_set, booker=BEN, people=(BEN, "cleo@example.org")))
    assert refused(answer) == (409, "set-full", [])
    assert answer.get_json()["set_id"] == to_public(Prefix.SET, learning_set.id)
    assert world.taken(learning_set) == 1


def test_nothing_is_written_for_a_booking_that_is_refused(world: World) -> None:
    learning_set = world.a_set(capacity=1)
    world.book(learning_set)
    before = rows(world)
    body = a_booking(learning_set, booker=BEN, people=[BEN])
    for changes in ({}, {"accepted": {"terms": None, "ground_rules": None}}, {"payment_method": "none"}):
        assert world.ask(learning_set, body | changes).status_code in {409, 422}
    assert rows(world) == before


def test_the_same_person_is_named_once_in_a_booking(world: World) -> None:
    learning_set = world.a_set()
    answer = world.ask(learning_set, a_booking(learning_set, people=(ADA, BEN, "ADA@example.org")))
    assert refused(answer) == (422, "invalid-request", ["/participants/2/email"])


def test_a_second_booking_of_the_same_person_is_made_and_put_before_staff(world: World) -> None:
    learning_set = world.a_set()
    first, second = world.book(learning_set), world.book(learning_set)
    assert first.answer.keys() == second.answer.keys()
    assert world.taken(learning_set) == 2
    assert world.attention() == [AttentionKind.DUPLICATE_ENROLMENT]


def test_a_payer_returns_only_to_the_site_they_came_from(world: World) -> None:
    learning_set = world.a_set()
    for foreign in (
        "https://evil.example/thanks",
        "http://larkfield.example/thanks",
        "https://larkfield.example:8443/thanks",
        "https://larkfield.example.evil.example/",
        "https://larkfield.example@evil.example/",
        "https://ada:secret@larkfield.example/",
        "//larkfield.example/thanks",
        "/thanks",
        "javascript:alert(1)",
        "https://[::1",
        "https://larkfield.example\\@evil.example/",
        "https://larkfield.example/\r\nX-Evil: 1",
        "https://larkfield.example/\x00",
    ):
        answer = world.ask(learning_set, a_booking(learning_set, return_url=foreign))
        assert refused(answer) == (422, "invalid-request", ["/return_url"]), foreign
    thanks = f"{SITE_ORIGIN}/thanks?booking=1"
    world.book(learning_set, return_url=thanks)
    [session] = world.sessions()
    assert (session["success_url"], session["cancel_url"]) == (thanks, thanks)


def test_without_a_return_url_the_payer_comes_back_to_the_holders_page(world: World) -> None:
    booked = world.book(world.a_set())
    for address in (world.sessions()[0]["success_url"], world.sessions()[0]["cancel_url"]):
        assert address.partition("?")[0] == booked.answer["manage_url"]


def test_a_name_or_address_that_would_break_a_letter_is_refused(world: World) -> None:
    learning_set = world.a_set()
    for evil in (
        "Ada\nBcc: all@example.org",
        "Ada\rObi",
        "Ada\x00",
        "Ada\u2028Obi",
        "Ada\u202eObi",
        "Ada\u0085Obi",
        " ",
        "",
        "x" * 121,
        None,
        7,
    ):
        body = a_booking(learning_set) | {"booker": {"name": evil, "email": ADA}}
        assert refused(world.ask(learning_set, body)) == (422, "invalid-request", ["/booker/name"]), repr(evil)
    for evil in (
        "ada@example.org\nBcc: b@example.org",
        "ada\x00@example.org",
        "ada",
        "a@b@c",
        "å@example.org",
        "",
        None,
    ):
        body = a_booking(learning_set) | {"participants": [{"name": "Ada", "email": evil}]}
        assert refused(world.ask(learning_set, body)) == (422, "invalid-request", ["/participants/0/email"]), repr(evil)


def test_what_must_be_there_is_asked_for(world: World) -> None:
    learning_set = world.a_set()
    whole = a_booking(learning_set)
    for field in ("price_id", "payment_method", "booker", "participants", "accepted"):
        body = {name: value for name, value in whole.items() if name != field}
        assert refused(world.ask(learning_set, body)) == (422, "invalid-request", [f"/{field}"])
    assert refused(world.ask(learning_set, whole | {"participants": []}))[2] == ["/participants"]
    assert refused(world.ask(learning_set, whole | {"accepted": {}}))[2] == [
        "/accepted/terms",
        "/accepted/ground_rules",
    ]


def test_what_is_not_built_yet_takes_absence_or_null_and_nothing_else(world: World) -> None:
    learning_set = world.a_set()
    for field, value in {
        "discount_code": "EARLY",
        "purchase_order": "PO-1",
        "when_full": "waiting_list",
        "payment_method": "invoice",
    }.items():
        answer = world.ask(learning_set, a_booking(learning_set, **{}) | {field: value})
        assert refused(answer) == (422, "invalid-request", [f"/{field}"])
    answered = {"participants": [{"name": "Ada", "email": ADA, "answers": {"role": "chair"}}]}
    answer = world.ask(learning_set, a_booking(learning_set) | answered)
    assert refused(answer) == (422, "invalid-request", ["/participants/0/answers/role"])
    absent = {"discount_code": None, "purchase_order": None, "when_full": None, "newsletter": None, "return_url": None}
    assert world.ask(learning_set, a_booking(learning_set) | absent).status_code == 201


def test_only_a_site_may_book(world: World) -> None:
    learning_set = world.a_set()
    for key in ("", "pk_setlist_other", "sk_setlist_x"):
        answer = world.ask(learning_set, X_Site_Key=key)
        assert refused(answer) == (401, "unauthenticated", [])
        assert answer.headers["WWW-Authenticate"] == 'SiteKey header="X-Site-Key"'
    assert refused(world.ask(learning_set, Origin="https://evil.example")) == (403, "origin-not-allowed", [])
    assert world.ask(learning_set, **form_headers(world.client, SITE_KEY, SITE_ORIGIN)).status_code == 201


def test_a_set_is_as_full_as_its_last_place(world: World) -> None:
    learning_set: BuiltSet = world.a_set(capacity=2)
    last: list[Booked] = [world.book(learning_set, booker=who, people=[who]) for who in (ADA, BEN)]
    assert [world.status(booked) for booked in last] == [BookingStatus.AWAITING_PAYMENT] * 2
    assert world.client.get(f"/v1/sets/{learning_set.slug}").get_json()["enrolment_status"] == "full"
