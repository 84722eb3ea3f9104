"""The Stripe stand-in's balance, payouts and disputes, seen through Stripe's own client library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from api.sandbox.state import SandboxState
from api.sandbox.stripe.account import Account
from api.sandbox.stripe.disputes import FEE, close_dispute, open_dispute
from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from api.sandbox.stripe.payments import fail_refund
from api.sandbox.stripe.payouts import PayoutWish, pay_out, settle_payout
from api.sandbox.stripe.refusals import StripeRefusal
from services.clock import Clock
from tests.contracts.stripe_checker import object_faults
from tests.contracts.stripe_client import a_checkout
from tests.offset import FakeOffset

GROSS = 85_000
CHARGE_FEE = 1_275 + 20


@pytest.fixture
def account(state: SandboxState, clock: Clock) -> Account:
    return Account(state, clock)


@pytest.fixture
def charge(client: stripe.StripeClient, account: Account) -> dict[str, Any]:
    """A card payment of £850.00."""
    session = client.v1.checkout.sessions.create(a_checkout())
    apply_outcome(account.state, account.clock, session.id, Outcome.SUCCEED)
    return account.all("charge")[0]


def movements(client: stripe.StripeClient, **filters: Any) -> list[tuple[str, int]]:
    """Reporting category and net, oldest first."""
    listed = client.v1.balance_transactions.list({"limit": 100, **filters}).data  # type: ignore[typeddict-item]
    return [(each.reporting_category, each.net) for each in reversed(listed)]


def balance(client: stripe.StripeClient) -> tuple[int, int]:
    """Available and pending."""
    held = client.v1.balance.retrieve()
    return held.available[0].amount, held.pending[0].amount


def told(client: stripe.StripeClient, pattern: str) -> list[str]:
    return [event.type for event in reversed(client.v1.events.list({"type": pattern, "limit": 100}).data)]


@pytest.mark.usefixtures("charge")
def test_a_charge_is_pending_for_days_and_available_after_them(client: stripe.StripeClient, offset: FakeOffset) -> None:
    assert movements(client) == [("charge", GROSS - CHARGE_FEE)]
    assert balance(client) == (0, GROSS - CHARGE_FEE)
    offset.move(days=4)
    assert balance(client) == (GROSS - CHARGE_FEE, 0)


def test_a_charge_leads_to_its_balance_transaction(client: stripe.StripeClient, charge: dict[str, Any]) -> None:
    found = client.v1.charges.retrieve(charge["id"], {"expand": ["balance_transaction"]}).balance_transaction
    assert isinstance(found, stripe.BalanceTransaction)
    assert (found.amount, found.fee, found.source) == (GROSS, CHARGE_FEE, charge["id"])
    assert [detail.amount for detail in found.fee_details] == [CHARGE_FEE]
    assert client.v1.balance_transactions.retrieve(found.id).id == found.id
    assert len(client.v1.balance_transactions.list({"source": charge["id"], "type": "charge"}).data) == 1


def test_a_refund_that_fails_puts_its_money_back(
    client: stripe.StripeClient, account: Account, charge: dict[str, Any]
) -> None:
    refund = client.v1.refunds.create({"charge": charge["id"], "amount": 5_000})
    fail_refund(account, refund.id)
    failed = client.v1.refunds.retrieve(refund.id, {"expand": ["balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "lost_or_stolen_card")
    assert str(failed.failure_balance_transaction).startswith("txn_")
    assert movements(client)[1:] == [("refund", -5_000), ("refund_failure", 5_000)]
    assert client.v1.charges.retrieve(charge["id"]).amount_refunded == 0
    assert told(client, "refund.*") == ["refund.created", "refund.failed"]
    with pytest.raises(StripeRefusal):
        fail_refund(account, refund.id)


@pytest.mark.parametrize("is_won", [True, False])
def test_a_dispute_takes_the_money_and_a_fee_and_gives_back_the_money_alone(
    client: stripe.StripeClient, account: Account, charge: dict[str, Any], is_won: bool
) -> None:
    opened = open_dispute(account, charge, amount=None, reason="fraudulent")
    assert movements(client)[1:] == [("dispute", -GROSS - FEE)]
    with pytest.raises(stripe.InvalidRequestError, match="charged back"):
        client.v1.refunds.create({"charge": charge["id"]})
    close_dispute(account, opened["id"], is_won=is_won)
    assert movements(client)[2:] == ([("dispute_reversal", GROSS)] if is_won else [])
    dispute = client.v1.disputes.retrieve(opened["id"])
    assert dispute.status == ("won" if is_won else "lost")
    assert len(dispute.balance_transactions) == (2 if is_won else 1)
    assert [each.id for each in client.v1.disputes.list({"charge": charge["id"]}).data] == [dispute.id]
    assert told(client, "charge.dispute.*")[:2] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert told(client, "charge.dispute.*")[-1] == "charge.dispute.closed"
    with pytest.raises(StripeRefusal):
        close_dispute(account, opened["id"], is_won=is_won)


@pytest.mark.usefixtures("charge")
def test_an_automatic_payout_takes_all_there_is_and_lists_it(client: stripe.StripeClient, account: Account) -> None:
    made = pay_out(account, PayoutWish())
    payout = client.v1.payouts.retrieve(made["id"], {"expand": ["balance_transaction"]})
    assert (payout.amount, payout.status, payout.automatic) == (GROSS - CHARGE_FEE, "paid", True)
    assert payout.reconciliation_status == "completed"
    assert balance(client) == (0, 0)
    assert movements(client, payout=payout.id) == [("charge", payout.amount), ("payout", -payout.amount)]
    assert told(client, "payout.*") == ["payout.created", "payout.paid", "payout.reconciliation_completed"]
    assert [each.id for each in client.v1.payouts.list({"status": "paid"}).data] == [payout.id]
    with pytest.raises(StripeRefusal):
        pay_out(account, PayoutWish())


def test_a_payout_is_negative_where_more_was_given_back_than_came_in(
    client: stripe.StripeClient, account: Account, charge: dict[str, Any]
) -> None:
    pay_out(account, PayoutWish())
    client.v1.refunds.create({"charge": charge["id"], "amount": 7_000})
    assert pay_out(account, PayoutWish())["amount"] == -7_000
    assert balance(client) == (0, 0)


@pytest.mark.usefixtures("charge")
def test_a_manual_payout_takes_an_amount_and_lists_nothing(client: stripe.StripeClient, account: Account) -> None:
    with pytest.raises(StripeRefusal):
        pay_out(account, PayoutWish(is_automatic=False, amount=GROSS))
    manual = pay_out(account, PayoutWish(is_automatic=False, amount=10_000))
    assert manual["reconciliation_status"] == "not_applicable"
    assert movements(client, payout=manual["id"]) == []
    assert pay_out(account, PayoutWish())["amount"] == GROSS - CHARGE_FEE - 10_000


@pytest.mark.usefixtures("charge")
def test_a_payout_that_fails_comes_back_to_the_balance(client: stripe.StripeClient, account: Account) -> None:
    payout = pay_out(account, PayoutWish(is_paid=False))
    assert (payout["status"], payout["reconciliation_status"]) == ("in_transit", "in_progress")
    failed = settle_payout(account, payout["id"], is_paid=False)
    assert (failed["status"], failed["failure_code"]) == ("failed", "account_closed")
    assert movements(client)[-1] == ("payout_reversal", payout["amount"])
    assert balance(client) == (payout["amount"], 0)
    with pytest.raises(StripeRefusal):
        settle_payout(account, payout["id"], is_paid=True)


@pytest.mark.usefixtures("charge")
def test_a_payout_in_transit_arrives_and_is_reconciled(client: stripe.StripeClient, account: Account) -> None:
    payout = pay_out(account, PayoutWish(is_paid=False))
    settle_payout(account, payout["id"], is_paid=True)
    found = client.v1.payouts.retrieve(payout["id"])
    assert (found.status, found.reconciliation_status) == ("paid", "completed")


@pytest.mark.parametrize("kind", ["disputes", "payouts", "balance_transactions"])
def test_what_is_not_there_is_refused(client: stripe.StripeClient, kind: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        getattr(client.v1, kind).retrieve("nothing")
    assert refused.value.code == "resource_missing"


def test_every_object_that_an_event_of_money_carries_has_stripes_shape(
    client: stripe.StripeClient, account: Account, charge: dict[str, Any], state: SandboxState
) -> None:
    fail_refund(account, client.v1.refunds.create({"charge": charge["id"], "amount": 5_000}).id)
    close_dispute(account, open_dispute(account, charge, amount=100, reason="general")["id"], is_won=True)
    settle_payout(account, pay_out(account, PayoutWish())["id"], is_paid=False)
    documents = [event["data"]["object"] for event in state.list("event")]
    assert {document["object"] for document in documents} >= {"refund", "dispute", "payout"}
    assert [fault for document in documents for fault in object_faults(document)] == []
