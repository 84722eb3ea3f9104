"""What happens to money at Stripe that no API call of ours causes: payouts, disputes, refunds made in the dashboard.

Scripts and tests have it happen by these addresses; each answers the object as Stripe would show it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Blueprint, current_app, request
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from api import access
from api.sandbox import Sandbox
from api.sandbox.stripe.account import Account, Document
from api.sandbox.stripe.balance import Movement, book
from api.sandbox.stripe.disputes import close_dispute, open_dispute
from api.sandbox.stripe.payments import charge_of, create_refund, fail_refund
from api.sandbox.stripe.payouts import PayoutWish, pay_out, settle_payout
from api.sandbox.stripe.refusals import StripeRefusal
from services.errors import DomainError, InvalidFields, Kind

blueprint = Blueprint("sandbox_stripe_money", __name__, url_prefix="/sandbox/stripe")

MOST_MINOR = 99_999_999


class MoneyMoveRefused(DomainError):
    """Stripe would not do this either; the sandbox says why in its words."""

    code: ClassVar[str] = "sandbox-money-move-refused"
    title: ClassVar[str] = "The sandbox cannot move money that way now"
    kind: ClassVar[Kind] = Kind.CONFLICT

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def facts(self) -> dict[str, object]:
        return {"detail": self.why}


class Body(Schema):
    class Meta:
        unknown = RAISE


class ChargeBody(Body):
    """A charge, by its own id or its payment intent's."""

    charge = fields.String()
    payment_intent = fields.String()
    amount = fields.Integer(strict=True, load_default=None, validate=validate.Range(1, MOST_MINOR))


class DisputeBody(ChargeBody):
    reason = fields.String(load_default="fraudulent")


class PayoutBody(Body):
    currency = fields.String(load_default="gbp")
    automatic = fields.Boolean(load_default=True)
    amount = fields.Integer(strict=True, load_default=None, allow_none=True, validate=validate.Range(1, MOST_MINOR))
    status = fields.String(load_default="paid", validate=validate.OneOf(["paid", "in_transit"]))
    reconciled = fields.Boolean(load_default=True)


class MovementBody(Body):
    """Any other movement of the balance, which `reporting_category` names."""

    amount = fields.Integer(strict=True, required=True, validate=validate.Range(-MOST_MINOR, MOST_MINOR))
    fee = fields.Integer(strict=True, load_default=0)
    currency = fields.String(load_default="gbp")
    type = fields.String(load_default="adjustment")
    reporting_category = fields.String(load_default="other_adjustment")
    source = fields.String(load_default=None, allow_none=True)


class PayoutOutcome(Body):
    status = fields.String(required=True, validate=validate.OneOf(["paid", "failed"]))


class DisputeOutcome(Body):
    status = fields.String(required=True, validate=validate.OneOf(["won", "lost"]))


class RefundOutcome(Body):
    status = fields.String(required=True, validate=validate.OneOf(["failed"]))


@blueprint.post("/payouts")
@access.sandbox
def make_payout() -> tuple[Document, int]:
    """Make the whole balance available and pay it out, reconciled; `{}` will do."""
    wanted = _read(PayoutBody())
    wish = PayoutWish(
        currency=wanted["currency"],
        is_automatic=wanted["automatic"],
        amount=wanted["amount"],
        is_paid=wanted["status"] == "paid",
        is_reconciled=wanted["reconciled"],
    )
    with _refusing():
        return pay_out(_account(), wish), HTTPStatus.CREATED


@blueprint.post("/payouts/<payout_id>/outcome")
@access.sandbox
def decide_payout(payout_id: str) -> Document:
    """Have the bank take a payout, or send it back."""
    status = _read(PayoutOutcome())["status"]
    with _refusing():
        return settle_payout(_account(), payout_id, is_paid=status == "paid")


@blueprint.post("/disputes")
@access.sandbox
def make_dispute() -> tuple[Document, int]:
    """Have a payer's bank dispute a charge."""
    wanted = _read(DisputeBody())
    account = _account()
    with _refusing():
        charge = charge_of(account, wanted)
        return open_dispute(account, charge, amount=wanted["amount"], reason=wanted["reason"]), HTTPStatus.CREATED


@blueprint.post("/disputes/<dispute_id>/outcome")
@access.sandbox
def decide_dispute(dispute_id: str) -> Document:
    """Have the bank decide a dispute."""
    status = _read(DisputeOutcome())["status"]
    with _refusing():
        return close_dispute(_account(), dispute_id, is_won=status == "won")


@blueprint.post("/refunds")
@access.sandbox
def make_refund() -> tuple[Document, int]:
    """Refund a charge as somebody would in Stripe's dashboard."""
    wanted = {name: value for name, value in _read(ChargeBody()).items() if value is not None}
    with _refusing():
        return create_refund(_account(), {"metadata": {}, **wanted}), HTTPStatus.CREATED


@blueprint.post("/refunds/<refund_id>/outcome")
@access.sandbox
def decide_refund(refund_id: str) -> Document:
    """Have the payer's bank refuse a refund."""
    _read(RefundOutcome())
    with _refusing():
        return fail_refund(_account(), refund_id)


@blueprint.post("/balance_transactions")
@access.sandbox
def move_balance() -> tuple[Document, int]:
    """Move the balance for any other reason."""
    return book(_account(), Movement(**_read(MovementBody()))), HTTPStatus.CREATED


def _account() -> Account:
    sandbox: Sandbox = current_app.extensions["sandbox"]
    return Account(sandbox.state, sandbox.clock)


def _read(body: Schema) -> dict[str, Any]:
    try:
        wanted: dict[str, Any] = body.load(request.get_json(force=True, silent=True) or {})
    except ValidationError as error:
        raise InvalidFields({f"/{name}": "Not valid here." for name in error.messages_dict}) from error
    return wanted


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except StripeRefusal as refusal:
        raise MoneyMoveRefused(str(refusal)) from refusal
