"""The month's plot: takings, payouts and fees by day, each above an axis of its own, as SVG that no script draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from babel.numbers import format_currency, get_currency_precision

from services.finance.calendar_month import Month
from services.finance.months import Day
from services.mail import formats
from services.money import Money

HEIGHT, LOW_HEIGHT = 150, 84
"""Of a panel in pixels, and of the fees' one."""
HEADROOM = 18
"""Pixels above the highest line, for its label."""
FOOTROOM = 6
LABELLED_DAYS = (1, 8, 15, 22, 29)
GAP = 14
"""Percent of a day's width on each side of its bar."""
MOST_STEPS = 4
STEPS = (1, 2, 5)
TAKINGS = ("Takings", "Card payments, less refunds and disputes lost", "takings")
PAYOUTS = ("Payouts", "What Stripe sent to the bank", "payouts")
FEES = ("Fees", "What Stripe kept; on a scale of their own", "fees")


@dataclass(frozen=True)
class Bar:
    """A day's amount; `x` and `width` in percent of the panel, the rest in pixels."""

    x: str
    width: str
    y: str
    height: str
    says: str
    is_negative: bool


@dataclass(frozen=True)
class Tick:
    """A line across the panel, with its amount."""

    y: str
    label: str
    is_zero: bool


@dataclass(frozen=True)
class DayLabel:
    x: str
    text: str


@dataclass(frozen=True)
class Panel:
    """One kind of money over the month."""

    name: str
    meaning: str
    look: str
    height: int
    ticks: Sequence[Tick]
    bars: Sequence[Bar]
    total: Money


@dataclass(frozen=True)
class Plot:
    panels: Sequence[Panel]
    days: Sequence[DayLabel]


@dataclass(frozen=True)
class Scale:
    """From the lowest line to the highest, in minor units; zero is always one of them."""

    lowest: int
    highest: int
    step: int

    @classmethod
    def of(cls, amounts: Sequence[int], currency: str) -> Scale:
        """The finest whole steps of which few enough hold all of it."""
        low, high = min(0, *amounts), max(0, *amounts)
        size = 10 ** get_currency_precision(currency)
        while True:
            for times in STEPS:
                step = size * times
                below, above = -(low // step), -(-high // step)
                if below + above <= MOST_STEPS:
                    return cls(-below * step, max(above, 1 - below) * step, step)
            size *= 10

    def y(self, amount: int, height: int) -> str:
        drawn = height - HEADROOM - FOOTROOM
        return f"{HEADROOM + drawn * (self.highest - amount) / (self.highest - self.lowest):.1f}"

    def lines(self) -> range:
        return range(self.highest, self.lowest - 1, -self.step)


def draw(month: Month, days: Sequence[Day], currency: str) -> Plot | None:
    """None where nothing moved. Takings and payouts share a scale, to be compared; fees have one of their own."""
    if not days:
        return None
    takings = {day.on: day.takings.amount_minor for day in days}
    payouts = {day.on: day.payouts.amount_minor for day in days}
    fees = {day.on: day.fees.amount_minor for day in days}
    shared = Scale.of([*takings.values(), *payouts.values()], currency)
    own = Scale.of(list(fees.values()), currency)
    panels = [
        _panel(words, month, amounts, scale, currency)
        for words, amounts, scale in ((TAKINGS, takings, shared), (PAYOUTS, payouts, shared), (FEES, fees, own))
    ]
    return Plot(panels, _labels(month))


def _panel(
    words: tuple[str, str, str], month: Month, amounts: Mapping[date, int], scale: Scale, currency: str
) -> Panel:
    name, meaning, look = words
    height = LOW_HEIGHT if look == "fees" else HEIGHT
    return Panel(
        name=name,
        meaning=meaning,
        look=look,
        height=height,
        ticks=[Tick(scale.y(line, height), _whole(line, currency), line == 0) for line in scale.lines()],
        bars=[_bar(month, on, Money(minor, currency), scale, height) for on, minor in sorted(amounts.items()) if minor],
        total=Money(sum(amounts.values()), currency),
    )


def _bar(month: Month, day: date, amount: Money, scale: Scale, height: int) -> Bar:
    width = 100 / month.last.day
    zero, end = float(scale.y(0, height)), float(scale.y(amount.amount_minor, height))
    return Bar(
        x=f"{(day.day - 1) * width + width * GAP / 100:.2f}%",
        width=f"{width * (100 - 2 * GAP) / 100:.2f}%",
        y=f"{min(zero, end):.1f}",
        height=f"{max(abs(zero - end), 1):.1f}",
        says=f"{formats.day(day)}: {formats.money(amount)}",
        is_negative=amount.amount_minor < 0,
    )


def _labels(month: Month) -> list[DayLabel]:
    width = 100 / month.last.day
    days = [month.first + timedelta(days=number - 1) for number in LABELLED_DAYS if number <= month.last.day]
    return [DayLabel(f"{(day.day - 0.5) * width:.2f}%", f"{day.day}") for day in days]


def _whole(amount_minor: int, currency: str) -> str:
    """`£2,000`: lines stand at whole amounts alone."""
    return format_currency(
        formats.major(Money(amount_minor, currency)), currency, "¤#,##0", currency_digits=False, locale=formats.LOCALE
    )
