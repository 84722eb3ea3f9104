"""Mailed links are kept a week, sessions until their time is over."""

from __future__ import annotations

from sqlalchemy import func, select

from services.access.keys import Scope
from services.journeys.forget_sign_ins import forget_sign_ins
from services.journeys.sign_in import ask_for_sign_in_link
from services.people.models import SignInLink, StaffMember, StaffSession, StaffSignInLink
from tests.builders.staff import signed_in
from tests.worlds import ADA, World

TABLES = (SignInLink, StaffSignInLink, StaffSession, StaffMember)


def kept(world: World) -> list[int | None]:
    with world.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_links_and_sessions_are_forgotten_in_time_and_members_are_not(world: World) -> None:
    signed_in(world, Scope.FINANCE_READ)
    ask_for_sign_in_link(world.outside, ADA)
    forget_sign_ins(world.outside)
    assert kept(world) == [1, 1, 1, 1]
    world.passes(hours=13)
    forget_sign_ins(world.outside)
    assert kept(world) == [1, 1, 0, 1]
    world.passes(days=7)
    forget_sign_ins(world.outside)
    assert kept(world) == [0, 0, 0, 1]


def test_a_request_that_was_forgotten_before_it_was_answered_is_let_be(world: World) -> None:
    ask_for_sign_in_link(world.outside, ADA)
    world.passes(days=8)
    forget_sign_ins(world.outside)
    world.work()
    assert world.letters() == []
