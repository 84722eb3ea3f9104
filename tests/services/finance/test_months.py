"""Months of the calendar, and what each currency leaves unexplained in one."""

from __future__ import annotations

from datetime import date

import pytest

from api.sandbox.stripe.balance import Movement, book
from services.finance.calendar_month import Month
from services.finance.discrepancies import DiscrepancyFilter, list_discrepancies
from services.finance.months import summarise_month
from services.finance.payout_views import PayoutFilter, list_payouts
from services.money import Money
from tests.worlds import World


def test_a_month_knows_its_days_and_its_neighbours() -> None:
    month = Month.parse("2027-12")
    assert (month.previous, month.last, month.next) == (Month.parse("2027-11"), date(2027, 12, 31), date(2028, 1, 1))
    assert Month.of(date(2028, 2, 29)) == Month.parse("2028-02")


@pytest.mark.parametrize("text", ["2026-13", "1999-12", "9999-12", "0001-01", "2026-1", "٢٠٢٦-11", "yesterday", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, it is no month
        Month.parse(text)


def test_another_currency_cannot_hide_what_it_leaves_unexplained(world: World) -> None:
    book(world.account, Movement("topup", "topup", 9_000, "eur", "tu_1"))
    world.imports()
    month = Month.of(world.outside.clock.now().date())
    with world.database.reading() as session:
        chosen = summarise_month(session, month)
        in_pounds = summarise_month(session, month, "GBP")
    assert (chosen.unexplained, chosen.unexplained_elsewhere) == (Money(9_000, "EUR"), [])
    assert (in_pounds.unexplained, in_pounds.unexplained_elsewhere) == (Money(0, "GBP"), [Money(9_000, "EUR")])


def test_lists_are_a_months_own(world: World) -> None:
    book(world.account, Movement("topup", "topup", 9_000, "gbp", "tu_1"))
    payout_id = world.pays_out()
    world.imports()
    month = Month.of(world.outside.clock.now().date())
    with world.database.reading() as session:
        for each, found in ((month, 1), (month.previous, 0)):
            listed = list_discrepancies(session, DiscrepancyFilter(month=each), after=None, limit=10)
            payouts = list_payouts(session, PayoutFilter(month=each), after=None, limit=10)
            assert (len(listed), len(payouts)) == (found, found)
            assert [payout.id for payout in payouts] in ([payout_id], [])
