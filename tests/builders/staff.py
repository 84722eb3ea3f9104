"""People on the staff list, and browsers they are signed in with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.access.keys import Scope
from services.effects.kinds import EffectKind
from services.journeys.staff_sign_in import ask_for_staff_link, sign_in
from services.mail.letters import StaffSignIn, facts_from_json
from services.mail.models import Letter, LetterKind
from services.people.staff import Member, put_member
from tests.builders.dates import LONG_AGO
from tests.worlds import HOME, World

GRACE = "grace@larkfield.example"
COOKIE = "__Host-setlist_staff"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def a_staff_member(session: Session, *scopes: Scope, email: str = GRACE, name: str = "Grace Lee") -> None:
    """Somebody on the staff list, with these scopes and no others."""
    put_member(session, Member(email, name, scopes), actor="test", now=LONG_AGO)


@dataclass(frozen=True)
class StaffBrowser:
    """A browser in which somebody of staff is signed in."""

    client: FlaskClient
    cookie: str
    """The session's token."""

    @property
    def csrf_token(self) -> str:
        """As a page of the session shows it; any page will do."""
        return csrf_token_in(self.client.get("/staff").text)


def csrf_token_in(page: str) -> str:
    found = CSRF.search(page)
    assert found is not None, page
    return found[1]


def mailed_tokens(world: World) -> list[str]:
    """Those of all staff letters that wait to be sent, oldest first."""
    query = select(Letter).where(Letter.kind == LetterKind.STAFF_SIGN_IN).order_by(Letter.created_at)
    with world.database.reading() as session:
        letters = [facts_from_json(letter.kind, letter.facts) for letter in session.scalars(query) if letter.facts]
    return [
        each.sign_in_url.removeprefix(f"{HOME}/staff/sign-in/") for each in letters if isinstance(each, StaffSignIn)
    ]


def mailed_token(world: World, email: str = GRACE, leads_to: str = "/staff") -> str:
    """Asks for a link and reads the letter before it leaves."""
    ask_for_staff_link(world.outside, email, leads_to)
    world.work(EffectKind.HANDLE_STAFF_SIGN_IN)
    return mailed_tokens(world)[-1]


def a_browser(world: World, token: str) -> StaffBrowser:
    """One that holds this session's cookie."""
    client = world.app.test_client()
    client.set_cookie(COOKIE, token)
    return StaffBrowser(client, token)


def signed_in(world: World, *scopes: Scope, email: str = GRACE) -> StaffBrowser:
    """The browser of a member who has these scopes and no others."""
    with world.database.writing() as session:
        a_staff_member(session, *scopes, email=email)
    return a_browser(world, sign_in(world.outside, mailed_token(world, email), held=None).token)
