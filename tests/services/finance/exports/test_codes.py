"""What is posted of a booking bears the codes of the price it was made at, and the files show them."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from uuid import UUID

from sqlalchemy import select

from api.sandbox.stripe.disputes import close_dispute
from services.finance.exports.reading import Period
from services.finance.exports.targets import Target, Wanted, stream
from services.ids import Prefix, to_public
from services.ledger.models import JournalLine
from services.sets.models import Price
from tests.builders import BuiltSet
from tests.builders.dates import FAR_AHEAD, LONG_AGO
from tests.worlds import World

CODES = [("4010", "SETS-NORTH"), ("4020", "SETS-SOUTH")]


def a_set_at(world: World, nominal_code: str, cost_centre: str) -> BuiltSet:
    made = world.a_set(slug=cost_centre.lower())
    with world.database.writing() as session:
        price = session.get_one(Price, made.price_id)
        price.nominal_code, price.cost_centre = nominal_code, cost_centre
    return made


def everything_happens(world: World, learning_set: BuiltSet) -> None:
    """A payment, a refund of a part and a dispute that is lost."""
    world.pays(world.book(learning_set).session_id)
    world.settle()
    world.refunds_in_dashboard(5_000)
    close_dispute(world.account, world.disputes(), is_won=False)
    world.settle()


def test_the_journal_and_the_master_bear_the_codes_of_each_sets_price(world: World) -> None:
    sets = [a_set_at(world, *codes) for codes in CODES]
    for learning_set in sets:
        everything_happens(world, learning_set)
    world.imports()
    expected = {(made.id, *codes) for made, codes in zip(sets, CODES, strict=True)}
    assert codes_in_the_journal(world) == expected
    assert codes_in_the_master(world) == {(to_public(Prefix.SET, set_id), *codes) for set_id, *codes in expected}


def codes_in_the_journal(world: World) -> set[tuple[UUID | None, str | None, str | None]]:
    """Of every line that is about a set."""
    lines = select(JournalLine.learning_set_id, JournalLine.nominal_code, JournalLine.cost_centre)
    with world.database.reading() as session:
        return {(row[0], row[1], row[2]) for row in session.execute(lines.where(JournalLine.booking_id.is_not(None)))}


def codes_in_the_master(world: World) -> set[tuple[str, str, str]]:
    """Of every row of a charge, a refund or a dispute."""
    wanted = Wanted(Period(LONG_AGO.date(), FAR_AHEAD.date()), "GBP")
    body = b"".join(stream(world.database, Target.MASTER_CSV, wanted)).decode()
    rows = list(csv.DictReader(StringIO(body, newline="")))
    assert Counter(row["reporting_category"] for row in rows) == dict.fromkeys(("charge", "refund", "dispute"), 2)
    return {(row["set_id"], row["nominal_code"], row["cost_centre"]) for row in rows}
