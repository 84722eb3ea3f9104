"""Line items: what a checkout session sells, each priced in the request itself (`price_data`)."""

from __future__ import annotations

from marshmallow import fields, validate

from api.sandbox.stripe.account import Account, Document, new_id
from api.sandbox.stripe.listing import page
from api.sandbox.stripe.parameters import FormList, Inner, Metadata, Text, WebAddress, WholeNumber
from api.sandbox.stripe.refusals import InvalidParameter, missing

KIND = "checkout.session.line_items"
"""The stand-in's own: a session's line items, under the session's id."""

SMALLEST_TOTAL = {"gbp": 30}
"""In minor units (docs.stripe.com/currencies, minimum charge amounts)."""
SMALLEST_TOTAL_ELSEWHERE = 50


class ProductData(Inner):
    name = Text(required=True)
    description = Text()
    images = FormList(WebAddress())
    metadata = Metadata()


class PriceData(Inner):
    currency = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z]{3}\Z"))
    unit_amount = WholeNumber(required=True)
    product_data = fields.Nested(ProductData(), required=True)


class LineItem(Inner):
    quantity = WholeNumber(least=1, load_default=1)
    price_data = fields.Nested(PriceData(), required=True)


def priced(wanted: list[Document], *, now: int) -> list[Document]:
    """The line items that a request asks for, as Stripe shows them; one currency and a chargeable total."""
    items = [_line_item(each["quantity"], each["price_data"], now) for each in wanted]
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise InvalidParameter("All line items must have the same currency.", param="line_items")
    smallest = SMALLEST_TOTAL.get(currencies.pop(), SMALLEST_TOTAL_ELSEWHERE)
    if total(items) < smallest:
        raise InvalidParameter(
            f"The total amount due must be at least {smallest}.", code="amount_too_small", param="line_items"
        )
    return items


def total(items: list[Document]) -> int:
    """What they cost together, in minor units."""
    amount: int = sum(item["amount_total"] for item in items)
    return amount


def keep(account: Account, session_id: str, items: list[Document]) -> None:
    account.state.put(KIND, session_id, {"data": items})


def list_all(account: Account, session_id: str) -> list[Document]:
    """Every line item of a session."""
    kept = account.find(KIND, session_id)
    if kept is None:
        raise missing("checkout.session", session_id, "session")
    items: list[Document] = kept["data"]
    return items


def list_kept(account: Account, session_id: str) -> Document:
    """A session's line items, its first page, as an expanded session holds it."""
    return _page(account, session_id, {"limit": 10})


def list_line_items(account: Account, parameters: Document, *, session: str) -> Document:
    return _page(account, session, parameters)


def _page(account: Account, session_id: str, parameters: Document) -> Document:
    return page(list_all(account, session_id), parameters, url=f"/v1/checkout/sessions/{session_id}/line_items")


def _line_item(quantity: int, price_data: Document, now: int) -> Document:
    amount = quantity * price_data["unit_amount"]
    currency = price_data["currency"].lower()
    return {
        "id": new_id("li_"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": price_data["product_data"]["name"],
        "metadata": {},
        "price": _price(currency, price_data["unit_amount"], now),
        "quantity": quantity,
    }


def _price(currency: str, unit_amount: int, now: int) -> Document:
    return {
        "id": new_id("price_"),
        "object": "price",
        "active": False,  # Stripe's way with a price made for one session
        "billing_scheme": "per_unit",
        "created": now,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod_", 14),
        "recurring": None,
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": unit_amount,
        "unit_amount_decimal": str(unit_amount),
    }
