"""What is exported: as the golden files have it, in parts of the size each program takes, and never a formula.

After a change that is meant, `GOLDEN=write pytest` writes the files anew; a new column map is a new version.
"""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import select

from services.database import Database
from services.finance.exports.cells import FORMULA_STARTS, csv_bytes
from services.finance.exports.parts import Limit, Record, fill_part
from services.finance.exports.reading import Period, Position
from services.finance.exports.targets import PARTED, STREAMS, Target, Wanted, read_part, read_parts, stream
from services.ids import Prefix, to_public
from services.ledger.accounts import list_accounts, trial_balance
from services.ledger.chart import AccountKey
from services.ledger.journal import Dimensions, Entry, Line, Source, post
from services.ledger.models import JournalLine
from services.ledger.words import SourceType
from services.money import Money
from services.sets.models import Price
from tests.builders.ledger import BuiltLedger, a_ledger
from tests.worlds import World

GOLDEN = Path(__file__).parents[1] / "golden"
QUARTER = Wanted(Period(date(2027, 1, 10), date(2027, 3, 31)), "GBP")
YEAR = Wanted(Period(date(2027, 1, 1), date(2027, 12, 31)), "GBP")
LINES = st.lists(st.tuples(st.integers(1, 9), st.text(max_size=9)), max_size=40)


def a_small_ledger(database: Database) -> BuiltLedger:
    with database.writing() as session:
        return a_ledger(session, payments=4, from_on=date(2027, 1, 4), days=60)


def exported(database: Database, target: Target, wanted: Wanted = QUARTER) -> bytes:
    if target in STREAMS:
        return b"".join(stream(database, target, wanted))
    return read_part(database, target, wanted, None).body


def table(body: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(body.decode(), newline="")))


@pytest.mark.parametrize("target", [target for target in Target if target is not Target.MASTER_XLSX])
def test_a_file_is_as_the_golden_one(database: Database, target: Target) -> None:
    ledger = a_small_ledger(database)
    body = exported(database, target).replace(to_public(Prefix.SET, ledger.set_id).encode(), b"set_GOLDEN")
    golden = GOLDEN / f"{target.value.partition('.')[0]}.{'beancount' if target is Target.BEANCOUNT else 'csv'}"
    if os.environ.get("GOLDEN") == "write":
        golden.write_bytes(body)
    assert body.decode() == golden.read_bytes().decode()


