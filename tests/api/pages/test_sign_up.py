"""The newsletter's sign-up page: one answer for every address, and errors by their field."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from services.newsletter.models import SignUpRequest
from tests.builders import a_topic, a_wording
from tests.forms import typed
from tests.worlds import World

ADA = "ada@example.org"


@pytest.fixture
def world(world: World) -> World:
    """With a newsletter of two topics."""
    with world.database.writing() as session:
        a_topic(session)
        a_topic(session, slug="events", name="Events", position=2)
        a_wording(session)
    return world


def send(world: World, *topics: str, **changes: str) -> TestResponse:
    filled = typed(world.client.get("/newsletter").text)
    for name, value in changes.items():
        filled[name] = value
    filled.setlist("topics", list(topics))
    return world.client.post("/newsletter", data=filled)


def asked(world: World) -> list[tuple[str, list[str]]]:
    with world.database.reading() as session:
        return [(request.email, request.topics) for request in session.query(SignUpRequest)]


def test_nothing_is_ticked_beforehand(world: World) -> None:
    assert "topics" not in typed(world.client.get("/newsletter").text)


def test_a_sign_up_is_noted_and_the_inbox_pointed_to(world: World) -> None:
    answer = send(world, "news", "events", email=ADA)
    assert (answer.status_code, asked(world)) == (202, [(ADA, ["news", "events"])])
    assert "Please look in your inbox" in answer.text


def test_the_answer_is_the_same_for_an_address_that_is_known(world: World) -> None:
    assert send(world, "news", email=ADA).data == send(world, "news", email=ADA).data


def test_errors_lead_to_their_fields(world: World) -> None:
    answer = send(world, email="ada@")
    assert answer.status_code == 422
    assert '<a href="#email">Enter an e-mail address like name@example.org</a>' in answer.text
    assert '<a href="#topics">Choose at least one topic</a>' in answer.text
    assert asked(world) == []


def test_a_program_that_fills_in_everything_gets_the_same_answer_and_nothing_happens(world: World) -> None:
    caught = send(world, "news", email=ADA, website="https://spam.example")
    assert asked(world) == []
    assert caught.data == send(world, "news", email=ADA).data


def test_a_form_without_its_token_is_shown_again(world: World) -> None:
    answer = send(world, "news", email=ADA, form_token="forged")
    assert (answer.status_code, asked(world)) == (422, [])
    assert "Nothing is lost" in answer.text
    assert typed(answer.text)["email"] == ADA
