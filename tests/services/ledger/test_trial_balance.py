"""Whatever is posted and taken back, a trial balance sums to zero at any date, and says what was posted by then."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.database import Database
from services.ledger.accounts import trial_balance
from services.ledger.chart import AccountKey
from services.ledger.journal import Entry, Line, Source, post, reverse
from services.ledger.words import SourceType
from services.money import Money
from tests.databases import Databases, Kind

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
FIRST, DAYS = date(2026, 11, 25), 12
"""A fortnight over the end of a month."""
MOST = 10**12


@dataclass(frozen=True)
class Act:
    """Something posted on a day, counted from the first, and perhaps taken back on another."""

    lines: tuple[Line, ...]
    day: int
    taken_back: int | None


@st.composite
def an_act(draw: st.DrawFn) -> Act:
    amounts = draw(
        st.lists(
            st.tuples(st.sampled_from(AccountKey), st.sampled_from(["GBP", "EUR"]), st.integers(-MOST, MOST)),
            min_size=1,
            max_size=4,
        )
    )
    lines = [Line(account, Money(minor, currency)) for account, currency, minor in amounts]
    lines += [Line(AccountKey.SUSPENSE, line.amount * -1) for line in lines]
    days = st.integers(0, DAYS - 1)
    return Act(tuple(lines), draw(days), draw(st.none() | days))


ACTS = st.lists(an_act().filter(lambda act: any(line.amount.amount_minor for line in act.lines)), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_a_trial_balance_sums_to_zero_at_any_date(databases: Databases, database_kind: Kind, acts: list[Act]) -> None:
    database = databases.shared(database_kind)
    with database.writing() as session:
        for number, act in enumerate(acts):
            source = Source(SourceType.PAYMENT, f"payment_{number}", "taken")
            entry_id = post(session, Entry(source, _day(act.day), act.lines, "test", "drawn"), now=NOW)
            if act.taken_back is not None:
                reverse(session, entry_id, on=_day(act.taken_back), actor="test", reason="drawn", now=NOW)
    for day in range(DAYS):
        found = _balances(database, _day(day))
        assert found == _expected(acts, day)
        for currency in ("GBP", "EUR"):
            assert sum(minor for (_, each), minor in found.items() if each == currency) == 0


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


def _balances(database: Database, at: date) -> dict[tuple[AccountKey, str], int]:
    with database.reading() as session:
        found = trial_balance(session, at=at)
    held = {(each.account.key, each.balance.currency): each.balance.amount_minor for each in found}
    return {key: minor for key, minor in held.items() if minor}


def _expected(acts: list[Act], day: int) -> dict[tuple[AccountKey, str], int]:
    held: Counter[tuple[AccountKey, str]] = Counter()
    for act in acts:
        times = (act.day <= day) - (act.taken_back is not None and act.taken_back <= day)
        for line in act.lines:
            held[line.account, line.amount.currency] += times * line.amount.amount_minor
    return {key: minor for key, minor in held.items() if minor}
