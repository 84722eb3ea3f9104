"""What is known of requests is kept as long as it is of use: tokens and counts a day, answers a week, caps a month."""

from __future__ import annotations

from sqlalchemy import func, select

from services.journeys.forget_requests import forget_requests
from services.mail.models import LetterKind
from services.requests.caps import count_letter
from services.requests.models import AddressStamp, IdempotentRequest, RequestCount, SpentNonce
from tests.form_proof import form_headers
from tests.worlds import SITE_KEY, SITE_ORIGIN, World

TABLES = (SpentNonce, RequestCount, IdempotentRequest, AddressStamp)


def kept(world: World) -> list[int | None]:
    forget_requests(world.outside)
    with world.database.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in TABLES]


def test_each_is_forgotten_when_it_is_of_no_more_use(world: World) -> None:
    world.ask(world.a_set(), **form_headers(world.client, SITE_KEY, SITE_ORIGIN))
    with world.database.writing() as session:
        count_letter(session, LetterKind.SIGN_IN, "a hash", now=world.outside.clock.now())
    assert kept(world) == [1, 2, 1, 1]
    world.passes(hours=26)
    assert kept(world) == [0, 0, 1, 1]
    world.passes(days=6)
    assert kept(world) == [0, 0, 0, 1]
    world.passes(days=23)
    assert kept(world) == [0, 0, 0, 1], "the cap of a month looks back to it"
    world.passes(days=1)
    assert kept(world) == [0, 0, 0, 0]
