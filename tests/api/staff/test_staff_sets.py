"""Staff's sets: written down, changed as they were seen, shown and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.access.keys import Scope
from services.audit.models import AuditEntry
from services.ids import Prefix, to_public
from services.sets.words import SetStatus
from tests.builders import a_staff_key
from tests.worlds import World, a_booking

A_SET: dict[str, Any] = {
    "slug": "spring-campaigners",
    "title": "Campaigners, spring",
    "summary": "Six people, six meetings.",
    "description": "Bring **one** question.",
    "theme": "campaigning",
    "format": "online",
    "joining_link": "https://meet.example/spring",
    "capacity": 6,
    "timezone": "Europe/London",
    "sessions": [
        {"starts_at": "2100-03-01T10:00:00Z", "ends_at": "2100-03-01T13:00:00Z"},
        {"starts_at": "2100-02-01T10:00:00Z", "ends_at": "2100-02-01T13:00:00Z"},
    ],
    "prices": [{"name": "Standard", "amount": {"amount_minor": 12000, "currency": "GBP"}, "vat_code": "S20"}],
    "facilitators": ["Marian Osei"],
}


class Office:
    """What staff with all scopes do."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.database.writing() as session:
            self.key = a_staff_key(session, *Scope)

    def asks(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.world.client.open(f"/v1/staff{path}", method=method, json=body, headers=self.key | named)

    def made(self, **changes: Any) -> tuple[str, str]:
        """The path and the ETag of a new set."""
        answer = self.asks("POST", "/sets", A_SET | changes)
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"].removeprefix("/v1/staff"), answer.headers["ETag"]

    def published(self, **changes: Any) -> tuple[str, str]:
        path, _ = self.made(**changes)
        answer = self.asks("POST", f"{path}/publication")
        assert answer.status_code == 200, answer.text
        return path, answer.headers["ETag"]

    def audit(self) -> list[str]:
        with self.world.database.reading() as session:
            entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            return [entry.action for entry in entries if entry.actor.startswith("staff:")]


@pytest.fixture
def office(world: World) -> Office:
    return Office(world)


def code(answer: TestResponse) -> str:
    return str((answer.json or {})["type"]).removeprefix("/problems/")


def test_a_set_is_a_draft_that_nobody_sees_until_it_is_published(office: Office) -> None:
    path, _ = office.made()
    public = office.world.client
    assert public.get("/v1/sets/spring-campaigners").status_code == 404
    assert office.asks("POST", f"{path}/publication").status_code == 200
    shown = public.get("/v1/sets/spring-campaigners").json or {}
    assert [each["starts_at"] for each in shown["sessions"]] == ["2100-02-01T10:00:00Z", "2100-03-01T10:00:00Z"]
    assert [each["number"] for each in shown["sessions"]] == [1, 2]
    assert shown["facilitators"] == [{"name": "Marian Osei"}]
    assert "meet.example" not in str(shown)
    assert office.audit() == ["set.created", "set.published"]


def test_the_net_of_a_price_is_worked_out_from_its_vat_code(office: Office) -> None:
    path, _ = office.made()
    price = (office.asks("GET", path).json or {})["prices"][0]
    assert price["net"] == {"amount_minor": 10000, "currency": "GBP"}
    assert price["vat"] == {"code": "S20", "rate_percent": "20"}
    assert price["payment_methods"] == ["card"]


def test_a_change_names_what_it_saw(office: Office) -> None:
    path, seen = office.made()
    assert code(office.asks("PATCH", path, {"title": "New"})) == "precondition-required"
    first = office.asks("PATCH", path, {"title": "New"}, If_Match=seen)
    assert first.status_code == 200
    assert first.headers["ETag"] != seen
    stale = office.asks("PATCH", path, {"title": "Other"}, If_Match=seen)
    assert (stale.status_code, code(stale)) == (412, "precondition-failed")
    assert (office.asks("GET", path).json or {})["title"] == "New"


@pytest.mark.parametrize("condition", ['W/"1-0"', '"1-0", "2-0"', "1-0", '"x"', ""])
def test_a_condition_that_names_no_one_state_is_not_met(office: Office, condition: str) -> None:
    path, _ = office.made()
    assert office.asks("PATCH", path, {"title": "New"}, If_Match=condition).status_code == 412


def test_a_star_stands_for_whatever_there_is(office: Office) -> None:
    path, _ = office.made()
    assert office.asks("PATCH", path, {"title": "New"}, If_Match="*").status_code == 200


def test_a_change_that_changes_nothing_leaves_no_trace(office: Office) -> None:
    path, seen = office.made()
    same = office.asks("PATCH", path, {"title": A_SET["title"], "facilitators": ["Marian Osei"]}, If_Match=seen)
    assert same.headers["ETag"] == seen
    assert office.audit() == ["set.created"]


def test_the_audit_log_names_the_fields_and_not_their_values(office: Office) -> None:
    path, seen = office.made()
    office.asks("PATCH", path, {"title": "Secret", "facilitators": ["Ada", "Ben"]}, If_Match=seen)
    with office.world.database.reading() as session:
        facts = session.scalars(select(AuditEntry.facts).order_by(AuditEntry.id)).all()[-1]
    assert facts == {"fields": ["facilitators", "title"]}
    assert (office.asks("GET", path).json or {})["facilitators"] == ["Ada", "Ben"]


def test_a_booking_changes_what_staff_saw(office: Office) -> None:
    learning_set = office.world.a_set(price_minor=0)
    path = f"/sets/{to_public(Prefix.SET, learning_set.id)}"
    seen = office.asks("GET", path).headers["ETag"]
    office.world.book(learning_set, method="none")
    assert office.asks("PATCH", path, {"capacity": 3}, If_Match=seen).status_code == 412


def test_fewer_places_than_are_taken_are_refused_with_their_number(office: Office) -> None:
    learning_set = office.world.a_set(price_minor=0)
    office.world.book(learning_set, method="none", people=["a@example.org", "b@example.org"])
    path = f"/sets/{to_public(Prefix.SET, learning_set.id)}"
    refused = office.asks("PATCH", path, {"capacity": 1}, If_Match="*")
    assert (refused.status_code, code(refused)) == (409, "capacity-below-taken")
    assert (refused.json or {})["places_taken"] == 2
    assert office.asks("PATCH", path, {"capacity": 2}, If_Match="*").status_code == 200


def test_a_former_slug_leads_on_with_method_and_query(office: Office) -> None:
    path, _ = office.published()
    office.asks("PATCH", path, {"slug": "autumn-campaigners"}, If_Match="*")
    public = office.world.client
    moved = public.get("/v1/sets/spring-campaigners?a=1")
    assert (moved.status_code, moved.headers["Location"]) == (308, "/v1/sets/autumn-campaigners?a=1")
    assert public.get("/v1/sets/spring-campaigners", follow_redirects=True).status_code == 200
    assert public.get("/v1/sets/spring-campaigners", environ_overrides={"QUERY_STRING": "a=\xff"}).status_code == 308
    sent = public.post(
        "/v1/sets/spring-campaigners/bookings",
        json=a_booking(office.world.a_set()),
        headers={"X-Site-Key": "pk_setlist_larkfield", "Idempotency-Key": "a-key"},
    )
    assert (sent.status_code, sent.headers["Location"]) == (308, "/v1/sets/autumn-campaigners/bookings")


def test_a_former_slug_that_is_used_again_leads_to_its_new_set(office: Office) -> None:
    path, _ = office.published()
    office.asks("PATCH", path, {"slug": "autumn-campaigners"}, If_Match="*")
    office.published()
    assert office.world.client.get("/v1/sets/spring-campaigners").status_code == 200
    back = office.asks("PATCH", path, {"slug": "spring-campaigners"}, If_Match="*")
    assert (back.status_code, code(back)) == (409, "slug-taken")


def test_a_former_slug_of_a_draft_tells_nobody_that_there_is_one(office: Office) -> None:
    path, _ = office.made()
    office.asks("PATCH", path, {"slug": "autumn-campaigners"}, If_Match="*")
    assert office.world.client.get("/v1/sets/spring-campaigners").status_code == 404


def test_publishing_names_what_is_missing(office: Office) -> None:
    path, _ = office.made(prices=[], joining_link=None, format="hybrid")
    refused = office.asks("POST", f"{path}/publication")
    assert (refused.status_code, code(refused)) == (409, "set-not-ready")
    assert (refused.json or {})["missing"] == ["prices", "location", "joining_link"]


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"joining_link": None}, ["joining_link"]),
        ({"format": "in_person"}, ["location"]),
        ({"format": "hybrid"}, ["location"]),
        ({"title": "New", "format": "hybrid", "joining_link": None}, ["location", "joining_link"]),
    ],
)
def test_no_later_edit_takes_from_a_published_set_what_publishing_asks_for(
    office: Office, change: dict[str, Any], missing: list[str]
) -> None:
    path, tag = office.published()
    before = office.asks("GET", path)
    refused = office.asks("PATCH", path, change, If_Match=tag)
    assert (refused.status_code, code(refused)) == (409, "set-not-ready")
    assert (refused.json or {})["missing"] == missing
    assert office.asks("GET", path).json == before.json
    assert office.asks("DELETE", f"{path}/publication").status_code == 200
    assert office.asks("PATCH", path, change, If_Match="*").status_code == 200


