"""What a payer does: pays, is declined, pays by a slow method, gives up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import ClassVar

from api.sandbox.state import SandboxState
from api.sandbox.stripe.account import Account, Document
from api.sandbox.stripe.balance import PENDING_SECONDS, Movement, book, charge_fee
from api.sandbox.stripe.checkout import INTENT_DATA, close_session, find_session
from api.sandbox.stripe.events import announce
from api.sandbox.stripe.shapes import new_charge, new_intent
from services.clock import Clock
from services.errors import DomainError, Kind

DECLINED = {
    "type": "card_error",
    "code": "card_declined",
    "decline_code": "generic_decline",
    "message": "Your card was declined.",
}
FAILED_LATER = {
    "type": "invalid_request_error",
    "code": "payment_method_provider_decline",
    "message": "The payment failed.",
}


class Outcome(StrEnum):
    SUCCEED = "succeed"
    DECLINE = "decline"
    DELAY = "delay"
    ABANDON = "abandon"


class Stage(StrEnum):
    """Where a session stands in the payer's eyes."""

    OPEN = "open"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"


class OutcomeRefused(DomainError):
    """The payer cannot do this at this stage."""

    code: ClassVar[str] = "sandbox-outcome-refused"
    title: ClassVar[str] = "This checkout session does not take that outcome now"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, outcome: Outcome, stage: Stage) -> None:
        super().__init__(f"{outcome} while {stage}")
        self.outcome = outcome
        self.stage = stage

    def facts(self) -> dict[str, object]:
        return {"outcome": self.outcome.value, "stage": self.stage.value}


class SessionUnknown(DomainError):
    """No checkout session has this id."""

    code: ClassVar[str] = "sandbox-checkout-session-unknown"
    title: ClassVar[str] = "There is no such checkout session at the sandbox"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


def apply_outcome(state: SandboxState, clock: Clock, session_id: str, outcome: Outcome) -> Document:
    """Have the payer of a session do this; answers the session afterwards."""
    account = Account(state, clock)
    with state.writing():
        session = look_at_session(account, session_id)
        stage = stage_of(account, session)
        move = MOVES.get((stage, outcome))
        if move is not None:
            move(account, session)
    # Raised outside the transaction, which may have found the session's time over.
    if move is None:
        raise OutcomeRefused(outcome, stage)
    return session


def look_at_session(account: Account, session_id: str) -> Document:
    """The session that a payer has before them."""
    session = find_session(account, session_id)
    if session is None:
        raise SessionUnknown(session_id)
    return session


def stage_of(account: Account, session: Document) -> Stage:
    if session["status"] != "complete":
        return Stage(session["status"])
    if session["payment_status"] == "paid":
        return Stage.PAID
    return Stage.PROCESSING if _intent(account, session)["status"] == "processing" else Stage.FAILED


def was_declined(account: Account, session: Document) -> bool:
    """Whether the payer's last attempt to pay failed."""
    return bool(session["payment_intent"] and _intent(account, session)["last_payment_error"])


def _pay(account: Account, session: Document) -> None:
    _take_payment(account, session)
    session |= {"status": "complete", "payment_status": "paid", "url": None}
    account.keep(session)
    announce(account, "checkout.session.completed", session)


def _be_declined(account: Account, session: Document) -> None:
    _fail_payment(account, session, DECLINED)


def _pay_slowly(account: Account, session: Document) -> None:
    intent = _intent(account, session)
    charge = new_charge(intent, email=session["customer_email"], now=account.now())
    charge |= {"status": "pending", "paid": False}
    intent |= {"status": "processing", "last_payment_error": None, "latest_charge": charge["id"]}
    account.keep(charge)
    account.keep(intent)
    announce(account, "charge.pending", charge)
    announce(account, "payment_intent.processing", intent)
    session |= {"status": "complete", "url": None}
    account.keep(session)
    announce(account, "checkout.session.completed", session)


def _arrive(account: Account, session: Document) -> None:
    _take_payment(account, session)
    session |= {"payment_status": "paid"}
    account.keep(session)
    announce(account, "checkout.session.async_payment_succeeded", session)


def _fail_to_arrive(account: Account, session: Document) -> None:
    _fail_payment(account, session, FAILED_LATER)
    announce(account, "checkout.session.async_payment_failed", session)


def _give_up(account: Account, session: Document) -> None:
    close_session(account, session)


MOVES: Mapping[tuple[Stage, Outcome], Callable[[Account, Document], None]] = {
    (Stage.OPEN, Outcome.SUCCEED): _pay,
    (Stage.OPEN, Outcome.DECLINE): _be_declined,
    (Stage.OPEN, Outcome.DELAY): _pay_slowly,
    (Stage.OPEN, Outcome.ABANDON): _give_up,
    (Stage.PROCESSING, Outcome.SUCCEED): _arrive,
    (Stage.PROCESSING, Outcome.DECLINE): _fail_to_arrive,
}
"""Every move that a payer has; none leads out of paid, failed and expired."""


def _take_payment(account: Account, session: Document) -> None:
    intent = _intent(account, session)
    charge = _pending_charge(account, intent) or new_charge(intent, email=session["customer_email"], now=account.now())
    charge |= {"status": "succeeded", "paid": True, "balance_transaction": book(account, _movement(charge))["id"]}
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
    }
    account.keep(charge)
    account.keep(intent)
    announce(account, "payment_intent.succeeded", intent)
    announce(account, "charge.succeeded", charge)


def _pending_charge(account: Account, intent: Document) -> Document | None:
    """The charge by which a slow method is bringing the money."""
    charge = account.find("charge", intent["latest_charge"] or "")
    return charge if charge is not None and charge["status"] == "pending" else None


def _movement(charge: Document) -> Movement:
    amount = charge["amount"]
    return Movement(
        "charge",
        "charge",
        amount,
        charge["currency"],
        charge["id"],
        fee=charge_fee(amount),
        pending_seconds=PENDING_SECONDS,
    )


def _fail_payment(account: Account, session: Document, error: Document) -> None:
    intent = _intent(account, session)
    charge = _pending_charge(account, intent)
    if charge is not None:
        charge |= {"status": "failed", "failure_code": error["code"], "failure_message": error["message"]}
        account.keep(charge)
        announce(account, "charge.failed", charge)
    intent |= {"status": "requires_payment_method", "last_payment_error": error}
    account.keep(intent)
    announce(account, "payment_intent.payment_failed", intent)


def _intent(account: Account, session: Document) -> Document:
    """The session's payment intent; Stripe makes it when the payer first tries to pay, and so it is here."""
    if session["payment_intent"]:
        return account.get("payment_intent", session["payment_intent"])
    intent = new_intent(session, account.get(INTENT_DATA, session["id"]), now=account.now())
    session["payment_intent"] = intent["id"]
    account.keep(intent)
    account.keep(session)
    return intent
