"""The page to pay on, and the same for scripts: what a payer may do with a checkout session."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from urllib.parse import urlsplit

from babel.numbers import format_currency, get_currency_precision
from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from api import access
from api.headers import form_page
from api.sandbox import Sandbox
from api.sandbox.stripe.account import Account, Document
from api.sandbox.stripe.checkout import PAY_PATH
from api.sandbox.stripe.line_items import list_all
from api.sandbox.stripe.outcomes import (
    MOVES,
    Outcome,
    OutcomeRefused,
    Stage,
    apply_outcome,
    look_at_session,
    stage_of,
    was_declined,
)
from services.errors import InvalidFields

blueprint = Blueprint("sandbox_stripe", __name__)

LABELS = {
    (Stage.OPEN, Outcome.SUCCEED): "Pay",
    (Stage.OPEN, Outcome.DECLINE): "Decline",
    (Stage.OPEN, Outcome.DELAY): "Pay by a slow method",
    (Stage.OPEN, Outcome.ABANDON): "Give up and go back",
    (Stage.PROCESSING, Outcome.SUCCEED): "Let the payment arrive",
    (Stage.PROCESSING, Outcome.DECLINE): "Let the payment fail",
}


@dataclass(frozen=True)
class Line:
    """One thing that is being paid for."""

    description: str
    quantity: int
    amount: str


@dataclass(frozen=True)
class PayPage:
    """What the page shows; `choices` are outcomes with their labels, none where all is over."""

    amount: str
    lines: list[Line]
    stage: Stage
    choices: list[tuple[Outcome, str]]
    is_declined: bool
    way_back: str | None


@blueprint.get(f"{PAY_PATH}/<session_id>")
@access.sandbox
def show_pay_page(session_id: str) -> Response:
    """Show what is to be paid, and what a payer may do now."""
    account = _account()
    session = look_at_session(account, session_id)
    shown = make_response(render_template("sandbox/pay.html", page=_page(account, session)))
    return form_page(shown, form_target=_ways_back(session))


@blueprint.post(f"{PAY_PATH}/<session_id>")
@access.sandbox
def act_on_pay_page(session_id: str) -> Response:
    """Do what the payer chose, and send them where Stripe would."""
    account = _account()
    outcome = _outcome(request.form.get("outcome"))
    try:
        session = apply_outcome(account.state, account.clock, session_id, outcome)
    except OutcomeRefused:
        # A second click, or a page left open: the page itself says how things stand.
        return _see_other(url_for(".show_pay_page", session_id=session_id))
    return _see_other(_destination(session, outcome))


@blueprint.post("/sandbox/stripe/checkout_sessions/<session_id>/outcome")
@access.sandbox
def act_by_script(session_id: str) -> Document:
    """Do what a script says that the payer does."""
    account = _account()
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise InvalidFields({"": "A JSON object is wanted."})
    strangers = {f"/{name}": "Unknown field." for name in given if name != "outcome"}
    if strangers:
        raise InvalidFields(strangers)
    session = apply_outcome(account.state, account.clock, session_id, _outcome(given.get("outcome")))
    return {name: session[name] for name in ("id", "status", "payment_status")}


def _account() -> Account:
    sandbox: Sandbox = current_app.extensions["sandbox"]
    return Account(sandbox.state, sandbox.clock)


def _outcome(given: object) -> Outcome:
    if not isinstance(given, str) or given not in set(Outcome):
        raise InvalidFields({"/outcome": f"One of {', '.join(Outcome)}."})
    return Outcome(given)


def _page(account: Account, session: Document) -> PayPage:
    stage = stage_of(account, session)
    currency = session["currency"]
    return PayPage(
        amount=_money(session["amount_total"], currency),
        lines=[
            Line(item["description"], item["quantity"], _money(item["amount_total"], currency))
            for item in list_all(account, session["id"])
        ],
        stage=stage,
        choices=[(outcome, LABELS[stage, outcome]) for at, outcome in MOVES if at is stage],
        is_declined=stage is Stage.OPEN and was_declined(account, session),
        way_back=_success_url(session) if session["status"] == "complete" else session["cancel_url"],
    )


def _destination(session: Document, outcome: Outcome) -> str:
    if outcome in (Outcome.SUCCEED, Outcome.DELAY):
        return _success_url(session)
    if outcome is Outcome.ABANDON and session["cancel_url"]:
        return str(session["cancel_url"])
    return url_for(".show_pay_page", session_id=session["id"])


def _success_url(session: Document) -> str:
    template: str = session["success_url"]
    return template.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _ways_back(session: Document) -> str:
    """The origins of the website that sent the payer: browsers let a form's answer redirect only to those named."""
    addresses = (urlsplit(address) for address in (session["success_url"], session["cancel_url"]) if address)
    return " ".join(sorted({f"{parts.scheme}://{parts.netloc}" for parts in addresses}))


def _see_other(address: str) -> Response:
    return redirect(address, HTTPStatus.SEE_OTHER)


def _money(amount_minor: int, currency: str) -> str:
    code = currency.upper()
    amount = Decimal(amount_minor).scaleb(-get_currency_precision(code))
    return format_currency(amount, code, locale="en_GB")
