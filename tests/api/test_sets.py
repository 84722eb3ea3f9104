"""The catalogue, as anybody may see it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import icalendar
import pytest
from werkzeug.test import TestResponse

from services.bookings import places
from services.ids import Prefix, to_public
from services.people.words import IncomeBand
from services.sets.models import LearningSet
from services.sets.words import SetFormat, SetStatus
from tests.builders import BuiltSet
from tests.recorded_sql import recorded_sql
from tests.worlds import HOME, World

STATUSES = ("open", "full", "closed", "cancelled")


def get(world: World, path: str, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.client.get(path, headers=named)


def shown(world: World, query: str = "") -> list[dict[str, Any]]:
    answer = get(world, f"/v1/sets{query}")
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.get_json()["data"]
    return data


def slugs(world: World, query: str = "") -> list[str]:
    return [each["slug"] for each in shown(world, query)]


def change(world: World, learning_set: BuiltSet, **values: Any) -> None:
    with world.database.writing() as session:
        row = session.get_one(LearningSet, learning_set.id)
        for name, value in values.items():
            setattr(row, name, value)


def test_a_set_is_found_by_id_and_by_slug(world: World) -> None:
    built = world.a_set()
    by_id = get(world, f"/v1/sets/{to_public(Prefix.SET, built.id)}")
    by_slug = get(world, f"/v1/sets/{built.slug}")
    assert by_id.status_code == 200
    assert by_id.data == by_slug.data


def test_a_set_says_what_a_visitor_needs(world: World) -> None:
    bands = (IncomeBand.OVER_1M, IncomeBand.UNDER_100K)
    built = world.a_set(bands=bands, capacity=6, sessions=2)
    found = get(world, f"/v1/sets/{built.slug}").get_json()
    assert (found["capacity"], found["places_left"], found["enrolment_status"]) == (6, 6, "open")
    assert found["description_html"] == "<p>Bring <strong>one question</strong> you cannot answer alone.</p>\n"
    assert [session["number"] for session in found["sessions"]] == [1, 2]
    assert found["sessions"][0]["starts_at"] == "2100-03-01T09:30:00Z"
    assert {price["band"] for price in found["prices"]} == set(bands)
    assert found["prices"][0]["amount"] == {"amount_minor": 18000, "currency": "GBP"}
    assert found["prices"][0]["vat"] == {"code": "S20", "rate_percent": "20"}
    assert found["terms"]["id"] == to_public(Prefix.TERMS, built.terms_id)
    assert found["ground_rules"]["text_html"] == "<p>What is said here stays here.</p>\n"


def test_the_joining_link_is_nobodys_business(world: World) -> None:
    built = world.a_set()
    for path in ("/v1/sets", f"/v1/sets/{built.slug}"):
        answer = get(world, path)
        assert "meet.example" not in answer.text
        assert "joining_link" not in answer.text


@pytest.mark.parametrize("status", [SetStatus.DRAFT, SetStatus.COMPLETED])
def test_a_set_that_is_not_published_is_not_there(world: World, status: SetStatus) -> None:
    built = world.a_set(status=status)
    assert slugs(world) == []
    answer = get(world, f"/v1/sets/{built.slug}")
    assert (answer.status_code, answer.get_json()["type"]) == (404, "/problems/set-not-found")
    assert answer.content_type == "application/problem+json"


def test_an_id_of_something_else_names_no_set(world: World) -> None:
    built = world.a_set()
    for reference in (to_public(Prefix.PRICE, built.id), to_public(Prefix.SET, built.price_id), "set_0", "nothing"):
        assert get(world, f"/v1/sets/{reference}").status_code == 404


def test_sets_are_listed_by_their_first_session(world: World) -> None:
    world.a_set(slug="later")
    sooner = world.a_set(slug="sooner")
    change(world, sooner, starts_at=world.outside.clock.now() + timedelta(days=30))
    assert slugs(world) == ["sooner", "later"]


def test_the_filters_leave_what_they_name(world: World) -> None:
    world.a_set(slug="leading")
    campaigning = world.a_set(slug="campaigning")
    now = world.outside.clock.now()
    change(world, campaigning, theme="campaigning", format=SetFormat.IN_PERSON, starts_at=now + timedelta(days=30))
    assert slugs(world, "?theme=campaigning") == ["campaigning"]
    assert slugs(world, "?format=online") == ["leading"]
    assert slugs(world, "?starts_after=2099-01-01T00:00:00Z") == ["leading"]
    assert slugs(world, "?theme=campaigning&format=online") == []


def test_a_filter_that_means_nothing_is_refused(world: World) -> None:
    """S30: a page has at most 100, among others."""
    for query, pointer in {
        "?format=carrier_pigeon": "/format",
        "?enrolment_status=maybe": "/enrolment_status",
        "?starts_after=tomorrow": "/starts_after",
        "?limit=101": "/limit",
        "?limit=0": "/limit",
        "?sort=price": "/sort",
    }.items():
        answer = get(world, f"/v1/sets{query}")
        assert answer.status_code == 422, query
        assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]


def test_the_filter_by_enrolment_status_agrees_with_what_each_set_says(world: World) -> None:
    now = world.outside.clock.now()
    hour = timedelta(hours=1)
    variants: dict[str, dict[str, Any]] = {
        "open": {},
        "full": {"taken": 6},
        "cancelled": {"status": SetStatus.CANCELLED},
        "cancelled-and-full": {"status": SetStatus.CANCELLED, "taken": 6},
        "running": {"status": SetStatus.RUNNING},
        "not-opened": {"enrolment_opens_at": now + hour},
        "opened": {"enrolment_opens_at": now - hour},
        "closed": {"enrolment_closes_at": now - hour},
        "not-closed": {"enrolment_closes_at": now + hour},
        "begun": {"starts_at": now - hour},
        "begun-but-open": {"starts_at": now - hour, "enrolment_closes_at": now + hour},
        "closed-and-full": {"enrolment_closes_at": now - hour, "taken": 6},
    }
    for slug, values in variants.items():
        change(world, world.a_set(slug=slug), **values)
    said = {each["slug"]: each["enrolment_status"] for each in shown(world)}
    filtered = {slug: status for status in STATUSES for slug in slugs(world, f"?enrolment_status={status}")}
    assert filtered == said
    assert said["begun-but-open"] == said["opened"] == "open"
    assert said["running"] == said["begun"] == said["closed-and-full"] == "closed"
    assert slugs(world, "?enrolment_status=waiting_list") == []
    for slug in ("full", "cancelled-and-full", "closed-and-full"):
        with world.database.writing() as session:  # nobody holds these places: the promises would not hold
            row = session.query(LearningSet).filter_by(slug=slug).one()
            places.release(session, row.id, 6)


def test_pages_follow_one_another_without_gap_or_repetition(world: World) -> None:
    for number in range(5):
        world.a_set(slug=f"set-{number}")
    seen, path = [], "/v1/sets?limit=2&theme=leadership"
    while path:
        answer = get(world, path)
        body = answer.get_json()
        seen += [each["slug"] for each in body["data"]]
        link = re.fullmatch(rf'<{HOME}(/v1/sets\?[^>]+)>; rel="next"', answer.headers.get("Link", ""))
        assert (link is None) == (body["next_cursor"] is None)
        path = link[1] if link else ""
        assert not path or "theme=leadership" in path
    assert sorted(seen) == [f"set-{number}" for number in range(5)]
    assert len(seen) == 5


def test_a_last_page_that_is_full_says_that_it_is_the_last(world: World) -> None:
    for number in range(2):
        world.a_set(slug=f"set-{number}")
    assert get(world, "/v1/sets?limit=2").get_json()["next_cursor"] is None


def test_many_sets_are_read_by_as_few_statements_as_one(world: World) -> None:
    world.a_set(slug="first")
    with recorded_sql(world.database) as of_one:
        assert len(shown(world)) == 1
    for number in range(4):
        world.a_set(slug=f"set-{number}")
    with recorded_sql(world.database) as of_many:
        assert len(shown(world)) == 5
    assert len(of_many) == len(of_one)


def test_a_cursor_that_is_not_ours_is_refused(world: World) -> None:
    for number in range(2):
        world.a_set(slug=f"set-{number}")
    cursor = get(world, "/v1/sets?limit=1").get_json()["next_cursor"]
    booking_token = world.book(world.a_set(slug="booked")).answer["holder_token"]
    turned = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    for forged in (turned, cursor[:-1], f"{cursor}A", booking_token, "", "x"):
        answer = get(world, f"/v1/sets?cursor={forged}")
        assert answer.status_code == 422, forged
        assert answer.get_json()["errors"][0]["pointer"] == "/cursor"


def test_who_has_the_answer_already_is_told_so(world: World) -> None:
    built = world.a_set()
    for path in ("/v1/sets", f"/v1/sets/{built.slug}"):
        first = get(world, path)
        again = get(world, path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_what_may_be_asked_here_is_not_cached_like_an_answer(world: World) -> None:
    answer = world.client.options("/v1/sets")
    assert answer.status_code == 200
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_etag_changes_with_the_places_left(world: World) -> None:
    built = world.a_set()
    before = get(world, f"/v1/sets/{built.slug}")
    world.book(built)
    after = get(world, f"/v1/sets/{built.slug}", If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.get_json()["places_left"] == 5


def events_of(answer: TestResponse) -> list[icalendar.Component]:
    assert (answer.status_code, answer.content_type) == (200, "text/calendar; charset=utf-8"), answer.text
    return list(icalendar.Calendar.from_ical(answer.data).walk("VEVENT"))


def test_anybody_gets_the_dates_for_their_calendar(world: World) -> None:
    built = world.a_set()
    sessions = get(world, f"/v1/sets/{built.slug}").get_json()["sessions"]
    for reference in (built.slug, to_public(Prefix.SET, built.id)):
        answer = get(world, f"/v1/sets/{reference}/calendar.ics")
        starts = [event.decoded("DTSTART") for event in events_of(answer)]
        assert starts == [datetime.fromisoformat(each["starts_at"]) for each in sessions]
        assert "meet.example" not in answer.text.replace("\r\n ", "")
        assert answer.headers["Content-Disposition"] == 'attachment; filename="set.ics"'


def test_the_calendar_of_a_cancelled_set_cancels_its_dates(world: World) -> None:
    built = world.a_set()
    change(world, built, status=SetStatus.CANCELLED)
    events = events_of(get(world, f"/v1/sets/{built.slug}/calendar.ics"))
    assert {event["STATUS"] for event in events} == {"CANCELLED"}


def test_the_calendar_is_the_same_until_staff_change_something(world: World) -> None:
    built = world.a_set()
    address = f"/v1/sets/{built.slug}/calendar.ics"
    tag = get(world, address).headers["ETag"]
    world.passes(minutes=10)
    assert get(world, address, if_none_match=tag).status_code == 304
    change(world, built, title="Leading on", updated_at=world.outside.clock.now())
    assert get(world, address, if_none_match=tag).status_code == 200


def test_a_set_that_is_not_published_has_no_calendar(world: World) -> None:
    built = world.a_set()
    change(world, built, status=SetStatus.DRAFT)
    answer = get(world, f"/v1/sets/{built.slug}/calendar.ics")
    assert (answer.status_code, answer.get_json()["type"]) == (404, "/problems/set-not-found")
