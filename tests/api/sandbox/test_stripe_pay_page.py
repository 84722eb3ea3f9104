"""The page to pay on at Stripe's stand-in, and the same for scripts."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient

from api.sandbox import Sandbox
from api.sandbox.state import SandboxState
from api.sandbox.stripe import StripeSandbox, stripe_app
from api.sandbox.stripe.pay import blueprint
from api.sandbox.transport import WSGIAdapter
from services.clock import Clock
from services.errors import DomainError, Kind
from tests.offset import FakeOffset

TEMPLATES = Path(__file__).parents[3] / "api" / "pages" / "templates"
STATUS = {Kind.NOT_FOUND: 404, Kind.CONFLICT: 409, Kind.INVALID: 422}
FORM = {
    "mode": "payment",
    "line_items[0][quantity]": "2",
    "line_items[0][price_data][currency]": "gbp",
    "line_items[0][price_data][unit_amount]": "42000",
    "line_items[0][price_data][product_data][name]": "Leading <change>",
    "success_url": "http://setlist.test/paid?session={CHECKOUT_SESSION_ID}",
}
CANCEL_URL = "http://setlist.test/not-paid"


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Sandbox:
    return Sandbox(SandboxState(tmp_path / "sandbox.sqlite3"), clock, "http://setlist.test")


@pytest.fixture
def browser(sandbox: Sandbox) -> FlaskClient:
    app = Flask(__name__, template_folder=str(TEMPLATES))
    app.extensions["sandbox"] = sandbox
    app.register_blueprint(blueprint)
    app.register_error_handler(DomainError, lambda refusal: ({"code": refusal.code}, STATUS[refusal.kind]))
    return app.test_client()


def open_session(sandbox: Sandbox, **changes: str) -> str:
    """The id of a new session, made as a client would make it."""
    stripe_api = requests.Session()
    settings = StripeSandbox(sandbox.public_url, "sk_test_sandbox")
    stripe_api.mount("http://stripe.sandbox/", WSGIAdapter(stripe_app(sandbox.state, sandbox.clock, settings)))
    made = stripe_api.post(
        "http://stripe.sandbox/v1/checkout/sessions",
        data={**FORM, **changes},
        headers={"Authorization": "Bearer sk_test_sandbox"},
    )
    session_id: str = made.json()["id"]
    return session_id


@pytest.fixture
def session_id(sandbox: Sandbox) -> str:
    return open_session(sandbox, cancel_url=CANCEL_URL)


class Choices(HTMLParser):
    """What a page offers to POST."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.offered: list[str | None] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "button":
            self.offered.append(dict(attrs)["value"])


def look(browser: FlaskClient, session_id: str) -> str:
    answer = browser.get(f"/sandbox/stripe/pay/{session_id}")
    assert answer.status_code == 200
    return answer.text


def choose(browser: FlaskClient, session_id: str, outcome: str) -> str:
    """Where the payer is sent."""
    answer = browser.post(f"/sandbox/stripe/pay/{session_id}", data={"outcome": outcome})
    assert answer.status_code == 303
    return answer.location


def script(browser: FlaskClient, session_id: str, body: Any) -> tuple[int, Any]:
    answer = browser.post(f"/sandbox/stripe/checkout_sessions/{session_id}/outcome", json=body)
    return answer.status_code, answer.json


def test_the_page_says_what_is_paid_for_and_that_no_money_moves(browser: FlaskClient, session_id: str) -> None:
    page = look(browser, session_id)
    assert "£840.00" in page
    assert "Leading &lt;change&gt; \N{MULTIPLICATION SIGN} 2" in page
    assert "no money moves" in page
    assert "stripe" not in page.lower()
    assert "<input" not in page
    assert Choices(page).offered == ["succeed", "decline", "delay", "abandon"]


def test_who_pays_goes_to_the_success_address_with_the_sessions_id(browser: FlaskClient, session_id: str) -> None:
    paid = f"http://setlist.test/paid?session={session_id}"
    assert choose(browser, session_id, "succeed") == paid
    page = look(browser, session_id)
    assert "This is paid" in page
    assert Choices(page).offered == []
    assert f'href="{paid}"' in page


def test_who_is_declined_may_try_again(browser: FlaskClient, session_id: str) -> None:
    assert choose(browser, session_id, "decline") == f"/sandbox/stripe/pay/{session_id}"
    page = look(browser, session_id)
    assert "was declined" in page
    assert "succeed" in Choices(page).offered


def test_who_pays_slowly_goes_on_and_says_later_how_it_ends(browser: FlaskClient, session_id: str) -> None:
    assert choose(browser, session_id, "delay").startswith("http://setlist.test/paid")
    page = look(browser, session_id)
    assert Choices(page).offered == ["succeed", "decline"]
    assert choose(browser, session_id, "decline") == f"/sandbox/stripe/pay/{session_id}"
    assert "The payment failed" in look(browser, session_id)


def test_who_gives_up_goes_back(browser: FlaskClient, session_id: str) -> None:
    assert choose(browser, session_id, "abandon") == CANCEL_URL
    assert "Nothing was charged" in look(browser, session_id)


def test_who_gives_up_with_no_way_back_stays(browser: FlaskClient, sandbox: Sandbox) -> None:
    session_id = open_session(sandbox)
    assert choose(browser, session_id, "abandon") == f"/sandbox/stripe/pay/{session_id}"
    assert "Go back" not in look(browser, session_id)


def test_a_second_click_is_shown_how_things_stand(browser: FlaskClient, session_id: str) -> None:
    choose(browser, session_id, "succeed")
    assert choose(browser, session_id, "succeed") == f"/sandbox/stripe/pay/{session_id}"


def test_the_page_offers_nothing_once_the_time_is_over(
    browser: FlaskClient, session_id: str, offset: FakeOffset
) -> None:
    offset.move(hours=25)
    assert Choices(look(browser, session_id)).offered == []


def test_a_script_acts_and_is_told_the_state(browser: FlaskClient, session_id: str) -> None:
    for outcome, status, payment_status in [
        ("decline", "open", "unpaid"),
        ("delay", "complete", "unpaid"),
        ("succeed", "complete", "paid"),
    ]:
        told = {"id": session_id, "status": status, "payment_status": payment_status}
        assert script(browser, session_id, {"outcome": outcome}) == (200, told)


def test_a_script_is_refused_what_cannot_be(browser: FlaskClient, session_id: str) -> None:
    script(browser, session_id, {"outcome": "abandon"})
    assert script(browser, session_id, {"outcome": "succeed"})[0] == 409
    assert script(browser, "cs_test_nothing", {"outcome": "succeed"})[0] == 404


@pytest.mark.parametrize("body", [{}, {"outcome": "win"}, {"outcome": 1}, {"outcome": "succeed", "x": 1}, [], None])
def test_a_script_must_say_one_of_the_outcomes(browser: FlaskClient, session_id: str, body: Any) -> None:
    assert script(browser, session_id, body) == (422, {"code": "invalid-request"})
    assert "succeed" in Choices(look(browser, session_id)).offered
