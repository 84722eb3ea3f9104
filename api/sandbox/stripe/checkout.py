"""Checkout sessions: a page to pay on, open for a time."""

from __future__ import annotations

from marshmallow import fields, validate

from api.sandbox.stripe import line_items
from api.sandbox.stripe.account import Account, Document, new_id
from api.sandbox.stripe.events import announce
from api.sandbox.stripe.listing import CreatedListParameters, page, was_created
from api.sandbox.stripe.parameters import (
    Choice,
    Flag,
    FormList,
    Inner,
    Instant,
    Metadata,
    Parameters,
    Text,
    WebAddress,
)
from api.sandbox.stripe.refusals import InvalidParameter, StripeRefusal, missing
from api.sandbox.stripe.shapes import new_session

KIND = "checkout.session"
INTENT_DATA = "checkout.session.payment_intent_data"
"""The stand-in's own: what the payment intent of a session shall hold, under the session's id."""

PAY_PATH = "/sandbox/stripe/pay"
"""Where the page to pay on lies; the session's id follows."""

SHORTEST_SECONDS = 30 * 60
LONGEST_SECONDS = 24 * 60 * 60


class AdaptivePricing(Inner):
    enabled = Flag()


class PaymentIntentData(Inner):
    description = Text()
    metadata = Metadata()
    receipt_email = fields.Email()
    statement_descriptor_suffix = Text(limit=22)


class CreateParameters(Parameters):
    """The hosted page in payment mode, which is all that the stand-in plays."""

    mode = Choice("payment", required=True)
    ui_mode = Choice("hosted_page", load_default="hosted_page")
    line_items = FormList(fields.Nested(line_items.LineItem()), required=True, validate=validate.Length(1, 100))
    success_url = WebAddress(required=True)
    cancel_url = WebAddress()
    expires_at = Instant()
    client_reference_id = Text(limit=200)
    customer_email = fields.Email()
    customer_creation = Choice("if_required")
    metadata = Metadata()
    payment_intent_data = fields.Nested(PaymentIntentData(), load_default=lambda: {"metadata": {}})
    allowed_payment_method_types = FormList(Text())
    adaptive_pricing = fields.Nested(AdaptivePricing())
    billing_address_collection = Choice("auto", "required")
    locale = Text(limit=10)
    submit_type = Choice("auto", "book", "donate", "pay")


class SessionListParameters(CreatedListParameters):
    payment_intent = Text()
    status = Choice("open", "complete", "expired")


def create_session(account: Account, parameters: Document, *, pay_page: str) -> Document:
    """Open a session; `pay_page` is the address under which the stand-in's own page is found."""
    now = account.now()
    items = line_items.priced(parameters["line_items"], now=now)
    expires_at = _expiry(parameters.get("expires_at"), now)
    session_id = new_id("cs_test_", 58)
    session = new_session(session_id, parameters, items, now=now)
    session |= {"expires_at": expires_at, "url": f"{pay_page}/{session_id}"}
    account.keep(session)
    line_items.keep(account, session_id, items)
    account.state.put(INTENT_DATA, session_id, parameters["payment_intent_data"])
    return session


def retrieve_session(account: Account, _parameters: Document, *, session: str) -> Document:
    found = find_session(account, session)
    if found is None:
        raise missing(KIND, session, "session")
    return found


def list_sessions(account: Account, parameters: Document) -> Document:
    current = (_as_of_now(account, session) for session in account.all(KIND))
    wanted = [
        session
        for session in current
        if was_created(session, parameters["created"])
        and all(session[name] == parameters[name] for name in ("payment_intent", "status") if name in parameters)
    ]
    return page(wanted, parameters, url="/v1/checkout/sessions")


def expire_session(account: Account, parameters: Document, *, session: str) -> Document:
    """Close an open session before its time."""
    found = retrieve_session(account, parameters, session=session)
    if found["status"] != "open":
        raise StripeRefusal(
            'Only Checkout Sessions with a status in ["open"] can be expired.'
            f" This Checkout Session has a status of `{found['status']}`."
        )
    return close_session(account, found)


def find_session(account: Account, session_id: str) -> Document | None:
    """The session as it is by now: open no longer than its time."""
    session = account.find(KIND, session_id)
    return _as_of_now(account, session) if session else None


def close_session(account: Account, session: Document) -> Document:
    """The session expired, and its payment intent, where somebody had tried to pay, cancelled."""
    session |= {"status": "expired", "url": None}
    with account.state.writing():
        account.keep(session)
        if session["payment_intent"]:
            _cancel_intent(account, account.get("payment_intent", session["payment_intent"]))
        announce(account, "checkout.session.expired", session)
    return session


def _as_of_now(account: Account, session: Document) -> Document:
    if not _has_lapsed(account, session):
        return session
    with account.state.writing():
        again = account.get(KIND, session["id"])
        return close_session(account, again) if _has_lapsed(account, again) else again


def _has_lapsed(account: Account, session: Document) -> bool:
    return bool(session["status"] == "open" and session["expires_at"] <= account.now())


def _cancel_intent(account: Account, intent: Document) -> None:
    intent |= {"status": "canceled", "canceled_at": account.now(), "cancellation_reason": "expired"}
    account.keep(intent)
    announce(account, "payment_intent.canceled", intent)


def _expiry(wanted: int | None, now: int) -> int:
    if wanted is None:
        return now + LONGEST_SECONDS
    if wanted < now + SHORTEST_SECONDS:
        raise InvalidParameter(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.", param="expires_at"
        )
    if wanted > now + LONGEST_SECONDS:
        raise InvalidParameter(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.", param="expires_at"
        )
    return wanted
