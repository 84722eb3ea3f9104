"""Money moves while we are away, or is moved back by banks: the books come to the penny all the same."""

from __future__ import annotations

from api.sandbox.stripe.account import Account
from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute, open_dispute
from api.sandbox.stripe.payments import create_refund, fail_refund
from api.sandbox.stripe.payouts import PayoutWish, pay_out, settle_payout
from services.bookings.models import Booking
from services.bookings.words import BookingStatus
from services.finance.models import BalanceTransaction, Discrepancy, ImportRun, Payout
from services.finance.words import DiscrepancyKind, ImportStatus
from services.ledger.chart import AccountKey
from services.ledger.models import JournalEntry, JournalLine
from services.payments.models import Dispute, DisputeStatus, Refund, RefundStatus
from tests.processes import Installation
from tests.visitor import Visitor

MORE_THAN_A_PAGE = 150


def account_of(installation: Installation) -> Account:
    return Account(installation.sandbox.state, installation.sandbox.clock)


def is_imported(installation: Installation) -> bool:
    runs = installation.rows(ImportRun)
    return bool(runs) and all(run.status is ImportStatus.DONE for run in runs)


def balance(installation: Installation, account: AccountKey) -> int:
    return sum(line.amount_minor for line in installation.rows(JournalLine) if line.account is account)


def test_four_days_without_a_webhook_are_mended_once_the_worker_is_back(installation: Installation) -> None:
    """F28: no sandbox process runs, so that no webhook is ever sent."""
    installation.start("serve")
    Visitor.at(installation).book_and_pay()
    account = account_of(installation)
    charge = account.all("charge")[0]
    create_refund(account, {"charge": charge["id"], "amount": 4_000, "metadata": {}})
    pay_out(account, PayoutWish())
    installation.set_clock_ahead(days=4)
    installation.start("worker")
    installation.wait_for(lambda: is_imported(installation) and len(installation.rows(Refund)) == 1)
    assert [booking.status for booking in installation.rows(Booking)] == [BookingStatus.CONFIRMED]
    assert balance(installation, AccountKey.STRIPE_CLEARING) == 0
    assert not installation.rows(Discrepancy)
    installation.expect_sound()


def test_banks_change_their_minds_and_the_books_follow(installation: Installation) -> None:
    """F29: disputes lost and won, a refund that fails, a negative payout, and a payout that the bank sends back."""
    installation.start("serve", "sandbox", "worker")
    Visitor.at(installation).book_and_pay()
    account = account_of(installation)
    failing = create_refund(account, {"charge": account.all("charge")[0]["id"], "amount": 3_000, "metadata": {}})
    pay_out(account, PayoutWish())
    fail_refund(account, failing["id"])
    lost = open_dispute(account, account.all("charge")[0], amount=10_000, reason="fraudulent")
    close_dispute(account, lost["id"], is_won=False)
    won = open_dispute(account, {**account.all("charge")[0], "disputed": False}, amount=2_000, reason="duplicate")
    close_dispute(account, won["id"], is_won=True)
    negative = pay_out(account, PayoutWish(is_paid=False))
    assert negative["amount"] < 0
    settle_payout(account, negative["id"], is_paid=False)
    decided = {lost["id"]: DisputeStatus.LOST, won["id"]: DisputeStatus.WON}
    installation.wait_for(
        lambda: {each.stripe_dispute_id: each.status for each in installation.rows(Dispute)} == decided
    )
    installation.wait_for(lambda: [each.status for each in installation.rows(Refund)] == [RefundStatus.FAILED])
    installation.kill("worker")
    installation.start("worker")
    installation.wait_for(lambda: is_imported(installation) and len(installation.rows(BalanceTransaction)) == 9)
    assert balance(installation, AccountKey.BAD_DEBT) == 10_000
    assert balance(installation, AccountKey.DISPUTES_RECEIVABLE) == 0
    assert balance(installation, AccountKey.CUSTOMER_CREDIT) == -3_000
    assert not installation.rows(Discrepancy)
    installation.expect_sound()


def test_an_import_that_is_killed_goes_on_where_it_stopped(installation: Installation) -> None:
    """I4, I5 and I6: killed within a page of transactions, after it, and within the list of a payout."""
    account = account_of(installation)
    for number in range(MORE_THAN_A_PAGE):
        book(account, Movement("topup", "topup", 100 + number, "gbp", f"tu_{number}"))
    pay_out(account, PayoutWish())
    installation.set_clock_ahead(minutes=20)
    installation.run_worker_until_killed("import_page_before_commit")
    assert not installation.rows(BalanceTransaction)
    assert not installation.rows(JournalLine)
    installation.run_worker_until_killed("import_page_stored")
    assert len(installation.rows(BalanceTransaction)) == 100
    installation.run_worker_until_killed("payout_lines_stored")
    [payout] = installation.rows(Payout)
    assert payout.lines_listed_at is None
    installation.start("worker")
    installation.wait_for(lambda: is_imported(installation))
    transactions = installation.rows(BalanceTransaction)
    assert len(transactions) == len(installation.rows(JournalEntry)) == MORE_THAN_A_PAGE + 1
    assert {each.payout_id for each in transactions} == {payout.id}
    assert balance(installation, AccountKey.STRIPE_CLEARING) == 0
    [run] = installation.rows(ImportRun)
    assert run.transactions_read == MORE_THAN_A_PAGE + 1
    found = installation.rows(Discrepancy)
    assert {each.kind for each in found} == {DiscrepancyKind.UNKNOWN_SOURCE}
    assert len(found) == MORE_THAN_A_PAGE
