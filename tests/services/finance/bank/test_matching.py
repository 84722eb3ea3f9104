"""Lines of the bank: stored once, matched where nothing else can be meant, and by people elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from services.clock import Clock
from services.database import Database
from services.finance.bank.choosing import Choice, match_line, unmatch_line
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.errors import (
    BankFileUnreadable,
    BankLineDiffers,
    BankLineMatched,
    BankLineNotFound,
    BankMappingNeeded,
    PayoutAtBank,
)
from services.finance.bank.storing import Upload, UploadOutcome, upload_statement
from services.finance.bank.views import (
    LineFilter,
    LineStatus,
    LineView,
    count_lines,
    find_line_of,
    list_lines,
    list_lines_like,
    list_statements,
)
from services.finance.errors import PayoutNotFound
from services.finance.matching import is_in_time
from services.finance.models import BankCsvMapping, BankLine, BankStatement
from services.finance.reconciliation import reconcile
from services.finance.words import BankMatch, PayoutStatus
from services.ids import new_id
from services.ledger.accounts import account_balance
from services.ledger.chart import AccountKey
from services.money import Money
from tests.builders.finance import ARRIVAL, Booked, a_payout, as_camt, as_csv, as_ofx

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
STRIPE = Booked(ARRIVAL, "492.00", "STRIPE PAYMENTS UK")
TEA = Booked(ARRIVAL, "-12.50", "Tea")


class Bank:
    """What a test does with statements, and sees of them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock

    def payout(self, payout_id: str, *, arrival_on: date = ARRIVAL, status: PayoutStatus = PayoutStatus.PAID) -> None:
        with self.database.writing() as session:
            a_payout(session, payout_id, arrival_on=arrival_on, status=status)

    def upload(self, content: bytes, mapping: CsvMapping | None = None) -> UploadOutcome:
        return upload_statement(self.database, self.clock, Upload(content, by="staff:test", mapping=mapping))

    def lines(self, status: LineStatus | None = None) -> list[LineView]:
        with self.database.reading() as session:
            return list_lines(session, LineFilter(status=status), after=None, limit=100)

    def match(self, line: LineView | UUID, payout_id: str) -> LineView:
        line_id = line if isinstance(line, UUID) else line.id
        with self.database.writing() as session:
            return match_line(session, line_id, Choice(payout_id, "staff:test"), now=NOW)

    def unmatch(self, line: LineView) -> LineView:
        with self.database.writing() as session:
            return unmatch_line(session, line.id, by="staff:test", now=NOW)

    def held(self) -> tuple[int, int]:
        """At the bank, and in transit."""
        with self.database.reading() as session:
            keys = (AccountKey.BANK, AccountKey.PAYOUTS_IN_TRANSIT)
            at_bank, in_transit = (account_balance(session, key, "GBP") for key in keys)
        return at_bank, in_transit

    def stored(self) -> tuple[int, int]:
        """Statements and lines."""
        with self.database.reading() as session:
            statements = session.scalar(select(func.count(BankStatement.id))) or 0
            return statements, session.scalar(select(func.count(BankLine.id))) or 0


@pytest.fixture
def bank(database: Database, clock: Clock) -> Bank:
    return Bank(database, clock)


def counts(outcome: UploadOutcome) -> tuple[int, int, int, int]:
    return outcome.lines, outcome.known, outcome.matched, outcome.suggested


def test_a_line_that_can_only_be_one_payout_is_matched_and_posted(bank: Bank) -> None:
    bank.payout("po_1")
    assert counts(bank.upload(as_ofx([STRIPE, TEA]))) == (2, 0, 1, 0)
    matched, tea = sorted(bank.lines(), key=lambda line: line.status)
    assert (matched.payout_id, matched.matched_by, matched.candidates) == ("po_1", BankMatch.RULE, ())
    assert (tea.status, tea.payout_id) == (LineStatus.UNMATCHED, None)
    assert bank.held() == (49_200, -49_200)


