"""Who may enter where: every operation is tried with every kind of key and token there is (S4, S6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from enum import Enum, auto

import pytest
from sqlalchemy import select, update
from werkzeug.routing import Rule as Route

from api.access import READING, Rule, Who, rule_of
from services.access.keys import Scope
from services.access.models import StaffKey
from services.ids import Prefix, new_id, to_public
from services.newsletter.links import preference_token
from services.people.models import Person
from services.tokens import Purpose
from tests.builders import a_staff_key, a_topic, a_wording
from tests.builders.staff import COOKIE, signed_in
from tests.worlds import SITE_KEY, SITE_ORIGIN, World

Headers = dict[str, str]


class Fate(Enum):
    """How a request fares at the door."""

    IN = auto()
    NOBODY = 401
    FORBIDDEN = 403
    NOT_THERE = 404


class Visitor(Enum):
    """Everybody who might knock."""

    NOBODY = auto()
    FORGER = auto()
    SITE = auto()
    HOLDER = auto()
    ANOTHER_HOLDER = auto()
    MAILBOX = auto()
    READER = auto()
    STAFF_WITH_ALL_SCOPES = auto()
    STAFF_WITHOUT_THE_SCOPE = auto()
    STAFF_OF_YESTERDAY = auto()
    SIGNED_IN_WITH_ALL_SCOPES = auto()
    SIGNED_IN_WITHOUT_THE_SCOPE = auto()
    SIGNED_IN_BUT_SENT_FROM_ELSEWHERE = auto()


IN_BY_RULE = {
    Who.SITE: {Visitor.SITE},
    Who.HOLDER: {Visitor.HOLDER, Visitor.STAFF_WITH_ALL_SCOPES, Visitor.SIGNED_IN_WITH_ALL_SCOPES},
    Who.MAILBOX: {Visitor.MAILBOX},
    Who.PREFERENCES: {Visitor.READER},
    Who.STAFF: {Visitor.STAFF_WITH_ALL_SCOPES, Visitor.SIGNED_IN_WITH_ALL_SCOPES},
}
LACKING = {Visitor.STAFF_WITHOUT_THE_SCOPE, Visitor.SIGNED_IN_WITHOUT_THE_SCOPE}


def fate(rule: Rule, method: str, visitor: Visitor) -> Fate:
    """What the design says."""
    if rule.who is Who.NOBODY or visitor in IN_BY_RULE[rule.who]:
        return Fate.IN
    if rule.who in {Who.HOLDER, Who.STAFF} and visitor is Visitor.SIGNED_IN_BUT_SENT_FROM_ELSEWHERE:
        return Fate.IN if method in READING else Fate.FORBIDDEN
    if rule.who is Who.HOLDER and visitor is Visitor.ANOTHER_HOLDER:
        return Fate.NOT_THERE
    if rule.who in {Who.HOLDER, Who.STAFF} and visitor in LACKING:
        return Fate.FORBIDDEN
    return Fate.NOBODY


class Door:
    """A house with two bookings, and whoever knocks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.learning_set = world.a_set()
        with world.database.writing() as session:
            a_topic(session)
            a_wording(session)
        self.booked = world.book(self.learning_set)
        self.other = world.book(self.learning_set, booker="ben@example.org", people=["ben@example.org"])

    def knock(self, route: Route, method: str, visitor: Visitor) -> Fate:
        answer = self.world.app.test_client(use_cookies=False).open(
            self.address(route), method=method, headers=self.headers(visitor, self.rule(route), method), json={}
        )
        assert answer.status_code < 500, f"{method} {route}: {answer.text}"
        fates = {each.value: each for each in (Fate.NOBODY, Fate.FORBIDDEN, Fate.NOT_THERE)}
        found = fates.get(answer.status_code, Fate.IN)
        return found if found is not Fate.NOT_THERE or self.rule(route).who is Who.HOLDER else Fate.IN

    def routes(self) -> Iterator[tuple[Route, str]]:
        for route in self.world.app.url_map.iter_rules():
            if route.rule.startswith("/v1/"):
                for method in sorted((route.methods or set()) - {"OPTIONS"}):
                    yield route, method

    def rule(self, route: Route) -> Rule:
        found = rule_of(self.world.app, route.endpoint)
        assert found is not None
        return found

    def address(self, route: Route) -> str:
        """Of this booking and this set; of nothing, where a route is about something else."""
        known = {"booking_id": self.booked.answer["id"], "set_id": to_public(Prefix.SET, self.learning_set.id)}
        return re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda part: known.get(part[1], "unknown"), route.rule)

    def headers(self, visitor: Visitor, rule: Rule, method: str) -> Headers:
        world, now = self.world, self.world.outside.clock.now()
        if visitor is Visitor.NOBODY:
            return {}
        if visitor is Visitor.FORGER:
            return {"X-Site-Key": "pk_setlist_forged", "Authorization": "Bearer forged"}
        if visitor is Visitor.SITE:
            return {"X-Site-Key": SITE_KEY, "Origin": SITE_ORIGIN}
        if visitor is Visitor.HOLDER:
            return self.booked.bearer
        if visitor is Visitor.ANOTHER_HOLDER:
            return self.other.bearer
        keyring = world.outside.keyring
        with world.database.writing() as session:
            if visitor is Visitor.MAILBOX:
                person_id = session.scalars(select(Person.id).limit(1)).one()
                expires_at = int((now + timedelta(minutes=5)).timestamp()).to_bytes(8, "big")
                return bearer(keyring.sign(Purpose.MAILBOX, person_id.bytes + expires_at))
            if visitor is Visitor.READER:
                return bearer(preference_token(keyring, new_id(), mailed_at=now))
            if visitor is Visitor.STAFF_WITH_ALL_SCOPES:
                return a_staff_key(session, *Scope)
            if visitor is Visitor.STAFF_OF_YESTERDAY:
                return a_staff_key(session, *Scope, expires_at=now)
            if visitor is Visitor.STAFF_WITHOUT_THE_SCOPE:
                return a_staff_key(session, *all_but(scope_for(rule, method)))
        if visitor is Visitor.SIGNED_IN_BUT_SENT_FROM_ELSEWHERE:
            return {"Cookie": self.signed_in(*Scope)["Cookie"]}
        return self.signed_in(
            *(Scope if visitor is Visitor.SIGNED_IN_WITH_ALL_SCOPES else all_but(scope_for(rule, method)))
        )

    def signed_in(self, *scopes: Scope) -> Headers:
        """What a script of a staff page sends."""
        browser = signed_in(self.world, *scopes)
        return {"Cookie": f"{COOKIE}={browser.cookie}", "X-CSRF-Token": browser.csrf_token}


