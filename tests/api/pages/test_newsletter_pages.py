"""The newsletter's pages: GET shows, POST acts, and an unsubscribe link can only reduce mail."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import create_app
from services.database import Database
from services.mail.models import LetterKind
from services.newsletter.words import SubscriptionStatus
from services.tokens import Purpose
from tests.forms import send_form, typed
from tests.newsletter_desk import ADA, Desk
from tests.offset import FakeOffset
from tests.recorded_sql import recorded_sql

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)


def changes(statements: list[str]) -> list[str]:
    return [statement for statement in statements if re.match(r"\s*(INSERT|UPDATE|DELETE)", statement)]


def unknown_link(desk: Desk) -> str:
    """Genuinely signed, and of no subscription."""
    return desk.outside.keyring.sign(Purpose.UNSUBSCRIBE, b"0123456789abcdef")


def is_private(response: TestResponse) -> bool:
    headers = response.headers
    return (
        headers["Cache-Control"] == "no-store"
        and headers["Referrer-Policy"] == "no-referrer"
        and headers["X-Robots-Tag"] == "noindex"
        and headers["Content-Security-Policy"] == POLICY
        and "Set-Cookie" not in headers
    )


def test_every_page_is_private_and_none_shows_an_address(client: FlaskClient, desk: Desk) -> None:
    token = desk.subscribe().preferences_token
    pages = [
        client.get(f"/newsletter/confirm/{desk.token()}"),
        client.post(f"/newsletter/confirm/{desk.token()}"),
        client.post("/newsletter/confirm/forged"),
        client.get("/p"),
        send_form(client, "/p", email=ADA),
        client.get(f"/p/{token}"),
        client.post(f"/p/{token}", data={"topics": ["events"]}),
        client.get("/p/forged"),
        client.get(f"/u/{desk.leave_token()}?t=news"),
        client.post(f"/u/{desk.leave_token()}"),
        client.get("/u/forged"),
        client.post("/u", data={"email": ADA}),
    ]
    assert all(is_private(page) for page in pages)
    assert not any(ADA in page.text for page in pages)


def test_looking_changes_nothing(client: FlaskClient, desk: Desk) -> None:
    desk.subscribe()
    token = desk.confirm().preferences_token
    with recorded_sql(desk.outside.database) as statements:
        for path in (f"/newsletter/confirm/{desk.token()}", "/p", f"/p/{token}", f"/u/{desk.leave_token()}?t=news"):
            assert client.get(path).status_code == 200
            assert client.head(path).status_code == 200
    assert changes(statements) == []
    assert desk.topics() == {"news"}


def test_the_confirmation_page_s_button_subscribes(client: FlaskClient, desk: Desk) -> None:
    desk.sign_up("news", "events")
    path = f"/newsletter/confirm/{desk.token()}"
    assert 'method="post"' in client.get(path).text
    assert desk.subscription().status is SubscriptionStatus.PENDING
    page = client.post(path)
    assert page.status_code == 200
    assert "<li>News</li>" in page.text
    assert desk.topics() == {"news", "events"}
    assert client.post(path).data == page.data


def test_a_dead_confirmation_link_says_so(client: FlaskClient, desk: Desk, offset: FakeOffset) -> None:
    desk.sign_up()
    offset.move(hours=48)
    page = client.post(f"/newsletter/confirm/{desk.token()}")
    assert page.status_code == 410
    assert "sign up again" in page.text
    assert client.post("/newsletter/confirm/forged").data == page.data


@pytest.mark.parametrize(
    "one_click",
    [
        {"data": {"List-Unsubscribe": "One-Click"}},
        {"data": {"List-Unsubscribe": "One-Click"}, "content_type": "multipart/form-data"},
        {},
        {"data": b"\x00\xff", "content_type": "application/octet-stream"},
        {"data": {"scope": "nonsense"}},
        {"data": {"scope": "topic:Not A Slug"}},
    ],
)
def test_one_click_stops_everything_whatever_the_body(
    client: FlaskClient, desk: Desk, one_click: dict[str, object]
) -> None:
    desk.subscribe("news", "events")
    answer = client.post(f"/u/{desk.leave_token()}", **one_click)
    assert answer.status_code == 200
    assert desk.is_suppressed()
    assert desk.topics() == set()
    assert client.post(f"/u/{desk.leave_token()}", **one_click).data == answer.data


def test_a_scope_stops_one_topic(client: FlaskClient, desk: Desk) -> None:
    desk.subscribe("news", "events")
    path, scope = f"/u/{desk.leave_token()}", {"scope": "topic:events"}
    answer = client.post(path, data=scope)
    assert answer.status_code == 200
    assert desk.topics() == {"news"}
    assert client.post(path, data=scope, content_type="multipart/form-data").data == answer.data


def test_the_leave_page_offers_the_topic_of_its_address(client: FlaskClient, desk: Desk) -> None:
    desk.subscribe("news")
    path = f"/u/{desk.leave_token()}"
    assert "topic:" not in client.get(path).text
    assert 'value="topic:anything-at-all"' in client.get(f"{path}?t=anything-at-all").text
    assert client.get(f"{path}?t=<script>").data == client.get(path).data


def test_the_leave_page_looks_no_subscriber_up(client: FlaskClient, desk: Desk) -> None:
    desk.subscribe()
    path = f"/u/{desk.leave_token()}"
    with recorded_sql(desk.outside.database) as statements:
        client.get(path)
    assert not any("subscriptions" in statement.partition("FROM")[2] for statement in statements)


def test_a_forged_and_an_unknown_link_have_the_same_bytes(client: FlaskClient, desk: Desk) -> None:
    desk.subscribe()
    genuine = desk.leave_token()
    tampered = genuine[:-2] + ("AA" if genuine[-2:] != "AA" else "BA")
    answers = [
        (answer.status_code, answer.data, list(answer.headers))
        for token in (unknown_link(desk), tampered, "x", genuine[:20])
        for answer in (client.get(f"/u/{token}"), client.post(f"/u/{token}"))
    ]
    assert answers[0][0] == 404
    assert b'action="/u"' in answers[0][1]
    assert all(answer == answers[0] for answer in answers)
    assert client.head(f"/u/{tampered}").status_code == 404
    assert not desk.is_suppressed()


def test_a_leave_that_could_not_be_stored_is_not_promised(desk: Desk) -> None:
    desk.subscribe()
    unreachable = Database("sqlite:////dev/null/setlist.sqlite3")
    client = create_app(replace(desk.outside, database=unreachable)).test_client()
    for answer in (client.post(f"/u/{desk.leave_token()}"), client.post("/u", data={"email": ADA})):
        assert answer.status_code == 503
        assert "Retry-After" in answer.headers
    unreachable.dispose()


def test_a_typed_address_is_suppressed_at_once(client: FlaskClient, desk: Desk) -> None:
    assert client.post("/u", data={"email": " Ada@Example.org "}).status_code == 202
    assert desk.is_suppressed()


@pytest.mark.parametrize(("path", "kept"), [("/u", "ada&lt;"), ("/p", "ada&lt;")])
def test_a_mistyped_address_comes_back_with_what_is_wrong(client: FlaskClient, path: str, kept: str) -> None:
    page = client.post(path, data={"email": "ada<"})
    assert page.status_code == 422
    assert "There is a problem" in page.text
    assert f'value="{kept}"' in page.text
    assert client.post(path).status_code == 422


def test_a_preference_link_is_mailed_from_its_page(client: FlaskClient, desk: Desk) -> None:
    desk.subscribe()
    assert send_form(client, "/p", email=ADA).status_code == 202
    desk.work()
    assert desk.count(LetterKind.NEWSLETTER_PREFERENCES) == 1


@pytest.mark.parametrize("change", [{"website": "https://spam.example"}, {"form_token": "forged"}])
def test_a_program_that_fills_in_the_page_has_no_link_mailed(
    client: FlaskClient, desk: Desk, change: dict[str, str]
) -> None:
    desk.subscribe()
    send_form(client, "/p", email=ADA, **change)
    desk.work()
    assert desk.count(LetterKind.NEWSLETTER_PREFERENCES) == 0


def test_a_page_that_was_open_for_too_long_is_shown_again_with_what_was_typed(client: FlaskClient) -> None:
    page = send_form(client, "/p", email=ADA, form_token="forged")
    assert page.status_code == 422
    assert "Nothing is lost" in page.text
    assert typed(page.text)["email"] == ADA


def test_topics_are_chosen_on_the_preference_page(client: FlaskClient, desk: Desk) -> None:
    path = f"/p/{desk.subscribe('news').preferences_token}"
    assert re.search(r'value="news"[^>]*checked', client.get(path).text)
    page = client.post(path, data={"topics": ["events", "training"]})
    assert page.status_code == 200
    assert "Your choices are saved" in page.text
    assert re.search(r'value="events"[^>]*checked', page.text)
    assert not re.search(r'value="news"[^>]*checked', page.text)
    assert desk.topics() == {"events", "training"}
    assert "no newsletters" in client.post(path).text


def test_the_preference_page_stops_everything(client: FlaskClient, desk: Desk) -> None:
    path = f"/p/{desk.subscribe().preferences_token}"
    assert client.post(path, data={"stop": "all"}).status_code == 200
    assert desk.is_suppressed()


def test_whoever_left_is_told_to_confirm_again(client: FlaskClient, desk: Desk, offset: FakeOffset) -> None:
    path = f"/p/{desk.subscribe().preferences_token}"
    desk.leave()
    offset.move(seconds=1)
    assert "We have sent you a letter" in client.post(path, data={"topics": "news"}).text
    assert desk.is_suppressed()


def test_a_dead_preference_link_says_so(client: FlaskClient, desk: Desk, offset: FakeOffset) -> None:
    path = f"/p/{desk.subscribe().preferences_token}"
    offset.move(hours=24)
    for answer in (client.get(path), client.post(path), client.post(path, data={"stop": "all"})):
        assert answer.status_code == 410
        assert "24 hours" in answer.text
    assert desk.topics() == {"news"}
