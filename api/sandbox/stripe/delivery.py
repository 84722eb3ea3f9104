"""Webhooks: every event told to the endpoint, signed, until it is accepted or given up."""

from __future__ import annotations

import hmac
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import requests

from api.sandbox.faults import Fault, Service, take_fault
from api.sandbox.state import SandboxState
from api.sandbox.stripe.account import Account
from api.sandbox.stripe.events import mark_delivered
from services.clock import Clock

BACK_OFF_SECONDS = (1, 5, 30, 120, 600, 3600)
"""How long to wait after each refusal; Stripe takes three days over it, which nobody at a sandbox would wait for."""

LATE_SECONDS = 120

TIMEOUT_SECONDS = 10

Post = Callable[..., requests.Response]
"""`requests.Session.post`."""


@dataclass(frozen=True)
class Endpoint:
    """Where webhooks go, and the secret that they are signed with."""

    url: str
    secret: str


def deliver_due(state: SandboxState, clock: Clock, *, url: str, secret: str, post: Post) -> int:
    """Send every webhook that is due, oldest first unless a switch says otherwise; answers how many were accepted."""
    account, endpoint = Account(state, clock), Endpoint(url, secret)
    due = (
        state.connection()
        .execute(
            "SELECT id, event_id, body, attempts FROM deliveries"
            " WHERE delivered_at IS NULL AND due_at <= ? ORDER BY id",
            (account.now(),),
        )
        .fetchall()
    )
    if len(due) > 1 and take_fault(state, Service.STRIPE, Fault.REORDER_WEBHOOKS):
        due.reverse()
    return sum(_deliver(account, delivery, endpoint, post) for delivery in due)


def sign(body: bytes, secret: str, *, at: int) -> str:
    """The `Stripe-Signature` header of a body sent at that Unix second."""
    signature = hmac.new(secret.encode(), f"{at}.".encode() + body, sha256).hexdigest()
    return f"t={at},v1={signature}"


def _deliver(account: Account, delivery: sqlite3.Row, endpoint: Endpoint, post: Post) -> bool:
    if take_fault(account.state, Service.STRIPE, Fault.LOSE_WEBHOOK):
        _give_up(account.state, delivery)
        return False
    if take_fault(account.state, Service.STRIPE, Fault.LATE_WEBHOOK):
        _hold_back(account, delivery)
        return False
    is_accepted = _send(delivery["body"], endpoint, post)
    if is_accepted and take_fault(account.state, Service.STRIPE, Fault.DUPLICATE_WEBHOOK):
        _send(delivery["body"], endpoint, post)
    if is_accepted:
        _settle(account, delivery)
    elif delivery["attempts"] < len(BACK_OFF_SECONDS):
        _put_off(account, delivery)
    else:
        _give_up(account.state, delivery)
    return is_accepted


def _send(body: bytes, endpoint: Endpoint, post: Post) -> bool:
    # The machine's time, whatever the sandbox's clock says: receivers refuse signatures that are minutes old.
    signature = sign(body, endpoint.secret, at=int(Clock.machine_now().timestamp()))
    headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
    try:
        response = post(endpoint.url, data=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException:
        return False
    return 200 <= response.status_code < 300


def _settle(account: Account, delivery: sqlite3.Row) -> None:
    with account.state.writing() as connection:
        connection.execute(
            "UPDATE deliveries SET attempts = attempts + 1, delivered_at = ? WHERE id = ?",
            (account.now(), delivery["id"]),
        )
        mark_delivered(account, delivery["event_id"])


def _hold_back(account: Account, delivery: sqlite3.Row) -> None:
    with account.state.writing() as connection:
        connection.execute(
            "UPDATE deliveries SET due_at = ? WHERE id = ?", (account.now() + LATE_SECONDS, delivery["id"])
        )


def _put_off(account: Account, delivery: sqlite3.Row) -> None:
    due_at = account.now() + BACK_OFF_SECONDS[delivery["attempts"]]
    with account.state.writing() as connection:
        connection.execute(
            "UPDATE deliveries SET attempts = attempts + 1, due_at = ? WHERE id = ?", (due_at, delivery["id"])
        )


def _give_up(state: SandboxState, delivery: sqlite3.Row) -> None:
    """Nothing sends a delivery that is never due; its event still shows as not delivered."""
    with state.writing() as connection:
        connection.execute("UPDATE deliveries SET due_at = NULL WHERE id = ?", (delivery["id"],))
