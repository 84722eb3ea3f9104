"""Keys: random, shown once, stored as a hash, scoped, expiring, and their use noted now and then (S6, S7)."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from services.access.errors import Unauthenticated
from services.access.keys import (
    SITE_PREFIX,
    STAFF_PREFIX,
    USE_NOTED_EVERY,
    Scope,
    add_site,
    add_staff_key,
    get_staff_key,
    is_listed_origin,
    note_use,
)
from services.access.models import Site, StaffKey
from services.clock import Clock
from services.database import Database
from services.tokens import sha256_hex
from tests.builders import a_site
from tests.recorded_sql import recorded_sql


def bits_of(key: str, prefix: str) -> int:
    assert key.startswith(prefix)
    random = key.removeprefix(prefix)
    return 8 * len(urlsafe_b64decode(random + "=" * (-len(random) % 4)))


def test_keys_carry_256_random_bits_behind_a_prefix_that_scanners_find(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        staff = [add_staff_key(session, name="A", scopes=[], actor="test", now=clock.now()) for _ in range(2)]
        site = add_site(session, name="B", origins=["https://b.example"], actor="test", now=clock.now())
    assert staff[0] != staff[1]
    assert bits_of(staff[0], STAFF_PREFIX) == 256
    assert bits_of(site, SITE_PREFIX) == 256


def test_a_staff_key_is_stored_as_its_hash_alone(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        key = add_staff_key(session, name="A", scopes=[Scope.SETS_READ], actor="test", now=clock.now())
        row = session.execute(select(StaffKey.__table__)).one()
    assert sha256_hex(key) in row
    assert not any(key.removeprefix(STAFF_PREFIX) in str(value) for value in row)


def test_a_key_is_looked_up_by_its_hash_so_that_no_comparison_takes_time(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        key = add_staff_key(session, name="A", scopes=[], actor="test", now=clock.now())
    with recorded_sql(database) as statements, database.reading() as session:
        get_staff_key(session, key, now=clock.now())
    asked = [statement for statement in statements if "staff_keys" in statement]
    assert len(asked) == 1
    assert "key_sha256 =" in asked[0]


@pytest.mark.parametrize("wrong", ["", "sk_setlist_", "sk_setlist_" + "a" * 43, "naïve", "x" * 10_000, "nul\0"])
def test_an_unknown_key_is_nobody(database: Database, clock: Clock, wrong: str) -> None:
    with database.reading() as session, pytest.raises(Unauthenticated):
        get_staff_key(session, wrong, now=clock.now())


def test_a_key_works_until_it_expires(database: Database, clock: Clock) -> None:
    expires_at = clock.now() + timedelta(days=1)
    with database.writing() as session:
        key = add_staff_key(
            session, name="A", scopes=[Scope.SETS_READ], actor="test", now=clock.now(), expires_at=expires_at
        )
        known = get_staff_key(session, key, now=expires_at - timedelta(seconds=1))
        assert known.scopes == {Scope.SETS_READ}
        with pytest.raises(Unauthenticated):
            get_staff_key(session, key, now=expires_at)


def test_a_revoked_key_is_nobody(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        key = add_staff_key(session, name="A", scopes=[], actor="test", now=clock.now())
        session.execute(update(StaffKey).values(revoked_at=clock.now()))
        with pytest.raises(Unauthenticated):
            get_staff_key(session, key, now=clock.now())


def last_use(database: Database) -> datetime | None:
    with database.reading() as session:
        return session.scalars(select(StaffKey.last_used_at)).one()


def test_the_use_of_a_key_is_noted_once_a_minute(database: Database, clock: Clock) -> None:
    first = clock.now()
    with database.writing() as session:
        key = add_staff_key(session, name="A", scopes=[], actor="test", now=first)
        key_id = get_staff_key(session, key, now=first).id
        note_use(session, key_id, now=first)
    for later, noted in (
        (first + timedelta(seconds=59), first),
        (first + USE_NOTED_EVERY, first + USE_NOTED_EVERY),
    ):
        with database.writing() as session:
            note_use(session, key_id, now=later)
        assert last_use(database) == noted


def test_an_origin_is_listed_while_a_site_that_names_it_is_in_use(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        a_site(session, origins=["https://one.example", "https://two.example"])
        assert is_listed_origin(session, "https://two.example")
        assert not is_listed_origin(session, "https://three.example")
        session.execute(update(Site).values(revoked_at=clock.now()))
        assert not is_listed_origin(session, "https://two.example")