def test_bean_check_finds_nothing_wrong(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        a_ledger(session, payments=120, from_on=date(2027, 1, 4), days=60)
    path = tmp_path / "setlist.beancount"
    path.write_bytes(exported(database, Target.BEANCOUNT))
    checked = subprocess.run(
        [Path(sys.executable).with_name("bean-check"), path], capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")
    assert b"balance Assets:Stripe-Clearing" in path.read_bytes()


def test_journals_come_to_what_the_trial_balance_says(database: Database) -> None:
    a_small_ledger(database)
    with database.reading() as session:
        balances = {
            each.account.code: each.balance.amount_minor for each in trial_balance(session, at=date(2027, 12, 31))
        }
        names = {account.name: account.code for account in list_accounts(session).values()}
    xero, quickbooks, sage = (
        table(exported(database, target, YEAR))[1:]
        for target in (Target.XERO_JOURNALS, Target.QUICKBOOKS_JOURNALS, Target.SAGE50)
    )
    assert summed([(row[3], row[5]) for row in xero]) == balances
    assert summed([(names[row[2]], row[3] or f"-{row[4]}") for row in quickbooks]) == balances
    assert summed([(row[2], row[7] if row[0] == "JD" else f"-{row[7]}") for row in sage]) == balances


def summed(rows: list[tuple[str, str]]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for code, amount in rows:
        sums[code] = sums.get(code, 0) + int(Decimal(amount) * 100)
    return sums


@pytest.mark.parametrize(("target", "most"), [(Target.XERO_BANK, 1000), (Target.XERO_JOURNALS, 300)])
def test_parts_hold_what_the_program_takes_and_lose_nothing(database: Database, target: Target, most: int) -> None:
    with database.writing() as session:
        a_ledger(session, payments=600, from_on=date(2027, 1, 4), days=60)
    rows: list[list[str]] = []
    after: Position | None = None
    while True:
        part = read_part(database, target, YEAR, after)
        heading, *lines = table(part.body)
        assert len(lines) <= most
        rows += lines
        if part.ends_at is None:
            break
        after = part.ends_at
    assert len(rows) == (600 * 2 + 6 if target is Target.XERO_BANK else 600 * 5 + 6 * 2)
    assert sum(Decimal(row[heading.index("*Amount")]) for row in rows) == 0


def test_all_parts_at_once_are_the_parts_one_by_one(database: Database) -> None:
    with database.writing() as session:
        a_ledger(session, payments=700, from_on=date(2027, 1, 4), days=60)
    first = read_part(database, Target.XERO_BANK, YEAR, None)
    second = read_part(database, Target.XERO_BANK, YEAR, first.ends_at)
    assert list(read_parts(database, Target.XERO_BANK, YEAR)) == [first.body, second.body]


def test_the_spreadsheet_says_what_the_csv_says_and_its_numbers_are_numbers(database: Database) -> None:
    with database.writing() as session:
        a_ledger(session, payments=120, from_on=date(2027, 1, 4), days=60)
    with zipfile.ZipFile(BytesIO(exported(database, Target.MASTER_XLSX, YEAR))) as book:
        sheets = [cells(book.read(f"xl/worksheets/sheet{number}.xml")) for number in (1, 2, 3)]
    lines = table(exported(database, Target.MASTER_CSV, YEAR))
    heading = lines[0]
    assert [len(sheet) for sheet in sheets] == [len(lines), 2, 2]
    for shown, line in zip(sheets[0][1:], lines[1:], strict=True):
        for name in ("gross", "fee", "net", "vat"):
            assert shown[heading.index(name)] == ("number", Decimal(line[heading.index(name)]))
        assert shown[0] == ("text", line[0])
    assert [cell for sheet in sheets for row in sheet for cell in row if cell[0] == "formula"] == []
    assert sheets[1][1][3:7] == [
        ("number", Decimal(100)),
        ("number", Decimal(18_000)),
        ("number", Decimal(290)),
        ("number", Decimal(17_710)),
    ]


def test_the_codes_of_a_price_stand_in_every_export_that_has_a_field_for_them(world: World) -> None:
    learning_set = world.a_set()
    with world.database.writing() as session:
        price = session.get_one(Price, learning_set.price_id)
        price.nominal_code, price.cost_centre = "4100", "210"
    world.pays(world.book(learning_set).session_id)
    world.settle()
    world.imports()
    today = earn(world)
    wanted = Wanted(Period(today, today), "GBP")

    for row in in_columns(table(exported(world.database, Target.MASTER_CSV, wanted))):
        assert (row["nominal_code"], row["cost_centre"]) == ("4100", "210")
    with zipfile.ZipFile(BytesIO(exported(world.database, Target.MASTER_XLSX, wanted))) as book:
        assert {("text", "4100"), ("text", "210")} <= set(cells(book.read("xl/worksheets/sheet1.xml"))[1])
    xero = in_columns(table(exported(world.database, Target.XERO_JOURNALS, wanted)))
    assert codes(xero, "*AccountCode", "TrackingOption2") == {("1250", "210"), ("2110", "210"), ("4100", "210")}
    sage = in_columns(table(exported(world.database, Target.SAGE50, wanted)))
    assert codes(sage, "Nominal", "Dept", "Ex.Ref") == {(code, "210", "210") for code in ("1250", "2110", "4100")}
    ledger = exported(world.database, Target.BEANCOUNT, wanted).decode()
    assert ledger.count('nominal: "4100"') == ledger.count('cost-centre: "210"') > 0


def earn(world: World) -> date:
    """Post a payment's income as if its set had met; answers the day of all that was posted."""
    with world.database.writing() as session:
        taken = session.scalars(select(JournalLine).where(JournalLine.account == AccountKey.DEFERRED_INCOME)).one()
        about = Dimensions(taken.booking_id, nominal_code=taken.nominal_code, cost_centre=taken.cost_centre)
        earned = Money(-taken.amount_minor, taken.currency)
        lines = Line(AccountKey.DEFERRED_INCOME, earned, about), Line(AccountKey.INCOME, earned * -1, about)
        source = Source(SourceType.PAYMENT, "payment_test", "delivered")
        post(session, Entry(source, taken.effective_on, lines, "test", "met"), now=world.outside.clock.now())
        return taken.effective_on


def in_columns(rows: list[list[str]]) -> list[dict[str, str]]:
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def codes(rows: list[dict[str, str]], *columns: str) -> set[tuple[str, ...]]:
    """Of the lines that are about a booking; VAT is nobody's income."""
    found = {tuple(row[column] for column in columns) for row in rows}
    return {each for each in found if each[-1] and each[0] != "2200"}


def cells(sheet: bytes) -> list[list[tuple[str, str | Decimal | None]]]:
    """By row and column; what is empty is not in the file."""
    found = []
    for row in etree.fromstring(sheet).iterfind(".//{*}row"):
        by_column = {ord(each.get("r")[0]) - ord("A"): cell(each) for each in row}
        found.append([by_column.get(at, ("number", None)) for at in range(max(by_column) + 1)])
    return found


def cell(element: etree._Element) -> tuple[str, str | Decimal | None]:
    if element.find("{*}f") is not None:
        return "formula", None
    text = element.findtext("{*}is/{*}t")
    if text is not None:
        return "text", text
    value = element.findtext("{*}v")
    return "number", None if value is None else Decimal(value).quantize(Decimal("0.01"))


@given(st.text(max_size=30))
def test_no_text_is_ever_a_formula(text: str) -> None:
    written = csv_bytes([(text, Decimal("-1.50"))]).decode("utf-8", "surrogatepass")
    ((shown, number),) = csv.reader(StringIO(written, newline=""))
    assert not shown.startswith(FORMULA_STARTS)
    assert shown in (text, f"'{text}")
    assert number == "-1.50"


@given(LINES, st.integers(1, 12), st.integers(40, 200))
def test_a_part_never_cuts_a_record_and_the_parts_are_the_whole(
    drawn: list[tuple[int, str]], most_rows: int, most_bytes: int
) -> None:
    records = [
        Record(Position(str(at), str(at)), [(at, line) for line in range(rows)]) for at, (rows, _) in enumerate(drawn)
    ]
    collected: list[list[str]] = []
    begin = 0
    while True:
        part = fill_part(("at", "line"), records[begin:], Limit(rows=most_rows, size=most_bytes))
        lines = table(part.body)[1:]
        collected += lines
        assert len(lines) <= max(most_rows, len(records[begin].rows) if begin < len(records) else 0)
        if part.ends_at is None:
            break
        begin = int(part.ends_at.id) + 1
    assert collected == [[str(cell) for cell in row] for record in records for row in record.rows]


def test_every_target_is_exported_in_one_of_the_two_ways() -> None:
    assert set(STREAMS) | set(PARTED) == set(Target)
    assert set(STREAMS) & set(PARTED) == set()