def test_a_published_set_goes_from_one_way_of_meeting_to_another_in_one_edit(office: Office) -> None:
    path, tag = office.published()
    change = {"format": "in_person", "location": "12 Mill Lane, Leeds", "joining_link": None}
    assert office.asks("PATCH", path, change, If_Match=tag).status_code == 200


def test_the_last_price_and_the_first_date_of_a_published_set_stay(office: Office) -> None:
    path, tag = office.published()
    before = office.asks("GET", path).json or {}
    refused = office.asks("DELETE", f"{path}/prices/{before['prices'][0]['id']}")
    assert (refused.status_code, (refused.json or {})["missing"]) == (409, ["prices"])
    past = {"starts_at": "2020-01-01T10:00:00Z", "ends_at": "2020-01-01T13:00:00Z"}
    moved = office.asks("PATCH", f"{path}/sessions/{before['sessions'][0]['id']}", past, If_Match=tag)
    assert (moved.status_code, (moved.json or {})["missing"]) == (409, ["sessions"])
    assert (office.asks("POST", f"{path}/sessions", past).json or {})["missing"] == ["sessions"]
    assert office.asks("GET", path).json == before


def test_a_set_that_has_begun_can_still_be_edited(office: Office) -> None:
    path, _ = office.published()
    office.world.passes(days=365 * 80)
    assert office.asks("PATCH", path, {"title": "Campaigners, by now"}, If_Match="*").status_code == 200
    refused = office.asks("PATCH", path, {"joining_link": None}, If_Match="*")
    assert (refused.json or {})["missing"] == ["joining_link"]