@pytest.mark.parametrize("made", [as_csv, as_ofx, as_camt])
def test_the_same_file_again_changes_nothing(bank: Bank, made: object) -> None:
    content = as_csv([STRIPE, TEA]) if made is as_csv else as_ofx([STRIPE, TEA])
    content = as_camt([STRIPE, TEA]) if made is as_camt else content
    bank.payout("po_1")
    bank.upload(content)
    before = bank.lines()
    assert counts(bank.upload(content)) == (2, 2, 1, 0)
    assert (bank.lines(), bank.stored(), bank.held()) == (before, (1, 2), (49_200, -49_200))


def test_overlapping_statements_bring_each_line_once_and_equal_lines_as_often_as_they_are(bank: Bank) -> None:
    later = Booked(ARRIVAL + timedelta(days=1), "1.00", "Tea")
    assert counts(bank.upload(as_ofx([TEA, TEA])))[:2] == (2, 0)
    assert counts(bank.upload(as_ofx([TEA, TEA, TEA, later])))[:2] == (4, 2)
    assert counts(bank.upload(as_camt([TEA, TEA, TEA, later])))[:2] == (4, 4)
    assert bank.stored() == (3, 4)
    with bank.database.reading() as session:
        assert [each.known for each in list_statements(session, after=None, limit=10)] == [4, 2, 0]


def test_two_payouts_that_a_line_may_be_are_suggested_and_a_person_chooses(bank: Bank) -> None:
    bank.payout("po_1")
    bank.payout("po_2")
    assert counts(bank.upload(as_csv([STRIPE]))) == (1, 0, 0, 1)
    (line,) = bank.lines(LineStatus.SUGGESTED)
    assert line.candidates == ("po_1", "po_2")
    chosen = bank.match(line, "po_2")
    assert (chosen.payout_id, chosen.matched_by, chosen.status) == ("po_2", BankMatch.PERSON, LineStatus.MATCHED)
    assert bank.match(line, "po_2") == chosen
    assert bank.held() == (49_200, -49_200)


def test_two_lines_that_a_payout_may_be_are_left_to_a_person(bank: Bank) -> None:
    bank.payout("po_1")
    assert counts(bank.upload(as_csv([STRIPE, STRIPE]))) == (2, 0, 0, 2)


def test_a_line_that_does_not_name_stripe_is_a_suggestion_alone(bank: Bank) -> None:
    bank.payout("po_1")
    assert counts(bank.upload(as_csv([Booked(ARRIVAL, "492.00", "FASTER PAYMENT")]))) == (1, 0, 0, 1)
    assert bank.held() == (0, 0)


def test_a_line_that_another_account_shows_too_is_a_suggestion_alone(bank: Bank) -> None:
    """A bank's two formats may call one account by two names, and then its second line would be the wrong payout."""
    bank.payout("po_1")
    bank.upload(as_csv([STRIPE]))
    bank.payout("po_2", arrival_on=ARRIVAL + timedelta(days=1))
    assert counts(bank.upload(as_ofx([STRIPE]))) == (1, 0, 0, 1)
    assert counts(bank.upload(as_ofx([STRIPE._replace(on=ARRIVAL + timedelta(days=2))]))) == (1, 0, 0, 1)
    assert [(line.payout_id, line.candidates) for line in bank.lines(LineStatus.SUGGESTED)] == [(None, ("po_2",))] * 2
    assert bank.held() == (49_200, -49_200)


def test_a_match_is_taken_back_and_no_rule_makes_it_again(bank: Bank) -> None:
    bank.payout("po_1")
    bank.upload(as_csv([STRIPE]))
    (line,) = bank.lines()
    undone = bank.unmatch(line)
    assert (undone.status, undone.payout_id, undone.candidates) == (LineStatus.SUGGESTED, None, ("po_1",))
    assert bank.unmatch(line) == undone
    with bank.database.writing() as session:
        reconcile(session, now=NOW)
    assert (bank.lines(), bank.held()) == ([undone], (0, 0))
    bank.match(line, "po_1")
    bank.unmatch(line)
    bank.match(line, "po_1")
    assert bank.held() == (49_200, -49_200)


