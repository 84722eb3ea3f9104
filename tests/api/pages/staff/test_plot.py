"""The plot: its axes are true, its zero is a line, and what is negative hangs below it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from api.pages.staff.finance.plot import MOST_STEPS, Scale, draw
from services.finance.calendar_month import Month
from services.finance.months import Day
from services.money import Money

MONTH = Month.parse("2027-02")
AMOUNTS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=31)


def a_day(number: int, takings: int, payouts: int, fees: int, currency: str = "GBP") -> Day:
    on = date(2027, 2, number)
    return Day(on=on, takings=Money(takings, currency), fees=Money(fees, currency), payouts=Money(payouts, currency))


@given(AMOUNTS, st.sampled_from(["GBP", "JPY", "KWD"]))
def test_a_scale_holds_all_amounts_in_few_whole_steps_and_zero_is_one(amounts: list[int], currency: str) -> None:
    scale = Scale.of(amounts, currency)
    lines = list(scale.lines())
    assert lines[0] >= max(amounts)
    assert lines[-1] <= min(amounts)
    assert 0 in lines
    assert 2 <= len(lines) <= MOST_STEPS + 2


def test_a_month_without_movement_has_no_plot() -> None:
    assert draw(MONTH, [], "GBP") is None


def test_takings_and_payouts_share_an_axis_and_fees_have_their_own() -> None:
    plot = draw(MONTH, [a_day(1, 180_000, 150_000, 290), a_day(28, -30_000, 0, 0)], "GBP")
    assert plot is not None
    takings, payouts, fees = plot.panels
    assert [tick.label for tick in takings.ticks] == ["£2,000", "£1,000", "£0", "-£1,000"]
    assert [tick.label for tick in payouts.ticks] == [tick.label for tick in takings.ticks]
    assert [tick.label for tick in fees.ticks] == ["£3", "£2", "£1", "£0"]
    assert [tick.is_zero for tick in takings.ticks] == [False, False, True, False]
    assert (takings.total, payouts.total, fees.total) == (
        Money(150_000, "GBP"),
        Money(150_000, "GBP"),
        Money(290, "GBP"),
    )


def test_a_bar_reaches_from_zero_to_its_amount_whichever_way() -> None:
    plot = draw(MONTH, [a_day(1, 200_000, 0, 0), a_day(28, -100_000, 0, 0)], "GBP")
    assert plot is not None
    takings = plot.panels[0]
    up, down = takings.bars
    zero = next(tick.y for tick in takings.ticks if tick.is_zero)
    top, bottom = takings.ticks[0].y, takings.ticks[-1].y
    assert (up.y, f"{float(up.y) + float(up.height):.1f}", up.is_negative) == (top, zero, False)
    assert (down.y, f"{float(down.y) + float(down.height):.1f}", down.is_negative) == (zero, bottom, True)
    assert down.says == "Sunday 28 February 2027: -£1,000.00"
    assert [day.text for day in plot.days] == ["1", "8", "15", "22"]
    assert plot.panels[1].bars == []
