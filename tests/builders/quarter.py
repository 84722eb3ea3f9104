"""A quarter of card payments at Stripe: a thousand bookings, and all that can happen to their money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

from sqlalchemy import select

from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute, open_dispute
from api.sandbox.stripe.payments import create_refund, fail_refund
from api.sandbox.stripe.payouts import PayoutWish, pay_out, settle_payout
from services.access.models import Site
from services.bookings.booking import Participant
from services.effects.kinds import EffectKind
from services.finance.calendar_month import Month
from services.journeys.book_place import Visitor, Wish, book_place
from services.journeys.refund_booking import RefundWish, refund_booking
from services.journeys.settle_payment import settle_payment
from services.journeys.sweep_open_money import queue_open_money
from services.money import Money
from services.payments.checkout import get_first
from services.requests.idempotency import RequestKey
from services.sets.terms import Accepted
from services.sets.words import PaymentMethod
from tests.builders.finance import Booked
from tests.builders.sets import BuiltSet
from tests.worlds import World, session_at

PRICES = (18_000, 9_999, 12_345)
"""Two of them do not divide by six: net and VAT are rounded."""
BATCHES_A_MONTH = 4
LARGEST_SET = 10_000
MONTH_SECONDS = 30 * 24 * 60 * 60
FROM_STRIPE = "STRIPE PAYMENTS UK"


@dataclass(frozen=True)
class PaidBooking:
    """A booking, the session it was paid in, and its price."""

    id: UUID
    session_id: str
    price_minor: int


@dataclass
class Quarter:
    """Lives through three months with a charity, the first of them the next that begins."""

    world: World
    bookings: int
    months: tuple[Month, Month, Month] = field(init=False)
    _sets: list[BuiltSet] = field(init=False)
    _visitor: Visitor = field(init=False)
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        first = Month(Month.of(self.world.outside.clock.now().date()).next)
        second = Month(first.next)
        self.months = (first, second, Month(second.next))
        self._sets = [
            self.world.a_set(slug=f"set-{price}", price_minor=price, capacity=LARGEST_SET) for price in PRICES
        ]
        with self.world.database.reading() as session:
            self._visitor = Visitor(session.scalars(select(Site.id)).one(), None)

    def live(self, month: Month) -> None:
        """Go through a month, to the first day of the next: bookings every week, and a payout after each week's."""
        each = self.bookings // (len(self.months) * BATCHES_A_MONTH)
        for week in range(BATCHES_A_MONTH):
            self._go_to(month.first + timedelta(days=1 + 7 * week))
            self._decide_disputes()
            self._week([self.book(comes_back=bool(number % 20)) for number in range(each)])
            self._go_to(month.first + timedelta(days=4 + 7 * week))
            pay_out(self.world.account, PayoutWish())
        self._rarer_payouts()
        self._go_to(month.next)
        queue_open_money(self.world.outside)
        self.world.imports()

    def statement(self, month: Month) -> list[Booked]:
        """What the bank booked in a month: Stripe's payouts the day after, and what else an account sees."""
        return [line for line in self.bank_lines() if month.first <= line.on < month.next]

    def bank_lines(self) -> list[Booked]:
        """All that the bank has booked by now."""
        paid = [payout for payout in self.world.account.all("payout") if payout["status"] == "paid"]
        lines = [Booked(_day_after(payout["created"]), _pounds(payout["amount"]), FROM_STRIPE) for payout in paid]
        for month in self.months:
            lines += [Booked(month.first, "-1200.00", "RENT"), Booked(month.last, "-3.50", "CHARGES")]
        return sorted(lines)

    def refund(self, booking: PaidBooking, amount: int | None) -> None:
        """Have staff give back all of it, or a part, and Stripe carry that out."""
        wish = RefundWish(booking.id, Money(amount, "GBP") if amount else None, "fell ill")
        refund_booking(self.world.outside, wish, _a_request(), actor="staff:test")
        self.world.work(EffectKind.SEND_REFUND)

    def book(self, *, comes_back: bool = True) -> PaidBooking:
        """Book a place and pay for it; of a payer who does not come back only the import will tell."""
        number = next(self._numbers)
        learning_set, price = self._sets[number % len(PRICES)], PRICES[number % len(PRICES)]
        name, email = f"Payer {number}", f"payer{number}@example.org"
        wish = Wish(
            price_id=learning_set.price_id,
            payment_method=PaymentMethod.CARD,
            booker_name=name,
            booker_email=email,
            organisation=None,
            participants=[Participant(name, email)],
            accepted=Accepted(learning_set.terms_id, learning_set.ground_rules_id),
            newsletter=None,
            return_url=None,
        )
        booked = book_place(self.world.outside, self._visitor, learning_set.slug, wish, _a_request()).booked
        session_id = session_at(booked.checkout_url or "")
        self.world.pays(session_id)
        if comes_back:
            settle_payment(self.world.outside, session_id, actor="test")
        return PaidBooking(booked.id, session_id, price)

    def _week(self, booked: Sequence[PaidBooking]) -> None:
        """One of everything that can happen to a payment; the first of them is not known to be paid yet."""
        _, whole, parts, failing, dashboard, twice, won, lost, disputed, *_ = booked
        self.refund(whole, None)
        self.refund(parts, 3_333)
        self.refund(parts, 1)
        self._fail_refund(failing)
        self._refund_in_dashboard(dashboard, 4_999)
        self._pay_again(twice)
        for booking, is_won in ((won, True), (lost, False), (disputed, None)):
            dispute = open_dispute(self.world.account, self._charge(booking), amount=None, reason="fraudulent")
            if is_won is not None:
                close_dispute(self.world.account, dispute["id"], is_won=is_won)

    def _decide_disputes(self) -> None:
        """The banks decide what was open for more than a month: every other dispute is won."""
        month_ago = self.world.account.now() - MONTH_SECONDS
        waiting = [each for each in self.world.account.all("dispute") if each["status"] == "needs_response"]
        for number, dispute in enumerate(each for each in waiting if each["created"] < month_ago):
            close_dispute(self.world.account, dispute["id"], is_won=bool(number % 2))

    def _fail_refund(self, booking: PaidBooking) -> None:
        """The payer's bank refuses it: the money stays theirs, as credit."""
        self.refund(booking, 2_500)
        refund = self.world.account.all("refund")[0]
        fail_refund(self.world.account, refund["id"])

    def _refund_in_dashboard(self, booking: PaidBooking, amount: int) -> None:
        wanted = {"charge": self._charge(booking)["id"], "amount": amount, "metadata": {}}
        create_refund(self.world.account, wanted)

    def _pay_again(self, booking: PaidBooking) -> None:
        """Stripe has forgotten our key: the same request makes a second session, and that is paid too."""
        with self.world.database.reading() as session:
            asked = get_first(session, booking.id)
        again = self.world.outside.gateway.open_checkout(asked.request, f"a key of another day {booking.id}")
        self.world.pays(again.stripe_checkout_session_id)
        settle_payment(self.world.outside, again.stripe_checkout_session_id, actor="test")
        self.world.work(EffectKind.SEND_REFUND)

    def _rarer_payouts(self) -> None:
        """A manual payout, one that the bank sends back, one that takes money from the bank; and a top-up."""
        account = self.world.account
        self._week([self.book() for _ in range(9)])
        pay_out(account, PayoutWish(is_automatic=False, amount=4_321))
        self.world.passes(days=1)
        failing = pay_out(account, PayoutWish(is_paid=False))
        self.world.passes(hours=3)
        settle_payout(account, failing["id"], is_paid=False)
        book(account, Movement("topup", "topup", 5_000, "gbp", f"tu_{next(self._numbers)}"))
        pay_out(account, PayoutWish())
        paid = self.book()
        pay_out(account, PayoutWish())
        self.world.passes(hours=1)
        self._refund_in_dashboard(paid, 2_000)
        pay_out(account, PayoutWish())

    def _charge(self, booking: PaidBooking) -> dict[str, object]:
        session = self.world.account.get("checkout.session", booking.session_id)
        intent = self.world.account.get("payment_intent", session["payment_intent"])
        return self.world.account.get("charge", intent["latest_charge"])

    def _go_to(self, day: date) -> None:
        """Nine in the morning of that day."""
        ahead = datetime(day.year, day.month, day.day, 9, tzinfo=UTC) - self.world.outside.clock.now()
        self.world.passes(seconds=ahead.total_seconds())


def _a_request() -> RequestKey:
    return RequestKey(principal="test", route="/test", key=str(uuid4()), fingerprint="test")


def _day_after(unix_seconds: int) -> date:
    return datetime.fromtimestamp(unix_seconds, UTC).date() + timedelta(days=1)


def _pounds(minor: int) -> str:
    return str(Decimal(minor).scaleb(-2))
