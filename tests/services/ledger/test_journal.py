"""The journal, on both databases: balanced, posted once, never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.audit.models import AuditEntry
from services.database import Database
from services.ids import new_id
from services.ledger.accounts import account_balance, change_account, list_accounts
from services.ledger.chart import AccountKey, ChartAccount
from services.ledger.errors import AccountCodeTaken
from services.ledger.journal import (
    Dimensions,
    Entry,
    Line,
    Source,
    Unbalanced,
    find_entry,
    held_for,
    post,
    read_entry,
    reverse,
)
from services.ledger.models import JournalEntry, JournalLine
from services.ledger.words import SourceType
from services.money import Money

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
PAYMENT = new_id()


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


def an_entry(*, source_id: str = "payment_1", gross: int = 12_000, on: date = TODAY) -> Entry:
    about = Dimensions(payment_id=PAYMENT, nominal_code="4000", vat_code="S20")
    return Entry(
        source=Source(SourceType.PAYMENT, source_id, "taken"),
        effective_on=on,
        lines=(
            Line(AccountKey.STRIPE_CLEARING, pounds(gross), about),
            Line(AccountKey.DEFERRED_INCOME, pounds(-(gross - gross // 6)), about),
            Line(AccountKey.VAT_OUTPUT, pounds(-(gross // 6)), about),
        ),
        actor="test",
        reason="card payment",
    )


def post_one(database: Database, entry: Entry) -> UUID:
    with database.writing() as session:
        return post(session, entry, now=NOW)


def line_of(entry_id: UUID, amount_minor: int, *, currency: str = "GBP", on: date = TODAY) -> dict[str, object]:
    return {
        "id": new_id(),
        "entry_id": entry_id,
        "position": 1,
        "account": AccountKey.BANK,
        "amount_minor": amount_minor,
        "currency": currency,
        "effective_on": on,
    }


def write_by_hand(database: Database, entry_id: UUID, lines: list[dict[str, object]]) -> None:
    """What `post` does, without its care."""
    entry = {
        "id": entry_id,
        "source_type": SourceType.PAYMENT,
        "source_id": "by hand",
        "leg": "taken",
        "effective_on": TODAY,
        "posted_at": NOW,
        "actor": "test",
        "reason": "by hand",
    }
    with database.writing() as session:
        for line in lines:
            session.execute(insert(JournalLine).values(line))
        session.execute(insert(JournalEntry).values(entry))


def lines_in(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(JournalLine.id))) or 0


def test_an_entry_is_read_as_it_was_posted(database: Database) -> None:
    entry_id = post_one(database, an_entry())
    with database.reading() as session:
        assert read_entry(session, entry_id) == an_entry()


def test_the_same_leg_of_a_source_is_posted_once(database: Database) -> None:
    first = post_one(database, an_entry())
    assert post_one(database, replace(an_entry(gross=600), reason="again")) == first
    assert lines_in(database) == 3


def test_two_who_post_the_same_at_once_post_it_once(database: Database) -> None:
    both, posted = Barrier(2), []

    def run() -> None:
        both.wait(10)
        posted.append(post_one(database, an_entry()))

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(set(posted)) == 1
    assert lines_in(database) == 3


def test_lines_of_nothing_are_left_out(database: Database) -> None:
    post_one(database, an_entry(gross=5))
    assert lines_in(database) == 2


@pytest.mark.parametrize("lines", [(), (Line(AccountKey.BANK, pounds(1)),), (Line(AccountKey.BANK, pounds(0)),)])
def test_what_does_not_balance_is_not_posted(database: Database, lines: tuple[Line, ...]) -> None:
    with pytest.raises(Unbalanced):
        post_one(database, replace(an_entry(), lines=lines))


def test_currencies_balance_each_for_itself(database: Database) -> None:
    lines = (Line(AccountKey.BANK, Money(5, "EUR")), Line(AccountKey.SUSPENSE, Money(-5, "GBP")))
    with pytest.raises(Unbalanced):
        post_one(database, replace(an_entry(), lines=lines))


@pytest.mark.parametrize(
    "amounts",
    [[("GBP", 100)], [("GBP", 100), ("GBP", -99)], [("GBP", 100), ("EUR", -100)], []],
    ids=["one line", "a penny short", "two currencies", "no line"],
)
def test_the_database_lets_no_unbalanced_entry_in(database: Database, amounts: list[tuple[str, int]]) -> None:
    entry_id = new_id()
    lines = [line_of(entry_id, minor, currency=currency) for currency, minor in amounts]
    with pytest.raises(IntegrityError, match="balance"):
        write_by_hand(database, entry_id, lines)
    assert lines_in(database) == 0


def test_the_database_holds_lines_to_the_day_of_their_entry(database: Database) -> None:
    entry_id = new_id()
    with pytest.raises(IntegrityError, match="balance"):
        write_by_hand(database, entry_id, [line_of(entry_id, 5, on=date(2026, 1, 1)), line_of(entry_id, -5)])


def test_the_database_commits_no_line_without_its_entry(database: Database) -> None:
    entry_id = new_id()
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(insert(JournalLine), [line_of(entry_id, 5), line_of(entry_id, -5)])
    assert lines_in(database) == 0


def test_the_database_lets_no_line_in_once_the_entry_stands(database: Database) -> None:
    entry_id = post_one(database, an_entry())
    with pytest.raises(IntegrityError, match="sealed"), database.writing() as session:
        session.execute(insert(JournalLine), [line_of(entry_id, 5), line_of(entry_id, -5)])


@pytest.mark.parametrize(
    "change",
    [
        update(JournalLine).values(amount_minor=1),
        update(JournalEntry).values(reason="another"),
        delete(JournalLine),
        delete(JournalEntry),
    ],
    ids=["a line is changed", "an entry is changed", "lines are deleted", "entries are deleted"],
)
def test_the_journal_is_append_only(database: Database, change: object) -> None:
    post_one(database, an_entry())
    with pytest.raises(IntegrityError, match="append-only"), database.writing() as session:
        session.execute(change)  # type: ignore[call-overload]


def test_a_reversal_takes_an_entry_back_once(database: Database) -> None:
    entry_id = post_one(database, an_entry())
    with database.writing() as session:
        taken_back = reverse(session, entry_id, on=TODAY, actor="staff", reason="wrong set", now=NOW)
        assert reverse(session, entry_id, on=TODAY, actor="staff", reason="again", now=NOW) == taken_back
    with database.reading() as session:
        assert account_balance(session, AccountKey.STRIPE_CLEARING, "GBP") == 0
        assert read_entry(session, taken_back).reverses_id == entry_id
        assert find_entry(session, an_entry().source) == entry_id
        assert held_for(session, PAYMENT) == {}


def test_what_is_held_of_a_payment_is_summed_by_account(database: Database) -> None:
    post_one(database, an_entry())
    with database.reading() as session:
        assert held_for(session, PAYMENT) == {
            AccountKey.STRIPE_CLEARING: 12_000,
            AccountKey.DEFERRED_INCOME: -10_000,
            AccountKey.VAT_OUTPUT: -2_000,
        }


def change_bank(session: Session, code: str, name: str = "Current account") -> None:
    change_account(session, ChartAccount(AccountKey.BANK, code, name), actor="a test", now=NOW)


def test_an_account_can_have_another_code_and_name(database: Database) -> None:
    with database.writing() as session:
        change_bank(session, "1210")
        change_bank(session, "1211")
        changed = list_accounts(session)
        assert (changed[AccountKey.BANK].code, changed[AccountKey.BANK].name) == ("1211", "Current account")
        assert changed[AccountKey.SUSPENSE].code == "9998"
        with pytest.raises(AccountCodeTaken) as refused:
            change_bank(session, "9998")
        assert refused.value.facts() == {"account_code": "9998"}
        told = select(AuditEntry.facts).where(AuditEntry.action == "account.changed").order_by(AuditEntry.id)
        assert [facts["to"][0] for facts in session.scalars(told)] == ["1210", "1211"]
