"""The race for a mailed link, in two runs: looking first lets both in, the conditional update one alone."""

from __future__ import annotations

from functools import partial
from threading import Barrier

from sqlalchemy import func, select

from services.access.keys import Scope
from services.database import Database
from services.journeys.staff_sign_in import sign_in
from services.outside import Outside
from services.people.errors import SignInLinkExpired
from services.people.models import StaffSession, StaffSignInLink
from services.people.staff import remove_member
from tests.builders.staff import GRACE, a_staff_member, mailed_token
from tests.races.at_once import at_once
from tests.worlds import World

TRIES = 6


def a_link(world: World) -> str:
    with world.database.writing() as session:
        a_staff_member(session, Scope.FINANCE_READ)
    return mailed_token(world)


def open_sessions(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(StaffSession)) or 0


def is_let_in(outside: Outside, token: str) -> bool:
    try:
        sign_in(outside, token, held=None)
    except SignInLinkExpired:
        return False
    return True


def removed_while_signing_in(world: World) -> bool:
    """Whether somebody who is taken off the list while they sign in is off it, and out."""
    world.passes(hours=1)
    token = a_link(world)

    def remove() -> bool:
        with world.database.writing() as session:
            return remove_member(session, GRACE, actor="test", now=world.outside.clock.now())

    signing_in = partial(is_let_in, world.outside, token)
    [_, removed] = at_once([signing_in, remove])
    with world.database.reading() as session:
        still_open = session.scalar(select(func.count(StaffSession.id)).where(StaffSession.ended_at.is_(None)))
    return removed and not still_open


def test_whoever_is_removed_while_they_sign_in_is_out(world: World) -> None:
    assert [removed_while_signing_in(world) for _ in range(10)] == [True] * 10


def test_looking_first_whether_a_link_was_used_lets_everybody_in(world: World) -> None:
    a_link(world)
    everybody_has_looked = Barrier(TRIES)

    def look_and_use() -> bool:
        with world.database.reading() as session:
            is_unused = session.scalars(select(StaffSignInLink.used_at)).one() is None
        everybody_has_looked.wait(30)
        with world.database.writing() as session:
            session.scalars(select(StaffSignInLink)).one().used_at = world.outside.clock.now()
        return is_unused

    assert at_once([look_and_use] * TRIES) == [True] * TRIES


def test_a_link_that_is_used_many_times_at_once_opens_exactly_one_session(world: World) -> None:
    token = a_link(world)
    let_in = at_once([partial(is_let_in, world.outside, token)] * TRIES)
    assert let_in.count(True) == 1
    assert open_sessions(world.database) == 1
