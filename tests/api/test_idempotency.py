"""One key, one effect, one answer (I9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, update

from api.sandbox.faults import Fault
from services.bookings.words import BookingStatus
from services.journeys.forget_requests import forget_requests
from services.requests.models import IdempotentRequest
from tests.builders import a_site
from tests.worlds import ADA, Booked, World, a_booking

SITE_B = "pk_setlist_other"


def code(answer: object) -> str:
    return str(answer.get_json()["type"]).removeprefix("/problems/")  # type: ignore[attr-defined]


def die_before_the_answer(world: World, started: timedelta) -> None:
    """Set the request back to where a process that died after the hold would have left it."""
    now = world.outside.clock.now()
    with world.database.writing() as session:
        session.execute(
            update(IdempotentRequest).values(
                result=None,
                finished_at=None,
                started_at=now - started,
                lease_until=now - started + timedelta(seconds=30),
            )
        )


def test_a_booking_without_a_key_is_refused(world: World) -> None:
    learning_set = world.a_set()
    answer = world.client.post(
        f"/v1/sets/{learning_set.slug}/bookings",
        json=a_booking(learning_set),
        headers={"X-Site-Key": "pk_setlist_larkfield"},
    )
    assert (answer.status_code, code(answer)) == (400, "idempotency-key-missing")


@pytest.mark.parametrize("key", ['"', '""', '"a', "a b", 'a"b', "é", '"a"b"', "x" * 256, f'"{"x" * 256}"', '"a\\b"'])
def test_a_malformed_key_is_refused(world: World, key: str) -> None:
    answer = world.ask(world.a_set(), key=key)
    assert (answer.status_code, code(answer)) == (400, "idempotency-key-malformed")


def test_a_repeat_has_the_same_bytes_and_no_second_effect(world: World) -> None:
    learning_set = world.a_set()
    first, again = world.ask(learning_set, key="one"), world.ask(learning_set, key="one")
    assert again.status_code == first.status_code == 201
    assert again.data == first.data
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.taken(learning_set) == 1
    assert len(world.sessions()) == 1


def test_a_repeat_after_the_booking_moved_on_is_still_the_first_answer(world: World) -> None:
    learning_set = world.a_set()
    first = world.ask(learning_set, key="one")
    world.pays(Booked(first.get_json()).session_id)
    world.settle()
    assert world.ask(learning_set, key="one").data == first.data


def test_a_key_is_the_same_quoted_and_bare(world: World) -> None:
    learning_set = world.a_set()
    first = world.ask(learning_set, key="8e03978e-40d5")
    again = world.ask(learning_set, key='"8e03978e-40d5"')
    assert again.data == first.data
    escaped = world.ask(learning_set, key=r'"a\"b"')
    assert world.ask(learning_set, key=r'"a\"b"').data == escaped.data
    assert escaped.data != first.data


def test_the_same_content_in_another_order_is_the_same_request(world: World) -> None:
    learning_set = world.a_set()
    body = a_booking(learning_set)
    first = world.ask(learning_set, body, key="one")
    again = world.ask(learning_set, dict(reversed(body.items())) | {"discount_code": None}, key="one")
    assert again.data == first.data


def test_a_key_is_for_one_body(world: World) -> None:
    learning_set = world.a_set()
    world.ask(learning_set, key="one")
    answer = world.ask(learning_set, a_booking(learning_set, people=["ben@example.org"]), key="one")
    assert (answer.status_code, code(answer)) == (422, "idempotency-key-reused")


def test_a_key_is_for_one_set(world: World) -> None:
    first, second = world.a_set(slug="first"), world.a_set(slug="second")
    world.ask(first, a_booking(first), key="one")
    answer = world.ask(second, a_booking(first), key="one")
    assert (answer.status_code, code(answer)) == (422, "idempotency-key-reused")


def test_each_site_has_keys_of_its_own(world: World) -> None:
    with world.database.writing() as session:
        a_site(session, publishable_key=SITE_B)
    learning_set = world.a_set()
    first = world.ask(learning_set, key="one")
    other = world.ask(learning_set, key="one", X_Site_Key=SITE_B)
    assert other.status_code == 201
    assert other.get_json()["id"] != first.get_json()["id"]


def test_while_the_first_runs_a_repeat_is_told_to_wait(world: World) -> None:
    learning_set = world.a_set()
    world.ask(learning_set, key="one")
    die_before_the_answer(world, started=timedelta(seconds=5))
    answer = world.ask(learning_set, key="one")
    assert (answer.status_code, code(answer)) == (409, "request-in-progress")
    assert answer.headers["Retry-After"] == "1"
    world.passes(seconds=30)
    assert world.ask(learning_set, key="one").status_code == 201


def test_after_a_crash_the_repeat_finds_the_same_booking_and_the_same_session(world: World) -> None:
    world.breaks(Fault.APPLY_THEN_HANG)
    learning_set = world.a_set()
    first = world.ask(learning_set, key="one").get_json()
    die_before_the_answer(world, started=timedelta(minutes=1))
    again = world.ask(learning_set, key="one")
    booked = Booked(again.get_json())
    assert booked.answer["id"] == first["id"]
    [session] = world.sessions()
    assert booked.session_id == session["id"]
    assert "Idempotent-Replayed" not in again.headers
    assert world.taken(learning_set) == 1


def test_after_a_crash_and_a_lapse_the_repeat_tells_the_truth(world: World) -> None:
    learning_set = world.a_set()
    world.ask(learning_set, key="one")
    die_before_the_answer(world, started=timedelta(minutes=1))
    world.passes(minutes=46)
    world.tick()
    answer = world.ask(learning_set, key="one").get_json()
    assert (answer["status"], answer["held_until"]) == (BookingStatus.LAPSED, None)


def test_a_refusal_is_not_remembered(world: World) -> None:
    learning_set = world.a_set(capacity=1)
    holding = world.book(learning_set)
    body = a_booking(learning_set, booker="ben@example.org", people=["ben@example.org"])
    assert world.ask(learning_set, body, key="one").status_code == 409
    world.passes(minutes=46)
    world.tick()
    assert world.status(holding) is BookingStatus.LAPSED
    assert world.ask(learning_set, body, key="one").status_code == 201


def test_a_week_later_the_key_is_a_new_request(world: World) -> None:
    learning_set = world.a_set(price_minor=0)
    body = a_booking(learning_set, method="none", people=[ADA])
    first = world.ask(learning_set, body, key="one").get_json()
    world.passes(days=7)
    later = world.ask(learning_set, body, key="one").get_json()
    assert later["id"] != first["id"]


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_a_key_whose_answer_is_forgotten_at_that_moment_is_asked_for_again(world: World) -> None:
    """On SQLite whoever forgets waits for whoever asks."""
    learning_set = world.a_set(price_minor=0)
    body = a_booking(learning_set, method="none", people=[ADA])
    world.ask(learning_set, body, key="one")
    world.passes(days=7)

    def forget(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO idempotent_requests"):
            forget_requests(world.outside)

    event.listen(world.database.engine, "after_cursor_execute", forget)
    try:
        asked = [world.ask(learning_set, body, key="one") for _ in range(2)]
    finally:
        event.remove(world.database.engine, "after_cursor_execute", forget)
    assert [answer.status_code for answer in asked] == [409, 201]
    assert asked[0].headers["Retry-After"] == "1"


def test_the_stored_answer_holds_no_secret(world: World) -> None:
    answer = world.ask(world.a_set(), key="one").get_json()
    with world.database.reading() as session:
        stored = session.query(IdempotentRequest).one().result
    assert answer["holder_token"] not in str(stored)
