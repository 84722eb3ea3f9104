"""Finance's operations over HTTP: a month, its payouts, what does not agree, and the books."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.sandbox.stripe.balance import Movement, book
from services.access.keys import Scope, add_staff_key
from services.ids import Prefix, new_id, to_public
from tests.worlds import Booked, World

PRICE, FEE = 18_000, 290


class Finance:
    """Somebody of the finance team, with a key of their own."""

    def __init__(self, world: World, *scopes: Scope) -> None:
        self.world = world
        with world.database.writing() as session:
            key = add_staff_key(
                session, name="finance", scopes=list(scopes), actor="test", now=world.outside.clock.now()
            )
        self.headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str, status: int = 200) -> dict[str, Any]:
        answer = self.world.client.get(f"/v1/finance/{path}", headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json or {}

    def post(self, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
        answer = self.world.client.post(f"/v1/finance/{path}", json=body, headers=self.headers)
        assert answer.status_code == status, answer.text
        return answer.json or {}

    def month(self) -> dict[str, Any]:
        return self.get(f"months/{self.world.outside.clock.now():%Y-%m}")

    def imports(self) -> dict[str, Any]:
        """Ask for an import and let the worker do it."""
        asked = self.post("imports", {}, 202)
        for _ in range(5):
            self.world.work()
            self.world.passes(seconds=2)
        return self.get(f"imports/{asked['id']}")


@pytest.fixture
def finance(world: World) -> Finance:
    return Finance(world, Scope.FINANCE_READ, Scope.FINANCE_WRITE, Scope.BOOKINGS_WRITE)


def paid_booking(world: World) -> Booked:
    booked = world.book(world.a_set(slug=f"set-{new_id().hex[-8:]}"))
    world.pays(booked.session_id)
    world.settle()
    return booked


def refund(finance: Finance, booked: Booked, amount: int | None, *, key: str = "a-key") -> TestResponse:
    money = None if amount is None else {"amount_minor": amount, "currency": "GBP"}
    return finance.world.client.post(
        f"/v1/staff/bookings/{booked.answer['id']}/refunds",
        json={"amount": money, "reason": "fell ill"},
        headers=finance.headers | {"Idempotency-Key": key},
    )


def test_a_month_without_anything_is_explained(finance: Finance) -> None:
    month = finance.get("months/2026-02")
    assert month["unexplained"] == {"amount_minor": 0, "currency": "GBP"}
    assert month["days"] == []
    finance.get("months/2026-13", 404)
    finance.get("months/yesterday", 404)


def test_a_month_says_what_came_and_where_it_went(finance: Finance) -> None:
    paid_booking(finance.world)
    finance.world.refunds_in_dashboard(1_000)
    finance.world.pays_out()
    assert finance.imports()["status"] == "done"
    month = finance.month()
    assert {name: money["amount_minor"] for name, money in month["totals"].items()} == {
        "payments": PRICE,
        "refunds": -1_000,
        "disputes": 0,
        "fees": FEE,
        "payouts": -(PRICE - FEE - 1_000),
        "other": 0,
    }
    assert month["unexplained"]["amount_minor"] == 0
    assert month["counts"]["payouts_awaiting_bank"] == 1
    assert [(day["takings"]["amount_minor"], day["fees"]["amount_minor"]) for day in month["days"]] == [
        (PRICE - 1_000, FEE)
    ]


def test_a_payout_is_shown_line_by_line_with_what_we_have_for_each(finance: Finance) -> None:
    booked = paid_booking(finance.world)
    payout_id = finance.world.pays_out()
    finance.imports()
    [listed] = finance.get("payouts")["data"]
    shown = finance.get(f"payouts/{payout_id}")
    assert (listed["id"], listed["verdict"], shown["verdict"]) == (payout_id, "awaiting_bank", "awaiting_bank")
    assert [(line["reporting_category"], line["net"], line["booking_id"]) for line in shown["lines"]] == [
        ("charge", {"amount_minor": PRICE - FEE, "currency": "GBP"}, booked.answer["id"]),
        ("payout", {"amount_minor": FEE - PRICE, "currency": "GBP"}, None),
    ]
    assert all(line["net"] == line["ours"] for line in shown["lines"])
    finance.get("payouts/po_unknown", 404)


def test_a_discrepancy_is_listed_with_its_actions_and_cleared(finance: Finance) -> None:
    book(finance.world.account, Movement("topup", "topup", 700, "gbp", "tu_1"))
    finance.imports()
    assert finance.month()["unexplained"]["amount_minor"] == 700
    [found] = finance.get("discrepancies?open=true")["data"]
    assert (found["kind"], found["actions"]) == ("unknown_source", ["post_to_suspense"])
    path = f"discrepancies/{found['id']}"
    decision = {"action": "link", "reason": "a gift"}
    assert finance.post(f"{path}/actions", decision, 409)["type"] == "/problems/discrepancy-action-not-possible"
    cleared = finance.post(f"{path}/actions", decision | {"action": "post_to_suspense"})
    assert (cleared["cleared_by"], cleared["reason"], cleared["actions"]) == ("posted_to_suspense", "a gift", [])
    assert finance.post(f"{path}/actions", decision, 409)["type"] == "/problems/discrepancy-closed"
    assert finance.get(path) == cleared
    assert finance.month()["unexplained"]["amount_minor"] == 0
    assert finance.get("discrepancies?open=true")["data"] == []
    finance.get(f"discrepancies/{to_public(Prefix.DISCREPANCY, new_id())}", 404)
    finance.get("discrepancies/nothing", 404)


def test_lists_come_in_pages(finance: Finance) -> None:
    for number in range(3):
        book(finance.world.account, Movement("topup", "topup", 100 + number, "gbp", f"tu_{number}"))
    finance.imports()
    for path in ("discrepancies", "journal"):
        first = finance.get(f"{path}?limit=2")
        rest = finance.get(f"{path}?limit=2&cursor={first['next_cursor']}")
        ids = [each["id"] for each in (*first["data"], *rest["data"])]
        assert (len(ids), len(set(ids)), rest["next_cursor"]) == (3, 3, None)
    assert finance.get("discrepancies?updated_since=2100-01-01T00:00:00Z")["data"] == []


def test_the_trial_balance_sums_to_zero_and_accounts_have_the_codes_they_are_given(finance: Finance) -> None:
    paid_booking(finance.world)
    finance.imports()
    changed = finance.world.client.put(
        "/v1/finance/accounts/stripe_clearing", json={"code": "1251", "name": "Stripe"}, headers=finance.headers
    )
    assert changed.json == {"key": "stripe_clearing", "code": "1251", "name": "Stripe"}
    accounts = finance.get("accounts")
    assert accounts["total"] == [{"amount_minor": 0, "currency": "GBP"}]
    assert {each["code"]: each["balance"]["amount_minor"] for each in accounts["data"]} == {
        "1251": PRICE - FEE,
        "2110": -15_000,
        "2200": -3_000,
        "7901": FEE,
    }
    assert finance.get("accounts?at=2020-01-01")["data"] == []
    unknown = finance.world.client.put(
        "/v1/finance/accounts/petty_cash", json={"code": "1", "name": "Cash"}, headers=finance.headers
    )
    assert unknown.status_code == 404


def test_the_journal_is_read_by_account_source_booking_and_day(finance: Finance) -> None:
    booked = paid_booking(finance.world)
    finance.imports()
    today = f"{finance.world.outside.clock.now():%Y-%m-%d}"
    assert [entry["leg"] for entry in finance.get("journal")["data"]] == ["fee", "taken"]
    [fee] = finance.get("journal?account=stripe_fees")["data"]
    assert [line["amount"]["amount_minor"] for line in fee["lines"]] == [-FEE, FEE]
    [taken] = finance.get(f"journal?booking_id={booked.answer['id']}&from={today}&to={today}")["data"]
    assert (taken["source_type"], taken["lines"][1]["nominal_code"]) == ("payment", "4000")
    assert finance.get(f"journal?source_id={taken['source_id']}")["data"] == [taken]


def test_staff_refund_a_part_and_then_all_that_is_left(finance: Finance) -> None:
    world = finance.world
    booked = paid_booking(world)
    answer = refund(finance, booked, 5_001)
    assert answer.status_code == 201
    assert (answer.json or {})["amount"] == {"amount_minor": 5_001, "currency": "GBP"}
    again = refund(finance, booked, 5_001)
    assert (again.json, again.headers["Idempotent-Replayed"]) == (answer.json, "true")
    too_much = refund(finance, booked, PRICE, key="another")
    assert (too_much.status_code, (too_much.json or {})["left"]["amount_minor"]) == (409, PRICE - 5_001)
    assert refund(finance, booked, None, key="the-rest").status_code == 201
    assert (refund(finance, booked, None, key="more").json or {})["type"] == "/problems/nothing-to-refund"
    world.settle()
    assert [made.amount_minor for made in world.refunds()] == [5_001, PRICE - 5_001]
    assert {made.note for made in world.refunds()} == {"fell ill"}
    balances = {each["account"]["key"] for entry in finance.get("journal")["data"] for each in entry["lines"]}
    assert "suspense" not in balances
    finance.imports()
    assert finance.month()["unexplained"]["amount_minor"] == 0


def test_a_refund_takes_account_of_a_dispute(finance: Finance) -> None:
    world = finance.world
    booked = paid_booking(world)
    world.disputes(amount=10_000)
    world.settle()
    too_much = refund(finance, booked, 8_001)
    assert (too_much.json or {})["left"]["amount_minor"] == 8_000


def test_a_refund_of_nothing_or_nobody_is_refused(finance: Finance) -> None:
    booked = finance.world.book(finance.world.a_set())
    assert refund(finance, booked, None).status_code == 409
    assert refund(finance, booked, 0).status_code == 422
    stranger = Booked({"id": to_public(Prefix.BOOKING, new_id())})
    assert refund(finance, stranger, None).status_code == 404
    assert refund(finance, Booked({"id": "booking_x"}), None).status_code == 404


def test_an_import_says_where_its_progress_stands(finance: Finance) -> None:
    answer = finance.world.client.post("/v1/finance/imports?starts_over=true", headers=finance.headers)
    assert (answer.status_code, (answer.json or {})["starts_over"]) == (202, True)
    assert answer.headers["Location"] == f"/v1/finance/imports/{(answer.json or {})['id']}"


def test_finance_read_does_not_write_and_nobody_else_reads(world: World) -> None:
    reader = Finance(world, Scope.FINANCE_READ)
    reader.get("months/2026-02")
    reader.post("imports", {}, 403)
    Finance(world, Scope.SETS_READ).get("months/2026-02", 403)
    assert world.client.get("/v1/finance/payouts").status_code == 401