def test_a_set_is_taken_back_only_while_nobody_has_a_place(office: Office) -> None:
    path, _ = office.published()
    assert office.asks("DELETE", f"{path}/publication").status_code == 200
    assert code(office.asks("DELETE", f"{path}/publication")) == "set-move-not-allowed"
    learning_set = office.world.a_set(price_minor=0)
    office.world.book(learning_set, method="none")
    taken = f"/sets/{to_public(Prefix.SET, learning_set.id)}"
    refused = office.asks("DELETE", f"{taken}/publication")
    assert (code(refused), (refused.json or {})["places_taken"]) == ("set-has-bookings", 1)


def test_sessions_are_added_moved_and_dropped_in_the_order_of_their_dates(office: Office) -> None:
    path, _ = office.published()
    early = {"starts_at": "2100-01-01T10:00:00Z", "ends_at": "2100-01-01T13:00:00Z"}
    added = office.asks("POST", f"{path}/sessions", early)
    assert added.status_code == 201
    sessions = (added.json or {})["sessions"]
    assert [each["starts_at"][:7] for each in sessions] == ["2100-01", "2100-02", "2100-03"]
    assert [each["number"] for each in sessions] == [1, 2, 3]
    late = {"starts_at": "2100-04-01T10:00:00Z", "ends_at": "2100-04-01T13:00:00Z"}
    first = f"{path}/sessions/{sessions[0]['id']}"
    assert office.asks("PATCH", first, late).status_code == 428
    moved = office.asks("PATCH", first, late, If_Match=added.headers["ETag"]).json or {}
    assert [each["id"] for each in moved["sessions"]] == [sessions[n]["id"] for n in (1, 2, 0)]
    dropped = office.asks("DELETE", first).json or {}
    assert [each["status"] for each in dropped["sessions"]] == ["scheduled", "scheduled", "cancelled"]
    assert code(office.asks("DELETE", first)) == "session-not-found"


def test_a_draft_forgets_a_dropped_session_but_never_its_last(office: Office) -> None:
    path, _ = office.made()
    first, second = ((office.asks("GET", path).json or {})["sessions"][n]["id"] for n in (0, 1))
    left = (office.asks("DELETE", f"{path}/sessions/{first}").json or {})["sessions"]
    assert [(each["id"], each["number"]) for each in left] == [(second, 1)]
    assert code(office.asks("DELETE", f"{path}/sessions/{second}")) == "last-session"


