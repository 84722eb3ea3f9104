"""The sandbox's pages and what scripts ask of it, over a sandbox's file of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import orjson
import pytest
from flask import Flask, Response, jsonify
from flask.testing import FlaskClient
from werkzeug.test import Client

from api.sandbox import mail_pages, pages
from api.sandbox.clock import offset_source
from api.sandbox.faults import SWITCHES, Fault, Service, take_fault
from api.sandbox.mailchimp import SANDBOX_LIST_ID, mailchimp_app
from api.sandbox.state import SandboxState
from services.clock import Clock
from services.errors import InvalidFields

TEMPLATES = Path(pages.__file__).parents[1] / "pages/templates"


@dataclass(frozen=True)
class Sandbox:
    state: SandboxState
    clock: Clock


@pytest.fixture
def state(tmp_path: Path) -> SandboxState:
    return SandboxState(tmp_path / "sandbox.sqlite3")


@pytest.fixture
def client(state: SandboxState) -> FlaskClient:
    app = Flask("sandbox", template_folder=str(TEMPLATES))
    app.extensions["sandbox"] = Sandbox(state, Clock(offset_source(state)))
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(mail_pages.blueprint)
    app.register_error_handler(InvalidFields, told)
    return app.test_client()


def told(error: InvalidFields) -> tuple[Response, int]:
    return jsonify(error.facts()), 422


def receive(
    state: SandboxState, subject: str = "Confirmed", to: tuple[str, ...] = ("ada@example.org",), html: str = ""
) -> None:
    letter = EmailMessage()
    letter["From"] = "Larkfield <places@setlist.example>"
    letter["To"] = ", ".join(to)
    letter["Subject"] = subject
    letter.set_content("Your place: https://setlist.example/bookings/t/1\n")
    if html:
        letter.add_alternative(html, subtype="html")
    letter.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename='dates"\u2028.ics')
    with state.writing() as connection:
        connection.execute(
            "INSERT INTO messages (received_at, mail_from, rcpt_to, raw) VALUES (?, ?, ?, ?)",
            ("2026-11-02T10:00:00.000Z", "places@setlist.example", orjson.dumps(list(to)).decode(), letter.as_bytes()),
        )


def test_the_front_page_says_what_stands_in_for_what(client: FlaskClient) -> None:
    page = client.get("/sandbox").text
    for word in ("mailbox", "takes no card", "/sandbox/mailchimp/members", "/sandbox/clock"):
        assert word in page


def test_letters_are_listed_newest_last_with_what_scripts_read(client: FlaskClient, state: SandboxState) -> None:
    receive(state, "Grüße", html="<p>Hello</p>")
    receive(state, "Second", to=("bo@example.org", "cy@example.org"))
    first, second = client.get("/sandbox/mail/messages").json
    assert first["id"] < second["id"]
    assert set(first) == {"id", "to", "from", "subject", "raw", "text", "html", "received_at"}
    assert first["to"] == ["ada@example.org"]
    assert first["from"] == "Larkfield <places@setlist.example>"
    assert first["subject"] == "Grüße"
    assert first["text"] == "Your place: https://setlist.example/bookings/t/1\n"
    assert first["html"] == "<p>Hello</p>\n"
    assert first["raw"].startswith("From: Larkfield")
    assert datetime.fromisoformat(first["received_at"]).utcoffset() == timedelta(0)
    assert second["to"] == ["bo@example.org", "cy@example.org"]
    assert second["html"] == ""


def test_letters_can_be_asked_for_by_recipient(client: FlaskClient, state: SandboxState) -> None:
    receive(state, "One")
    receive(state, "Two", to=("bo@example.org", "Cy@example.org"))
    assert [found["subject"] for found in client.get("/sandbox/mail/messages?to=cy@EXAMPLE.org").json] == ["Two"]
    assert client.get("/sandbox/mail/messages?to=example.org").json == []


def test_the_mailbox_shows_the_newest_letter_first(client: FlaskClient, state: SandboxState) -> None:
    assert "No letters yet" in client.get("/sandbox/mail").text
    receive(state, "Older")
    receive(state, "<b>Newer</b>")
    page = client.get("/sandbox/mail").text
    assert page.index("&lt;b&gt;Newer&lt;/b&gt;") < page.index("Older")


def test_a_letter_is_shown_in_a_frame_without_rights(client: FlaskClient, state: SandboxState) -> None:
    receive(state, html="<html><head><title>x</title></head><body><a href='/u/1'>Leave</a></body></html>")
    page = client.get("/sandbox/mail/1")
    assert 'src="/sandbox/mail/1/html"' in page.text
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert 'href="https://setlist.example/bookings/t/1"' in page.text
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    letter = client.get("/sandbox/mail/1/html")
    assert '<head><base target="_blank">' in letter.text
    assert "default-src 'none'" in letter.headers["Content-Security-Policy"]
    assert "script-src" not in letter.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in letter.headers["Content-Security-Policy"]


def test_a_fragment_of_html_opens_its_links_outside_too(client: FlaskClient, state: SandboxState) -> None:
    receive(state, html="<p>Hello</p>")
    assert client.get("/sandbox/mail/1/html").text == '<base target="_blank"><p>Hello</p>\n'


def test_an_attachment_is_downloaded_and_never_shown(client: FlaskClient, state: SandboxState) -> None:
    receive(state)
    assert "/sandbox/mail/1/attachments/0" in client.get("/sandbox/mail/1").text
    answer = client.get("/sandbox/mail/1/attachments/0")
    assert answer.data == b"BEGIN:VCALENDAR"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/2", "/99999999999999999999", "/2/html", "/1/html", "/1/attachments/1", "/2/attachments/0"]
)
def test_what_is_not_in_the_mailbox_is_not_found(client: FlaskClient, state: SandboxState, path: str) -> None:
    receive(state)
    assert client.get(f"/sandbox/mail{path}").status_code == 404


def test_the_mailbox_can_be_cleared(client: FlaskClient, state: SandboxState) -> None:
    receive(state)
    assert client.post("/sandbox/mail/clear").status_code == 303
    assert client.get("/sandbox/mail/messages").json == []


def test_the_clock_is_moved_and_set_right_again(client: FlaskClient, state: SandboxState) -> None:
    moved = client.post("/sandbox/clock", json={"offset_seconds": 3600})
    assert moved.status_code == 200
    assert moved.json["offset_seconds"] == 3600
    assert Clock(offset_source(state)).now() - Clock.machine_now() > timedelta(minutes=59)
    assert datetime.fromisoformat(client.get("/sandbox/clock").json["now"]) > Clock.machine_now()
    assert "moved by 3600" in client.get("/sandbox").text
    assert client.post("/sandbox/clock", json={"offset_seconds": 0}).json["offset_seconds"] == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ("", ""),
        ("{", ""),
        ("[]", ""),
        ("{}", "/offset_seconds"),
        ('{"offset_seconds": "3"}', "/offset_seconds"),
        ('{"offset_seconds": true}', "/offset_seconds"),
        ('{"offset_seconds": 1e300}', "/offset_seconds"),
        ('{"offset_seconds": NaN}', ""),
    ],
)
def test_a_clock_cannot_be_moved_by_what_is_no_number(client: FlaskClient, body: str, pointer: str) -> None:
    refused = client.post("/sandbox/clock", data=body)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert client.get("/sandbox/clock").json["offset_seconds"] == 0


def test_a_fault_is_switched_on(client: FlaskClient, state: SandboxState) -> None:
    body = {"service": "smtp", "kind": "refuse_for_now", "times": 1}
    assert client.post("/sandbox/faults", json=body).json == body
    assert take_fault(state, Service.SMTP, Fault.REFUSE_FOR_NOW)
    assert not take_fault(state, Service.SMTP, Fault.REFUSE_FOR_NOW)


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"service": "pigeon"}, "/service"),
        ({"kind": None}, "/kind"),
        ({"kind": "late_webhook"}, "/kind"),
        ({"times": -1}, "/times"),
        ({"times": True}, "/times"),
    ],
)
def test_a_fault_that_does_not_exist_is_refused(client: FlaskClient, wrong: dict[str, object], pointer: str) -> None:
    refused = client.post("/sandbox/faults", json={"service": "smtp", "kind": "down", "times": 1} | wrong)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_the_front_page_lists_all_that_can_go_wrong(client: FlaskClient) -> None:
    page = client.get("/sandbox").text
    offered = [(kind, meaning) for kinds in SWITCHES.values() for kind, meaning in kinds.items()]
    assert {kind for kind, _ in offered} == set(Fault)
    for kind, meaning in offered:
        assert f"<code>{kind}</code></th><td>{meaning}</td>" in page


def test_the_members_at_the_mailchimp_standin_are_listed_in_its_words(client: FlaskClient, state: SandboxState) -> None:
    assert client.get("/sandbox/mailchimp/members").json == {"members": []}
    audience = Client(mailchimp_app(state, Clock()))
    body = {"email_address": "ada@example.org", "status_if_new": "subscribed"}
    path = f"/3.0/lists/{SANDBOX_LIST_ID}/members/ada@example.org"
    assert audience.put(path, json=body, auth=("any", "sandbox-us1")).status_code == 200
    [member] = client.get("/sandbox/mailchimp/members").json["members"]
    assert {"id", "list_id", "email_address", "status", "merge_fields", "tags", "last_changed"} <= set(member)
    assert member["list_id"] == SANDBOX_LIST_ID