def scope_for(rule: Rule, method: str) -> Scope:
    """What staff need there."""
    return rule.scope or (Scope.BOOKINGS_READ if method in READING else Scope.BOOKINGS_WRITE)


def all_but(scope: Scope) -> set[Scope]:
    return set(Scope) - {scope}


def bearer(token: str) -> Headers:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("visitor", Visitor, ids=lambda visitor: visitor.name.lower())
def test_every_operation_lets_in_whom_it_declares_and_nobody_else(world: World, visitor: Visitor) -> None:
    door = Door(world)
    wrong = [
        f"{method} {route}: {found.name}, not {wanted.name}"
        for route, method in door.routes()
        if (found := door.knock(route, method, visitor)) is not (wanted := fate(door.rule(route), method, visitor))
    ]
    assert wrong == []


def test_whoever_lacks_a_page_s_scope_is_told_so_before_a_byte_is_read(world: World) -> None:
    """Else a body that is too large is answered with the page itself."""
    door, browser = Door(world), signed_in(world, Scope.SETS_READ)
    pages = [route for route in world.app.url_map.iter_rules() if "POST" in (route.methods or ())]
    scoped = [page for page in pages if door.rule(page).who is Who.STAFF_PAGE and door.rule(page).scope is not None]
    assert scoped
    for page in scoped:
        answer = browser.client.post(door.address(page), data=b"x" * 11 * 1024 * 1024)
        assert answer.status_code == 403, page


def test_another_s_booking_answers_as_one_that_does_not_exist(world: World) -> None:
    door = Door(world)
    unknown = f"/v1/bookings/{to_public(Prefix.BOOKING, new_id())}"
    for operation, method in (("", "GET"), ("/checkout", "POST"), ("/payment-check", "POST")):
        answers = [
            world.client.open(path + operation, method=method, headers=door.other.bearer).json or {}
            for path in (door.booked.path, unknown)
        ]
        assert [{**answer, "instance": ""} for answer in answers] == [{**answers[0], "instance": ""}] * 2


def test_a_missing_scope_is_named(world: World) -> None:
    door = Door(world)
    with world.database.writing() as session:
        key = a_staff_key(session, Scope.FINANCE_READ)
    answer = world.client.get(door.booked.path, headers=key)
    assert answer.status_code == 403
    assert (answer.json or {})["scope"] == "bookings:read"


def test_the_use_of_a_key_is_noted_once_a_minute_and_in_no_other_transaction(world: World) -> None:
    door = Door(world)
    with world.database.writing() as session:
        key = a_staff_key(session, Scope.BOOKINGS_READ)

    def noted() -> object:
        with world.database.reading() as session:
            return session.scalars(select(StaffKey.last_used_at)).one()

    world.client.get(door.booked.path, headers=key)
    first = noted()
    assert first is not None
    world.client.get(door.booked.path, headers=key)
    assert noted() == first
    world.passes(minutes=1)
    world.client.get(f"/v1/bookings/{to_public(Prefix.BOOKING, new_id())}", headers=key)
    assert noted() != first


def test_a_key_is_refused_from_the_moment_it_is_revoked(world: World) -> None:
    door = Door(world)
    with world.database.writing() as session:
        key = a_staff_key(session, Scope.BOOKINGS_READ)
    assert world.client.get(door.booked.path, headers=key).status_code == 200
    with world.database.writing() as session:
        session.execute(update(StaffKey).values(revoked_at=world.outside.clock.now()))
    assert world.client.get(door.booked.path, headers=key).status_code == 401
