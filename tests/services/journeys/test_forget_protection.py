"""Spent form tokens and counts are kept no longer than they protect."""

from __future__ import annotations

from sqlalchemy import func, select

from services.journeys.forget_protection import forget_protection
from services.requests.models import RequestCount, SpentNonce
from tests.form_proof import form_headers
from tests.worlds import SITE_KEY, SITE_ORIGIN, World


def kept(world: World) -> list[int | None]:
    with world.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (SpentNonce, RequestCount)]


def test_what_protects_nothing_any_more_is_forgotten(world: World) -> None:
    world.ask(world.a_set(), **form_headers(world.client, SITE_KEY, SITE_ORIGIN))
    assert kept(world) == [1, 2]
    forget_protection(world.outside)
    assert kept(world) == [1, 2]
    world.passes(hours=26)
    forget_protection(world.outside)
    assert kept(world) == [0, 0]
