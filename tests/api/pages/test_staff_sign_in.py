"""Staff sign in by a mailed link, stay signed in for a while, and go out again; nobody learns who is staff."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from services.access.keys import Scope
from services.audit.models import AuditEntry
from services.effects.kinds import EffectKind
from services.people.models import StaffSession, StaffSignInLink
from services.tokens import sha256_hex
from tests.builders.staff import COOKIE, GRACE, a_browser, a_staff_member, mailed_token, mailed_tokens, signed_in
from tests.forms import typed
from tests.recorded_sql import recorded_sql
from tests.worlds import HOME, World

STRANGER = "stranger@larkfield.example"
EXPIRED = "This link no longer works"


@pytest.fixture
def world(world: World) -> World:
    """With Grace, who may read the books, on the staff list."""
    with world.database.writing() as session:
        a_staff_member(session, Scope.FINANCE_READ)
    return world


def ask(world: World, email: str = GRACE, path: str = "/staff/sign-in", **changes: str) -> TestResponse:
    form = typed(world.client.get(path).text)
    for name, value in {"email": email, **changes}.items():
        form[name] = value
    return world.client.post("/staff/sign-in", data=form)


def follow(client: FlaskClient, token: str, **headers: str) -> TestResponse:
    """Press the button of the page that the mailed link leads to."""
    return client.post(f"/staff/sign-in/{token}", headers={name.replace("_", "-"): headers[name] for name in headers})


def cookie_of(answer: TestResponse) -> str:
    """What the browser is told to keep."""
    return answer.headers["Set-Cookie"].partition(";")[0].removeprefix(f"{COOKIE}=")


def open_sessions(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).where(StaffSession.ended_at.is_(None))) or 0


def test_whoever_is_on_the_list_is_mailed_a_link_that_signs_them_in(world: World) -> None:
    assert ask(world).status_code == 202
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    (token,) = mailed_tokens(world)
    answer = follow(world.client, token)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/finance")
    assert open_sessions(world) == 1


def test_every_address_is_answered_alike_and_asked_after_with_the_same_statements(world: World) -> None:
    """S9: nobody learns from the answer who is staff."""
    seen = []
    for email in (GRACE, STRANGER, GRACE.upper(), "ada@example.org"):
        form = typed(world.client.get("/staff/sign-in").text)
        form["email"] = email
        with recorded_sql(world.database) as statements:
            answer = world.client.post("/staff/sign-in", data=form)
        assert answer.status_code == 202
        seen.append((answer.data, list(answer.headers), statements))
    assert seen[0] == seen[1] == seen[2] == seen[3]


def test_an_address_that_is_not_on_the_list_gets_no_letter(world: World) -> None:
    ask(world, STRANGER)
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert mailed_tokens(world) == []


def test_what_is_no_address_is_said_at_its_field(world: World) -> None:
    answer = ask(world, "grace@")
    assert answer.status_code == 422
    assert '<a href="#email">Enter an e-mail address like name@example.org</a>' in answer.text


def test_a_form_whose_token_is_forged_sends_nothing(world: World) -> None:
    assert ask(world, form_token="forged").status_code == 422
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert mailed_tokens(world) == []


def test_a_form_whose_hidden_field_is_filled_in_is_answered_alike_and_sends_nothing(world: World) -> None:
    assert ask(world, website="https://spam.example").data == ask(world).data
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert len(mailed_tokens(world)) == 1


def test_a_mailbox_of_staff_is_not_bombed_nor_locked_out(world: World) -> None:
    """Three letters nobody answers are enough for a while; once one is answered there may be more."""
    for _ in range(5):
        ask(world)
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert len(mailed_tokens(world)) == 3
    follow(world.client, mailed_tokens(world)[0])
    ask(world)
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert len(mailed_tokens(world)) == 4


def test_whoever_a_stranger_asks_for_all_day_can_still_sign_in(world: World) -> None:
    for _ in range(26):
        for _ in range(3):
            ask(world)
        world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
        world.passes(hours=1)
    ask(world)
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert follow(world.client, mailed_tokens(world)[-1]).status_code == 303


def test_a_form_of_another_site_signs_nobody_in(world: World) -> None:
    """Whether the browser names the sites or only the origin."""
    token = mailed_token(world)
    assert follow(world.client, token, Sec_Fetch_Site="cross-site").status_code == 403
    assert follow(world.client, token, Origin="https://evil.example").status_code == 403
    assert follow(world.client, token, Origin="null").status_code == 303


@pytest.mark.parametrize("method", ["get", "head"])
def test_following_the_link_uses_nothing_up(world: World, method: str) -> None:
    token = mailed_token(world)
    assert getattr(world.client, method)(f"/staff/sign-in/{token}").status_code == 200
    assert follow(world.client, token).status_code == 303


def test_a_link_that_was_used_is_worth_nothing_to_whoever_finds_it(world: World) -> None:
    token = mailed_token(world)
    follow(world.client, token)
    again = follow(world.client, token)
    assert (again.status_code, EXPIRED in again.text) == (410, True)
    assert "Set-Cookie" not in again.headers
    assert open_sessions(world) == 1


def test_a_link_works_for_half_an_hour(world: World) -> None:
    first, second = mailed_token(world), mailed_token(world)
    world.passes(minutes=29)
    assert follow(world.client, first).status_code == 303
    world.passes(minutes=1)
    assert follow(world.client, second).status_code == 410


def test_a_link_that_is_too_old_and_one_that_never_was_are_answered_alike(world: World) -> None:
    token = mailed_token(world)
    world.passes(minutes=30)
    answers = [follow(world.client, each) for each in (token, "forged", sha256_hex(token))]
    assert {(answer.status_code, answer.data) for answer in answers} == {(410, answers[0].data)}


def test_the_database_keeps_the_hashes_of_link_and_cookie_alone(world: World) -> None:
    token = mailed_token(world)
    cookie = cookie_of(follow(world.client, token))
    with world.database.reading() as session:
        tables = (StaffSignInLink.__table__, StaffSession.__table__, AuditEntry.__table__)
        rows = [session.execute(select(table)).all() for table in tables]
    assert sha256_hex(token) in str(rows)
    assert sha256_hex(cookie) in str(rows)
    assert token not in str(rows)
    assert cookie not in str(rows)


def test_the_cookie_is_for_this_host_over_https_and_for_no_script(world: World) -> None:
    answer = follow(world.client, mailed_token(world))
    (header,) = answer.headers.getlist("Set-Cookie")
    name_and_value, *attributes = header.split("; ")
    assert name_and_value.startswith("__Host-setlist_staff=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]


def test_over_plain_http_the_cookie_is_one_that_every_browser_keeps(world: World) -> None:
    settings = world.outside.settings.model_copy(update={"public_url": "http://127.0.0.1:8000"})
    token = mailed_token(world)
    world.app.extensions["outside"] = replace(world.outside, settings=settings)
    (header,) = follow(world.client, token).headers.getlist("Set-Cookie")
    name_and_value, *attributes = header.split("; ")
    assert name_and_value.startswith("setlist_staff=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Lax"]


def test_a_session_that_was_put_into_the_browser_is_not_taken_over(world: World) -> None:
    """Fixation: whoever signs in gets a token that nobody held before."""
    browser = a_browser(world, "a-token-chosen-by-somebody-else")
    answer = follow(browser.client, mailed_token(world))
    assert cookie_of(answer) != "a-token-chosen-by-somebody-else"
    assert a_browser(world, "a-token-chosen-by-somebody-else").client.post("/staff/sign-out").status_code == 303
    assert open_sessions(world) == 1


def test_signing_in_again_ends_the_session_that_the_browser_held(world: World) -> None:
    browser = signed_in(world, Scope.FINANCE_READ)
    follow(browser.client, mailed_token(world))
    assert open_sessions(world) == 1


def test_no_other_site_can_sign_its_visitors_in(world: World) -> None:
    """Somebody's own link, sent from a page of theirs, would have others work under their name."""
    token = mailed_token(world)
    assert follow(world.client, token, Sec_Fetch_Site="cross-site").status_code == 403
    assert open_sessions(world) == 0
    assert follow(world.client, token, Sec_Fetch_Site="same-origin").status_code == 303


