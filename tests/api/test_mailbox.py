"""A mailbox is proved by a link that works once for half an hour, and opens its own bookings and no other."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.effects.kinds import EffectKind
from services.mail.letters import SignIn, facts_from_json
from services.mail.models import Letter, LetterKind
from services.tokens import sha256_hex
from tests.forms import send_form
from tests.recorded_sql import recorded_sql
from tests.worlds import ADA, HOME, SITE_KEY, World

BEN = "ben@example.org"


def ask(world: World, email: str = ADA) -> TestResponse:
    answer = world.client.post("/v1/sign-in-links", json={"email": email}, headers={"X-Site-Key": SITE_KEY})
    assert answer.status_code == 202
    return answer


def mailed_tokens(world: World) -> list[str]:
    """Those of all sign-in letters so far, oldest first."""
    query = select(Letter).where(Letter.kind == LetterKind.SIGN_IN).order_by(Letter.created_at)
    with world.database.reading() as session:
        letters = [facts_from_json(letter.kind, letter.facts) for letter in session.scalars(query) if letter.facts]
    return [letter.sign_in_url.removeprefix(f"{HOME}/my/") for letter in letters if isinstance(letter, SignIn)]


def token_for(world: World, email: str = ADA) -> str:
    """Asks for a link and reads the letter before it leaves."""
    ask(world, email)
    world.work(EffectKind.HANDLE_SIGN_IN)
    return mailed_tokens(world)[-1]


def sign_in(world: World, token: str) -> TestResponse:
    return world.client.post("/v1/sign-ins", json={"token": token})


def bearer(world: World, email: str = ADA) -> dict[str, str]:
    answer = sign_in(world, token_for(world, email))
    return {"Authorization": f"Bearer {(answer.json or {})['mailbox_token']}"}


def test_a_mailbox_shows_the_bookings_made_from_it_and_no_other(world: World) -> None:
    learning_set = world.a_set(price_minor=0)
    mine = world.book(learning_set, booker=ADA, people=[ADA], method="none")
    world.book(learning_set, booker=BEN, people=[BEN], method="none")
    shown = world.client.get("/v1/mailbox/bookings", headers=bearer(world)).json or {}
    assert [booking["id"] for booking in shown["data"]] == [mine.answer["id"]]
    assert shown["data"][0]["set_title"] == "Leading through change"
    held = {"Authorization": f"Bearer {shown['data'][0]['holder_token']}"}
    assert world.client.get(mine.path, headers=held).status_code == 200


def test_a_long_list_comes_in_pages_newest_first(world: World) -> None:
    learning_set = world.a_set(price_minor=0)
    made = [world.book(learning_set, booker=ADA, people=[f"p{n}@example.org"], method="none") for n in range(3)]
    mailbox = bearer(world)
    first = world.client.get("/v1/mailbox/bookings?limit=2", headers=mailbox).json or {}
    second = world.client.get(f"/v1/mailbox/bookings?cursor={first['next_cursor']}", headers=mailbox).json or {}
    ids = [booking["id"] for booking in (*first["data"], *second["data"])]
    assert ids == [booked.answer["id"] for booked in reversed(made)]
    assert second["next_cursor"] is None


def test_a_mailed_link_works_once(world: World) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    token = token_for(world)
    assert sign_in(world, token).status_code == 200
    again = sign_in(world, token)
    assert again.status_code == 410
    assert (again.json or {})["type"] == "/problems/sign-in-link-expired"


def test_a_mailed_link_and_what_it_opens_work_for_half_an_hour(world: World) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    token = token_for(world)
    world.passes(minutes=29)
    opened = {"Authorization": f"Bearer {(sign_in(world, token).json or {})['mailbox_token']}"}
    world.passes(minutes=29)
    assert world.client.get("/v1/mailbox/bookings", headers=opened).status_code == 200
    world.passes(minutes=1)
    assert world.client.get("/v1/mailbox/bookings", headers=opened).status_code == 401


def test_a_link_that_waited_too_long_is_as_dead_as_a_forged_one(world: World) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    token = token_for(world)
    world.passes(minutes=30)
    answers = [sign_in(world, each).json or {} for each in (token, "forged", sha256_hex(token))]
    assert [answer["type"] for answer in answers] == ["/problems/sign-in-link-expired"] * 3


def test_the_database_keeps_the_hash_of_a_mailed_link_alone(world: World) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    token = token_for(world)
    with world.database.reading() as session:
        rows = session.connection().exec_driver_sql("SELECT * FROM sign_in_links").all()
    assert sha256_hex(token) in str(rows)
    assert token not in str(rows)


def test_every_address_is_answered_alike_and_asked_after_with_the_same_statements(world: World) -> None:
    """S9: nobody learns from the answer whether an address is known."""
    world.book(world.a_set(price_minor=0), method="none")
    seen = []
    for email in (ADA, "stranger@example.org", ADA.upper()):
        with recorded_sql(world.database) as statements:
            answer = ask(world, email)
        seen.append((answer.data, list(answer.headers), statements))
    assert seen[0] == seen[1] == seen[2]


def test_an_address_that_has_nothing_here_gets_no_letter(world: World) -> None:
    ask(world, "stranger@example.org")
    world.work(EffectKind.HANDLE_SIGN_IN)
    assert mailed_tokens(world) == []


def test_a_mailbox_is_not_bombed(world: World) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    for _ in range(5):
        ask(world)
    world.work(EffectKind.HANDLE_SIGN_IN)
    assert len(mailed_tokens(world)) == 1
    for _ in range(6):
        world.passes(minutes=16)
        ask(world)
        world.work(EffectKind.HANDLE_SIGN_IN)
    assert len(mailed_tokens(world)) == 3


@pytest.mark.parametrize("method", ["get", "head"])
def test_following_the_link_uses_nothing_up(world: World, method: str) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    token = token_for(world)
    page = getattr(world.client, method)(f"/my/{token}")
    assert page.status_code == 200
    assert sign_in(world, token).status_code == 200


def test_the_page_shows_the_bookings_once(world: World) -> None:
    booked = world.book(world.a_set(price_minor=0), method="none")
    token = token_for(world)
    page = world.client.post(f"/my/{token}")
    assert re.findall(r'href="(/bookings/t/[^"]+)"', page.text) == [booked.page]
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert world.client.post(f"/my/{token}").status_code == 410


def test_the_page_that_mails_links_says_the_same_to_everybody(world: World) -> None:
    world.book(world.a_set(price_minor=0), method="none")
    pages = [send_form(world.client, "/my", email=email) for email in (ADA, "stranger@example.org")]
    assert pages[0].status_code == 202
    assert pages[0].data == pages[1].data
    assert send_form(world.client, "/my", email="no address").status_code == 422