def test_what_cannot_be_is_not_matched_by_hand_either(bank: Bank) -> None:
    bank.payout("po_1")
    bank.payout("po_2", arrival_on=ARRIVAL + timedelta(days=40))
    bank.upload(as_csv([STRIPE, TEA]))
    matched, tea = sorted(bank.lines(), key=lambda line: line.status)
    for line, payout_id, refused in (
        (tea, "po_2", BankLineDiffers),
        (tea, "po_1", PayoutAtBank),
        (matched, "po_2", BankLineMatched),
        (tea, "po_unknown", PayoutNotFound),
        (new_id(), "po_1", BankLineNotFound),
    ):
        with pytest.raises(refused):
            bank.match(line, payout_id)


def test_a_payout_that_is_imported_later_finds_its_line(bank: Bank) -> None:
    bank.upload(as_csv([STRIPE]))
    bank.payout("po_failed", status=PayoutStatus.FAILED)
    bank.payout("po_1")
    with bank.database.writing() as session:
        reconcile(session, now=NOW)
    assert [line.payout_id for line in bank.lines()] == ["po_1"]


def test_a_file_that_breaks_off_leaves_nothing(bank: Bank) -> None:
    broken = as_csv([STRIPE, TEA]) + b"13/05/2026,Tea\r\n"
    mapping = CsvMapping("Date", "Description", amount="Amount")
    with pytest.raises(BankFileUnreadable):
        bank.upload(broken, mapping)
    with bank.database.reading() as session:
        assert session.scalars(select(BankCsvMapping)).all() == []
    assert bank.stored() == (0, 0)


def test_a_mapping_is_given_once(bank: Bank) -> None:
    first = b"Gebucht,Worte,Wert\n2026-05-13,Stripe,5.00\n"
    with pytest.raises(BankMappingNeeded):
        bank.upload(first)
    bank.upload(first, CsvMapping("Gebucht", "Worte", amount="Wert"))
    assert counts(bank.upload(first.replace(b"-13", b"-14")))[:2] == (1, 0)


def test_a_file_with_the_statements_of_two_accounts_is_two_statements(bank: Bank) -> None:
    one = as_camt([TEA]).decode()
    start, end = one.index("<Stmt>"), one.index("</Stmt>") + len("</Stmt>")
    both = one[:end] + one[start:end].replace("12345678", "12349999") + one[end:]
    outcome = bank.upload(both.encode())
    assert [each.account for each in outcome.statements] == ["5678", "9999"]
    assert (outcome.lines, bank.stored()) == (2, (2, 2))


@pytest.mark.parametrize(
    ("booked_on", "arrival_on", "is_fine"),
    [
        (date(2026, 5, 12), ARRIVAL, True),
        (date(2026, 5, 11), ARRIVAL, False),
        (date(2026, 5, 18), ARRIVAL, True),  # three working days, over a weekend
        (date(2026, 5, 19), ARRIVAL, False),
        (date(2026, 5, 15), date(2026, 5, 18), True),  # the Friday before a Monday
        (date(2026, 5, 14), date(2026, 5, 18), False),
    ],
)
def test_a_line_is_in_time_from_one_working_day_before_to_three_after(
    booked_on: date, arrival_on: date, *, is_fine: bool
) -> None:
    assert is_in_time(booked_on, arrival_on) is is_fine


def test_a_statement_says_how_its_lines_stand_and_a_payout_which_may_be_its_own(bank: Bank) -> None:
    bank.payout("po_1")
    (statement,) = bank.upload(as_csv([STRIPE, TEA, Booked(ARRIVAL + timedelta(days=9), "492.00", "Rent")])).statements
    with bank.database.reading() as session:
        stands = count_lines(session, statement.id)
        mine = find_line_of(session, "po_1")
        alike = list_lines_like(session, Money(49_200, "GBP"), ARRIVAL, limit=5)
        other_currency = list_lines_like(session, Money(49_200, "EUR"), ARRIVAL, limit=5)
        assert find_line_of(session, "po_2") is None
    assert stands == {LineStatus.MATCHED: 1, LineStatus.SUGGESTED: 0, LineStatus.UNMATCHED: 2}
    assert mine is not None
    assert (mine.description, [line.description for line in alike]) == (STRIPE.words, ["Rent"])
    assert other_currency == []