@pytest.mark.parametrize(
    "asked_for",
    [
        "/staff/finance/payouts",
        "/staff/finance?month=2026-10",
        "/staff/finance/discrepancies?kind=not_at_bank&open=true",
    ],
)
def test_the_link_leads_to_the_page_that_was_asked_for(world: World, asked_for: str) -> None:
    form = typed(world.client.get("/staff/sign-in", query_string={"next": asked_for}).text)
    form["email"] = GRACE
    world.client.post("/staff/sign-in", data=form)
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert follow(world.client, mailed_tokens(world)[0]).headers["Location"] == asked_for


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/staff/finance",
        "//evil.example/staff/finance",
        "/\\evil.example",
        "/staff//evil.example",
        "/staff/../v1/sets",
        "/staff/%2e%2e/v1/sets",
        "/staff/sign-out",
        "/staff/sign-in/a-token",
        "/staffevil",
        "/staff@evil.example",
        "/staff/finance\r\nSet-Cookie: a=b",
        "/staff/finance?a=b\nc",
        "/staff/finance#<script>",
        "javascript:alert(1)",
        "/sets",
        "/staff/" + "a" * 300,
        "",
    ],
)
def test_the_link_never_leads_out_of_the_staff_pages(world: World, elsewhere: str) -> None:
    ask(world, next=elsewhere)
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    assert follow(world.client, mailed_tokens(world)[0]).headers["Location"] == "/staff/finance"


def test_signing_in_and_out_is_in_the_audit_log_and_names_the_member_by_id(world: World) -> None:
    browser = signed_in(world, Scope.FINANCE_READ)
    answer = browser.client.post("/staff/sign-out", data={"csrf_token": browser.csrf_token})
    assert "You are signed out." in browser.client.get(answer.headers["Location"]).text
    with world.database.reading() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action.like("staff.signed%")))
        found = [(entry.action, entry.actor == f"staff-member:{entry.subject_id}") for entry in entries]
    assert sorted(found) == [("staff.signed_in", True), ("staff.signed_out", True)]


def test_signing_out_ends_the_session_and_not_only_the_cookie(world: World) -> None:
    browser = signed_in(world, Scope.FINANCE_READ)
    answer = browser.client.post("/staff/sign-out", data={"csrf_token": browser.csrf_token})
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert open_sessions(world) == 0
    kept = a_browser(world, browser.cookie)
    assert kept.client.get("/v1/finance/payouts").status_code == 401


def test_nobody_else_can_sign_somebody_out(world: World) -> None:
    browser = signed_in(world, Scope.FINANCE_READ)
    assert browser.client.post("/staff/sign-out").status_code == 403
    assert open_sessions(world) == 1


def test_the_sign_in_pages_tell_their_address_to_nobody(world: World) -> None:
    page = world.client.get(f"/staff/sign-in/{mailed_token(world)}")
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert HOME not in page.text
