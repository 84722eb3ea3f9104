"""Exports: chosen on a page, and what a program takes only in parts comes as one archive."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from services.access.keys import Scope
from services.database import Database
from services.finance.exports.targets import Target
from tests.builders.books import paid_booking
from tests.builders.ledger import a_ledger
from tests.builders.treasurer import Treasurer, a_treasurer
from tests.worlds import World, a_world

YEAR = "from=2027-01-01&to=2027-12-31&currency=GBP"


@pytest.fixture
def treasurer(world: World) -> Treasurer:
    return a_treasurer(world, Scope.FINANCE_READ)


def test_the_form_offers_every_target_and_the_last_month(treasurer: Treasurer) -> None:
    page = treasurer.read("/exports")
    assert page.count('name="target"') == len(Target)
    last = treasurer.world.outside.clock.now().date().replace(day=1)
    assert f"{last.replace(month=last.month - 1) if last.month > 1 else date(last.year - 1, 12, 1)}" in page


@pytest.mark.parametrize("target", list(Target))
def test_every_target_is_downloaded(treasurer: Treasurer, target: Target) -> None:
    paid_booking(treasurer.world)
    treasurer.world.imports()
    year = treasurer.world.outside.clock.now().year
    answer = treasurer.open(f"/exports/file?target={target}&from={year}-01-01&to={year}-12-31&currency=GBP")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="setlist-')
    assert answer.data


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", ["target", "from", "to", "currency"]),
        (f"target=paper&{YEAR}", ["target"]),
        ("target=sage50&from=soon&to=2027-12-31&currency=GBP", ["from"]),
        ("target=sage50&from=2027-02-01&to=2027-01-31&currency=GBP", ["to"]),
        ("target=sage50&from=0001-01-01&to=9999-12-31&currency=GBP", ["from", "to"]),
        ("target=sage50&from=2027-01-01&to=2027-01-31&currency=gb", ["currency"]),
    ],
)
def test_what_will_not_do_is_named_beside_its_field(treasurer: Treasurer, query: str, wrong: list[str]) -> None:
    answer = treasurer.open(f"/exports/file?{query}")
    assert answer.status_code == 422
    assert [field for field in ("target", "from", "to", "currency") if f'href="#{field}"' in answer.text] == wrong


def test_parts_come_in_one_archive(database: Database, tmp_path: Path) -> None:
    treasurer = a_treasurer(a_world(database, tmp_path), Scope.FINANCE_READ)
    with treasurer.world.database.writing() as session:
        a_ledger(session, payments=700, from_on=date(2027, 1, 4), days=60)
    answer = treasurer.open(f"/exports/file?target=xero-bank&{YEAR}")
    assert answer.headers["Content-Type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        lines = [len(archive.read(name).splitlines()) - 1 for name in names]
    assert names == [
        "setlist-xero-bank-v1-2027-01-01-2027-12-31.csv",
        "setlist-xero-bank-v1-2027-01-01-2027-12-31-part-2.csv",
    ]
    assert lines[0] == 1000
    assert sum(lines) == 700 * 2 + 7
