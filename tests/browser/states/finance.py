"""Finance's pages: a month that is explained and one that is not, and the bank's file on its way in."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import uuid4

import requests
from playwright.sync_api import Page, expect

from tests.browser.states.staff import sign_in
from tests.browser.states.state import State
from tests.browser.visitors import book_by_card
from tests.embedded import Embedded

PATIENCE_MS = 60_000
ODD_FILE = b"Booked;Text;Haben;Soll\n18/11/2026;STRIPE;708,40;\n19/11/2026;Tea;;3,20\n"


def stripe_moves(setlist: Embedded, what: str, **wanted: Any) -> dict[str, Any]:
    """What happens at Stripe without us, by the sandbox's switches."""
    answer = requests.post(f"{setlist.url}/sandbox/stripe/{what}", json=wanted, timeout=10)
    assert answer.ok, answer.text
    moved: dict[str, Any] = answer.json()
    return moved


def this_month(page: Page, setlist: Embedded) -> None:
    """Signed in, with everything fetched from Stripe."""
    sign_in(page, setlist)
    page.goto(f"{setlist.url}/staff/finance")
    fetch_now(page, setlist)


def fetch_now(page: Page, setlist: Embedded) -> None:
    page.get_by_role("button", name="Fetch from Stripe now").click()
    expect(page.get_by_text("Last fetched from Stripe")).to_be_visible(timeout=PATIENCE_MS)
    page.goto(f"{setlist.url}/staff/finance")


@cache
def a_payout(setlist: Embedded) -> str:
    """Of one payment, for all states that show it: places are few."""
    address = book_by_card(setlist, f"{uuid4()}@example.org")["checkout_url"]
    requests.post(address, data={"outcome": "succeed"}, timeout=10)
    return str(stripe_moves(setlist, "payouts")["id"])


@cache
def a_topup(setlist: Embedded) -> str:
    """Money that is none of ours, for all states that show it."""
    return str(stripe_moves(setlist, "balance_transactions", amount=9_000, type="topup", reporting_category="topup"))


def empty_month(page: Page, setlist: Embedded) -> None:
    sign_in(page, setlist)
    page.goto(f"{setlist.url}/staff/finance/2026-01")


def unexplained(page: Page, setlist: Embedded) -> None:
    a_topup(setlist)
    this_month(page, setlist)
    page.get_by_text("Clear it").first.click()


def discrepancy_errors(page: Page, setlist: Embedded) -> None:
    unexplained(page, setlist)
    page.get_by_role("button", name="Mark as explained").first.click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def payout(page: Page, setlist: Embedded) -> None:
    payout_id = a_payout(setlist)
    this_month(page, setlist)
    page.goto(f"{setlist.url}/staff/finance/payouts/{payout_id}")


def bank(page: Page, setlist: Embedded) -> None:
    sign_in(page, setlist)
    page.goto(f"{setlist.url}/staff/finance/bank")


def bank_error(page: Page, setlist: Embedded) -> None:
    bank(page, setlist)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


def columns(page: Page, setlist: Embedded) -> None:
    bank(page, setlist)
    upload(page, ODD_FILE)
    expect(page.get_by_role("heading", name="Which column is which?")).to_be_visible()


def statement(page: Page, setlist: Embedded) -> None:
    bank(page, setlist)
    upload(page, b"Date,Description,Amount\n02/11/2026,Rent,-850.00\n03/11/2026,Donation,250.00\n")
    expect(page.get_by_role("heading", name="New lines")).to_be_visible()


def upload(page: Page, content: bytes) -> None:
    file = {"name": "statement.csv", "mimeType": "text/csv", "buffer": content}
    page.get_by_label("The bank's file").set_input_files(files=[file])
    page.get_by_role("button", name="Upload").click()


def discrepancies(page: Page, setlist: Embedded) -> None:
    sign_in(page, setlist)
    page.goto(f"{setlist.url}/staff/finance/discrepancies")


def exports_errors(page: Page, setlist: Embedded) -> None:
    sign_in(page, setlist)
    page.goto(f"{setlist.url}/staff/finance/exports")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()


STATES = (
    State("finance-empty-month", empty_month),
    State("finance-payout", payout),
    State("finance-month", this_month),
    State("finance-unexplained", unexplained),
    State("finance-discrepancy-errors", discrepancy_errors),
    State("finance-discrepancies", discrepancies),
    State("finance-bank", bank),
    State("finance-bank-error", bank_error),
    State("finance-columns", columns),
    State("finance-statement", statement),
    State("finance-exports-errors", exports_errors),
)
