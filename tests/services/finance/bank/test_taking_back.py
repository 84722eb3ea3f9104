"""Files that were read as what they are not: refused the second time, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from services.clock import Clock
from services.database import Database
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.errors import (
    BankFileReadOtherwise,
    BankFileUnreadable,
    BankMappingNeeded,
    BankStatementMatched,
    BankStatementNotFound,
    BankStatementShared,
)
from services.finance.bank.storing import Upload, UploadOutcome, upload_statement
from services.finance.bank.taking_back import take_back_statement
from services.finance.models import BankLine, BankStatement
from tests.builders.finance import ARRIVAL, Booked, a_payout, as_camt, as_csv, as_ofx
from tests.offset import FakeOffset

STRIPE = Booked(ARRIVAL, "492.00", "STRIPE PAYMENTS UK")
TEA = Booked(ARRIVAL, "-12.50", "Tea")
ODD = b"Gebucht,Worte,Wert,Saldo\n2026-05-13,Tea,-12.50,300.00\n"


class Desk:
    """Where statements are uploaded and taken back."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def upload(
        self, content: bytes, *, account: str | None = None, currency: str | None = None, amount: str | None = None
    ) -> UploadOutcome:
        mapping = CsvMapping("Gebucht", "Worte", amount=amount) if amount else None
        return upload_statement(self.database, self.clock, Upload(content, "staff:test", currency, account, mapping))

    def take_back(self, statement_id: UUID) -> None:
        with self.database.writing() as session:
            take_back_statement(session, statement_id, by="staff:test", now=self.clock.now())

    def amounts(self) -> list[int]:
        with self.database.reading() as session:
            return list(session.scalars(select(BankLine.amount_minor).order_by(BankLine.amount_minor)))

    def statements(self) -> int:
        with self.database.reading() as session:
            return len(session.scalars(select(BankStatement.id)).all())


@pytest.fixture
def desk(database: Database, clock: Clock) -> Desk:
    return Desk(database, clock)


def test_a_file_is_not_stored_a_second_time_as_something_else(desk: Desk) -> None:
    outcome = desk.upload(ODD, amount="Wert")
    for said in ({"amount": "Saldo"}, {"amount": "Wert", "currency": "EUR"}, {"amount": "Wert", "account": "Savings"}):
        with pytest.raises(BankFileReadOtherwise) as refused:
            desk.upload(ODD, **said)
        assert refused.value.statement_id == outcome.statements[0].id
    assert desk.upload(ODD).known == 1
    assert desk.amounts() == [-1_250]


def test_a_statement_that_is_taken_back_may_be_read_anew(desk: Desk) -> None:
    wrong = desk.upload(ODD, amount="Saldo").statements[0]
    desk.take_back(wrong.id)
    assert (desk.amounts(), desk.statements()) == ([], 0)
    with pytest.raises(BankMappingNeeded):
        desk.upload(ODD)
    desk.upload(ODD, amount="Wert")
    assert desk.amounts() == [-1_250]
    with pytest.raises(BankStatementNotFound):
        desk.take_back(wrong.id)


def test_a_statement_whose_line_is_a_payout_is_kept(desk: Desk) -> None:
    with desk.database.writing() as session:
        a_payout(session, "po_1")
    statement = desk.upload(as_csv([STRIPE, TEA])).statements[0]
    with pytest.raises(BankStatementMatched):
        desk.take_back(statement.id)
    assert desk.amounts() == [-1_250, 49_200]


def test_the_latest_of_statements_that_overlap_is_taken_back_first(desk: Desk) -> None:
    first = desk.upload(as_ofx([TEA])).statements[0]
    second = desk.upload(as_camt([TEA, STRIPE])).statements[0]
    elsewhere = desk.upload(as_ofx([TEA], account="99998888")).statements[0]
    with pytest.raises(BankStatementShared) as refused:
        desk.take_back(first.id)
    assert refused.value.statement_id == second.id
    for each in (second, first, elsewhere):
        desk.take_back(each.id)
    assert (desk.amounts(), desk.statements()) == ([], 0)


@pytest.mark.parametrize(("made", "line"), [(as_csv, 3), (as_ofx, 36), (as_camt, 16)])
def test_a_day_that_is_still_to_come_is_refused_by_its_line(
    desk: Desk, offset: FakeOffset, made: Callable[[Sequence[Booked]], bytes], line: int
) -> None:
    today = desk.clock.now().date()
    slip = Booked(today + timedelta(days=2), "1.00", "Tea")
    with pytest.raises(BankFileUnreadable, match="still to come") as refused:
        desk.upload(made([TEA, slip]))
    assert (refused.value.line, desk.statements()) == (line, 0)
    offset.move(days=1)
    assert desk.upload(made([TEA, slip])).statements[0].until_on == slip.on
