"""What our gateway reads of Stripe's books, through the real client and under the eyes of the contract."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from api.sandbox.state import SandboxState
from api.sandbox.stripe.account import Account
from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute, open_dispute
from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from api.sandbox.stripe.payments import create_refund, fail_refund
from api.sandbox.stripe.payouts import PayoutWish, pay_out
from services.clock import Clock
from services.money import Money
from services.payments.gateway import DisputeProgress, RefundProgress
from services.payments.stripe_gateway import StripeGateway
from tests.contracts.stripe_checker import CheckedAdapter
from tests.contracts.stripe_gateways import an_order, gateway_through
from tests.offset import FakeOffset

GROSS, FEE = 84_000, 1_280


@pytest.fixture
def gateway(transport: CheckedAdapter) -> StripeGateway:
    return gateway_through(transport)


@pytest.fixture
def account(state: SandboxState, clock: Clock) -> Account:
    return Account(state, clock)


@pytest.fixture
def charge_id(gateway: StripeGateway, account: Account) -> str:
    """A card payment of £840.00."""
    order = an_order(account.clock.now() + timedelta(minutes=45))
    opened = gateway.open_checkout(gateway.checkout_request(order), "a-key")
    apply_outcome(account.state, account.clock, opened.stripe_checkout_session_id, Outcome.SUCCEED)
    return str(account.all("charge")[0]["id"])


def pounds(minor: int) -> Money:
    return Money(minor, "GBP")


def test_a_charge_leads_back_to_its_checkout(gateway: StripeGateway, charge_id: str) -> None:
    state = gateway.find_checkout_of_charge(charge_id)
    assert state is not None
    assert state.metadata["booking"] == "booking_01"
    assert state.charge is not None
    assert state.charge.stripe_charge_id == charge_id


@pytest.mark.usefixtures("charge_id")
def test_a_payment_intent_leads_back_to_its_checkout(gateway: StripeGateway, account: Account) -> None:
    [intent] = account.all("payment_intent")
    state = gateway.find_checkout_of_intent(intent["id"])
    assert state is not None
    assert state.metadata["booking"] == "booking_01"


def test_a_slow_payment_was_paid_when_its_money_came(
    gateway: StripeGateway, account: Account, offset: FakeOffset
) -> None:
    opened = gateway.open_checkout(gateway.checkout_request(an_order(account.clock.now() + timedelta(hours=1))), "key")
    apply_outcome(account.state, account.clock, opened.stripe_checkout_session_id, Outcome.DELAY)
    offset.move(days=4)
    apply_outcome(account.state, account.clock, opened.stripe_checkout_session_id, Outcome.SUCCEED)
    charge = gateway.get_checkout(opened.stripe_checkout_session_id).charge
    assert charge is not None
    [moved] = account.all("balance_transaction")
    assert charge.paid_at == datetime.fromtimestamp(moved["created"], UTC)
    assert (charge.paid_at - datetime.fromtimestamp(account.all("charge")[0]["created"], UTC)).days == 4


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("warning_needs_response", DisputeProgress.INQUIRY),
        ("warning_closed", DisputeProgress.WON),
        ("prevented", DisputeProgress.WON),
        ("under_review", DisputeProgress.OPEN),
        ("appeal_under_review", DisputeProgress.OPEN),
    ],
)
def test_a_dispute_stands_as_stripes_words_say(
    gateway: StripeGateway, account: Account, charge_id: str, status: str, progress: DisputeProgress
) -> None:
    opened = open_dispute(account, account.get("charge", charge_id), amount=700, reason="fraudulent")
    account.keep({**opened, "status": status})
    assert gateway.get_dispute(opened["id"]).progress is progress


def test_a_refund_says_what_it_moved_and_whether_it_came_back(
    gateway: StripeGateway, account: Account, offset: FakeOffset, charge_id: str
) -> None:
    made = create_refund(account, {"charge": charge_id, "amount": 5_000, "metadata": {}})
    state = gateway.get_refund(made["id"])
    assert (state.amount, state.progress, state.reference) == (pounds(5_000), RefundProgress.SUCCEEDED, None)
    assert (state.left_at, state.came_back_at) == (datetime.fromtimestamp(made["created"], UTC), None)
    offset.move(days=9)
    fail_refund(account, made["id"])
    failed = gateway.get_refund(made["id"])
    assert (failed.progress, failed.left_at) == (RefundProgress.FAILED, state.left_at)
    assert failed.left_at is not None
    assert failed.came_back_at is not None
    assert (failed.came_back_at - failed.left_at).days == 9


@pytest.mark.parametrize("is_won", [True, False])
def test_a_dispute_says_what_it_moved_and_when(
    gateway: StripeGateway, account: Account, offset: FakeOffset, charge_id: str, is_won: bool
) -> None:
    charge = account.get("charge", charge_id)
    opened = open_dispute(account, charge, amount=700, reason="fraudulent")
    assert gateway.get_dispute(opened["id"]).progress is DisputeProgress.OPEN
    offset.move(days=30)
    close_dispute(account, opened["id"], is_won=is_won)
    state = gateway.get_dispute(opened["id"])
    moved = [(each.amount, (each.moved_at - state.opened_at).days) for each in state.moves]
    if is_won:
        assert state.progress is DisputeProgress.WON
        assert moved == [(pounds(-700), 0), (pounds(700), 30)]
    else:
        assert state.progress is DisputeProgress.LOST
        assert moved == [(pounds(-700), 0)]
    assert (state.reason, state.stripe_payment_intent_id) == ("fraudulent", charge["payment_intent"])


def test_transactions_are_read_page_by_page_in_both_directions(gateway: StripeGateway, account: Account) -> None:
    ids = [book(account, Movement("topup", "topup", 1, "gbp", None))["id"] for _ in range(150)]
    newest = gateway.page_of_transactions()
    older = gateway.page_of_transactions(older_than=newest.transactions[-1].stripe_transaction_id)
    assert (newest.has_more, older.has_more) == (True, False)
    read = [each.stripe_transaction_id for each in (*newest.transactions, *older.transactions)]
    assert read == list(reversed(ids))
    forward = gateway.page_of_transactions(newer_than=ids[0])
    assert [each.stripe_transaction_id for each in forward.transactions] == list(reversed(ids[1:101]))


def test_a_transaction_and_its_payout_are_read_to_the_penny(
    gateway: StripeGateway, account: Account, charge_id: str
) -> None:
    payout_id = pay_out(account, PayoutWish())["id"]
    own, charged = gateway.page_of_transactions(payout=payout_id).transactions
    assert (charged.gross, charged.fee, charged.net) == (pounds(GROSS), pounds(FEE), pounds(GROSS - FEE))
    assert charged.fee_details == [{"type": "stripe_fee", "amount_minor": FEE, "currency": "GBP"}]
    assert (charged.source, charged.reporting_category) == (charge_id, "charge")
    assert (own.source, own.reporting_category, own.net) == (payout_id, "payout", pounds(FEE - GROSS))
    payout = gateway.get_payout(payout_id)
    assert (payout.amount, payout.status, payout.is_automatic) == (pounds(GROSS - FEE), "paid", True)
    assert (payout.reconciliation_status, payout.descriptor) == ("completed", "STRIPE")


@pytest.mark.usefixtures("charge_id")
def test_a_balance_is_what_is_available_and_what_is_pending(gateway: StripeGateway, account: Account) -> None:
    book(account, Movement("topup", "topup", 500, "gbp", None))
    book(account, Movement("topup", "topup", 70, "eur", None))
    assert gateway.balances() == [Money(70, "EUR"), pounds(GROSS - FEE + 500)]


@pytest.mark.usefixtures("charge_id")
def test_events_that_nobody_accepted_are_listed_with_their_bodies(gateway: StripeGateway, account: Account) -> None:
    missed = gateway.list_undelivered_events(account.clock.now() - timedelta(days=1))
    kinds = [each.event.type for each in reversed(missed)]
    assert kinds == ["payment_intent.succeeded", "charge.succeeded", "checkout.session.completed"]
    assert all(each.event.id.encode() in each.body for each in missed)


@pytest.mark.parametrize(
    "read", ["get_refund", "get_dispute", "get_payout", "find_checkout_of_charge", "find_checkout_of_intent"]
)
def test_an_empty_id_is_never_sent(gateway: StripeGateway, read: str) -> None:
    with pytest.raises(ValueError, match="empty id"):
        getattr(gateway, read)("")