def test_a_session_ends_after_it_starts(office: Office) -> None:
    path, _ = office.made()
    backwards = {"starts_at": "2100-01-01T10:00:00Z", "ends_at": "2100-01-01T10:00:00Z"}
    assert office.asks("POST", f"{path}/sessions", backwards).status_code == 422
    refused = office.asks("POST", "/sets", A_SET | {"slug": "other", "sessions": [A_SET["sessions"][0], backwards]})
    assert [error["pointer"] for error in (refused.json or {})["errors"]] == ["/sessions/1/ends_at"]


def test_a_price_is_withdrawn_and_never_changed(office: Office) -> None:
    path, _ = office.published()
    free = {"name": "Free", "amount": {"amount_minor": 0, "currency": "GBP"}}
    prices = (office.asks("POST", f"{path}/prices", free).json or {})["prices"]
    assert prices[0]["payment_methods"] == ["none"]
    assert office.asks("DELETE", f"{path}/prices/{prices[1]['id']}").status_code == 200
    shown = office.world.client.get("/v1/sets/spring-campaigners").json or {}
    assert [price["id"] for price in shown["prices"]] == [prices[0]["id"]]
    euros = {"name": "Euros", "amount": {"amount_minor": 100, "currency": "EUR"}}
    assert office.asks("POST", f"{path}/prices", euros).status_code == 422
    refused = office.asks("POST", "/sets", A_SET | {"slug": "other", "prices": [free, euros]})
    assert [error["pointer"] for error in (refused.json or {})["errors"]] == ["/prices/1/amount/currency"]


def test_enrolment_closes_after_it_opens(office: Office) -> None:
    opens, closes = {"enrolment_opens_at": "2099-02-01T10:00:00Z"}, {"enrolment_closes_at": "2099-02-01T10:00:00Z"}
    path, _ = office.made(**opens)
    for refused in (
        office.asks("POST", "/sets", A_SET | {"slug": "other"} | opens | closes),
        office.asks("PATCH", path, closes, If_Match="*"),
    ):
        assert [error["pointer"] for error in (refused.json or {})["errors"]] == ["/enrolment_closes_at"]


def test_new_terms_bind_those_who_book_from_then_on(office: Office) -> None:
    path, _ = office.published()
    terms = office.asks("POST", "/terms", {"title": "Terms", "text": "Pay *first*."}).json or {}
    office.asks("PATCH", path, {"terms_id": terms["id"]}, If_Match="*")
    shown = office.world.client.get("/v1/sets/spring-campaigners").json or {}
    assert shown["terms"]["text_html"] == "<p>Pay <em>first</em>.</p>\n"
    listed = office.asks("GET", "/terms").json or {}
    assert [each["id"] for each in listed["data"]] == [terms["id"]]
    unknown = {"terms_id": terms["id"][:-1] + ("0" if terms["id"][-1] != "0" else "1")}
    assert office.asks("PATCH", path, unknown, If_Match="*").status_code == 422


def test_all_sets_are_listed_newest_first_and_by_status(office: Office) -> None:
    draft, _ = office.made()
    shown, _ = office.published(slug="shown")
    everything = (office.asks("GET", "/sets").json or {})["data"]
    assert [f"/sets/{each['id']}" for each in everything] == [shown, draft]
    drafts = (office.asks("GET", "/sets?status=draft").json or {})["data"]
    assert [f"/sets/{each['id']}" for each in drafts] == [draft]
    assert {each["status"] for each in everything} == {SetStatus.DRAFT, SetStatus.PUBLISHED}


@pytest.mark.parametrize(
    "change",
    [
        {"timezone": "Mars/Olympus"},
        {"capacity": 0},
        {"capacity": 6.5},
        {"slug": "Not A Slug"},
        {"slug": "a-slug\n"},
        {"language": "en\n"},
        {"joining_link": "http://meet.example"},
        {"joining_link": "https://meet.example/\x00"},
        {"minimum_numbers": 7},
        {"title": "two\nlines"},
        {"status": "published"},
        {"sessions": []},
        {"sessions": [{"starts_at": "9999-12-31T20:00:00Z", "ends_at": "9999-12-31T23:00:00Z"}]},
        {"sessions": [{"starts_at": "0001-01-01T02:00:00Z", "ends_at": "0001-01-01T03:00:00Z"}]},
        {"decision_on": "9999-12-31"},
        {"enrolment_opens_at": "9999-12-31T23:00:00Z"},
    ],
)
def test_what_makes_no_sense_is_refused(office: Office, change: dict[str, Any]) -> None:
    assert office.asks("POST", "/sets", A_SET | change).status_code == 422
