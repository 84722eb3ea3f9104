"""Whoever is signed in with a browser opens what their scopes allow, for as long as the session and the list say."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from api import access
from api.context import current_staff
from services.access.keys import Scope
from services.audit.models import AuditEntry
from services.people.models import StaffMember, StaffSession
from services.people.staff import Member, put_member, remove_member
from tests.builders import a_staff_key
from tests.builders.staff import GRACE, StaffBrowser, signed_in
from tests.worlds import SITE_ORIGIN, World

PAGE = "/staff/a-page"
READ, ACT = "/v1/finance/payouts", "/v1/finance/imports"
HTML = {"Accept": "text/html"}


@pytest.fixture
def world(world: World) -> World:
    """With a page that needs a scope, and says who did something."""

    def a_page() -> str:
        return f"done by {current_staff().principal}"

    view = access.staff_page(Scope.FINANCE_WRITE)(a_page)
    world.app.add_url_rule(PAGE, view_func=view, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    return world


@pytest.fixture
def grace(world: World) -> StaffBrowser:
    return signed_in(world, Scope.FINANCE_READ, Scope.FINANCE_WRITE)


def has_session(grace: StaffBrowser) -> bool:
    return grace.client.get(PAGE).status_code == 200


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["type"].removeprefix("/problems/")


def test_whoever_is_not_signed_in_is_led_to_the_sign_in_page_and_back(world: World) -> None:
    answer = world.client.get(f"{PAGE}?month=2026-10")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/staff/sign-in?next=%2Fstaff%2Fa-page%3Fmonth%3D2026-10"


def test_a_form_that_comes_after_the_session_leads_to_the_sign_in_page_and_is_not_repeated(world: World) -> None:
    answer = world.client.post(PAGE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/sign-in")


def test_a_script_that_comes_after_the_session_is_told(world: World) -> None:
    assert problem(world.client.post(PAGE, headers={"X-CSRF-Token": "any"})) == (401, "unauthenticated")


def test_a_page_knows_who_is_signed_in_by_id(world: World, grace: StaffBrowser) -> None:
    with world.database.reading() as session:
        member_id = session.scalars(select(StaffMember.id)).one()
    assert grace.client.get(PAGE).text == f"done by staff-member:{member_id}"


def test_a_page_whose_scope_is_missing_says_so(world: World) -> None:
    reader = signed_in(world, Scope.FINANCE_READ)
    answer = reader.client.get(PAGE, headers=HTML)
    assert answer.status_code == 403
    assert "<code>finance:write</code>" in answer.text
    acted = reader.client.post(PAGE, headers={"X-CSRF-Token": reader.csrf_token})
    assert problem(acted) == (403, "scope-missing")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_page_does_nothing_without_the_token_of_its_session(world: World, grace: StaffBrowser, method: str) -> None:
    other = signed_in(world, Scope.FINANCE_WRITE, email="henry@larkfield.example")
    for wrong in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}, {"csrf_token": other.csrf_token}):
        assert problem(grace.client.open(PAGE, method=method, data=wrong)) == (403, "csrf-token-invalid")
    foreign = {"X-CSRF-Token": other.csrf_token}
    answer = grace.client.open(PAGE, method=method, headers=foreign, data={"csrf_token": grace.csrf_token})
    assert problem(answer) == (403, "csrf-token-invalid")
    assert grace.client.open(PAGE, method=method, data={"csrf_token": grace.csrf_token}).status_code == 200
    assert grace.client.open(PAGE, method=method, headers={"X-CSRF-Token": grace.csrf_token}).status_code == 200


def test_the_token_of_a_form_differs_each_time_and_is_good_all_the_while(grace: StaffBrowser) -> None:
    tokens = [grace.csrf_token, grace.csrf_token]
    assert len(set(tokens)) == 2
    for token in tokens:
        assert grace.client.post(PAGE, data={"csrf_token": token}).status_code == 200


def test_a_token_of_the_session_before_is_worth_nothing(world: World, grace: StaffBrowser) -> None:
    token = grace.csrf_token
    again = signed_in(world, Scope.FINANCE_READ, Scope.FINANCE_WRITE)
    assert problem(again.client.post(PAGE, data={"csrf_token": token})) == (403, "csrf-token-invalid")


def test_a_session_in_use_lasts_twelve_hours(world: World, grace: StaffBrowser) -> None:
    for _ in range(11):
        world.passes(hours=1)
        assert has_session(grace)
    world.passes(minutes=59)
    assert has_session(grace)
    world.passes(minutes=1)
    assert not has_session(grace)


def test_a_session_that_is_left_alone_lasts_two_hours(world: World, grace: StaffBrowser) -> None:
    world.passes(minutes=119)
    assert has_session(grace)
    world.passes(minutes=119)
    assert has_session(grace)
    world.passes(minutes=121)
    assert not has_session(grace)
    assert problem(grace.client.get(READ)) == (401, "unauthenticated")


def test_being_seen_is_noted_once_a_minute(world: World, grace: StaffBrowser) -> None:
    def noted() -> object:
        with world.database.reading() as session:
            return session.scalars(select(StaffSession.last_seen_at)).one()

    first = noted()
    has_session(grace)
    assert noted() == first
    world.passes(minutes=1)
    has_session(grace)
    assert noted() != first


def test_whoever_is_taken_off_the_list_is_out_at_once_and_for_good(world: World, grace: StaffBrowser) -> None:
    now = world.outside.clock.now()
    with world.database.writing() as session:
        assert remove_member(session, GRACE.upper(), actor="test", now=now)
    assert not has_session(grace)
    assert problem(grace.client.get(READ)) == (401, "unauthenticated")
    with world.database.writing() as session:
        put_member(session, Member(GRACE, "Grace Lee", [Scope.FINANCE_WRITE]), actor="test", now=now)
    assert not has_session(grace)


def test_other_scopes_hold_at_once(world: World, grace: StaffBrowser) -> None:
    with world.database.writing() as session:
        put_member(session, Member(GRACE, "Grace Lee", []), actor="test", now=world.outside.clock.now())
    assert grace.client.get(PAGE).status_code == 403
    assert problem(grace.client.get(READ)) == (403, "scope-missing")


def test_every_change_of_the_list_is_in_the_audit_log(world: World) -> None:
    now = world.outside.clock.now()
    for change in (Member(GRACE, "Grace", []), Member(GRACE, "Grace Lee", [Scope.FINANCE_READ]), None, None):
        with world.database.writing() as session:
            if change is None:
                remove_member(session, GRACE, actor="operator", now=now)
            else:
                put_member(session, change, actor="operator", now=now)
    with world.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "staff_member")).all()
    found = sorted((entry.action, entry.actor, entry.facts.get("scopes")) for entry in entries)
    assert found == [
        ("staff.added", "operator", []),
        ("staff.changed", "operator", ["finance:read"]),
        ("staff.removed", "operator", None),
    ]
    assert GRACE not in str([vars(entry) for entry in entries])


def test_the_api_opens_to_the_session_of_a_page(grace: StaffBrowser) -> None:
    assert grace.client.get(READ).status_code == 200
    assert grace.client.post(ACT, headers={"X-CSRF-Token": grace.csrf_token}).status_code == 202


@pytest.mark.parametrize("token", [None, "forged"])
def test_the_api_does_nothing_for_a_session_without_its_token_in_the_header(
    grace: StaffBrowser, token: str | None
) -> None:
    headers = {"X-CSRF-Token": token} if token else {}
    answer = grace.client.post(ACT, headers=headers, data={"csrf_token": grace.csrf_token})
    assert problem(answer) == (403, "csrf-token-invalid")


def test_a_key_goes_before_a_cookie(world: World, grace: StaffBrowser) -> None:
    """Whoever shows a wrong key is told so, and not let in by what their browser happens to hold."""
    assert problem(grace.client.get(READ, headers={"Authorization": "Bearer sk_setlist_wrong"})) == (
        401,
        "unauthenticated",
    )
    with world.database.writing() as session:
        key = a_staff_key(session, Scope.SETS_READ)
    assert problem(grace.client.get(READ, headers=key)) == (403, "scope-missing")


def test_no_other_site_reads_what_a_session_opens(grace: StaffBrowser) -> None:
    for method in ("GET", "OPTIONS"):
        answer = grace.client.open(
            READ, method=method, headers={"Origin": SITE_ORIGIN, "Access-Control-Request-Method": "GET"}
        )
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]


def test_the_api_sets_no_cookie(world: World, grace: StaffBrowser) -> None:
    """S17."""
    for client in (world.client, grace.client):
        for path in ("/v1/sets", READ, "/v1/newsletter/topics", "/openapi.json"):
            assert "Set-Cookie" not in client.get(path).headers


def test_a_session_that_ends_while_it_is_used_is_over_for_the_next_request(world: World, grace: StaffBrowser) -> None:
    with world.database.writing() as session:
        session.execute(update(StaffSession).values(ended_at=world.outside.clock.now()))
    assert not has_session(grace)
