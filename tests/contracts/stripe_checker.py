"""Holds requests, answers and objects to Stripe's contract."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from api.sandbox.transport import WSGIAdapter
from tests.contracts.stripe_contract import Operation, Schema, derive

OBJECTS = {
    "checkout.session": "stripe.checkout._session:Session",
    "payment_intent": "stripe._payment_intent:PaymentIntent",
    "charge": "stripe._charge:Charge",
    "refund": "stripe._refund:Refund",
    "event": "stripe._event:Event",
    "item": "stripe._line_item:LineItem",
    "price": "stripe._price:Price",
    "balance": "stripe._balance:Balance",
    "balance_transaction": "stripe._balance_transaction:BalanceTransaction",
    "dispute": "stripe._dispute:Dispute",
    "payout": "stripe._payout:Payout",
    "error": "stripe._error_object:ErrorObject",
}
"""Stripe's kinds of object that the stand-in plays, and the class that defines each."""

Nested = dict[str, "str | Nested"]


def find_operation(method: str, path: str) -> Operation | None:
    """The operation that a request is for; a literal path before one with a placeholder."""
    matching = [
        operation
        for operation in derive().operations
        if operation.method == method and re.fullmatch(re.sub(r"{\w+}", r"[^/]+", operation.path), path)
    ]
    return min(matching, key=lambda operation: operation.path.count("{"), default=None)


def form_faults(operation: Operation, encoded: str) -> list[str]:
    """What is wrong with a form, or with a query string."""
    return _faults(_validator(operation.form, derive().forms), nested(encoded))


def answer_faults(operation: Operation, answer: Any) -> list[str]:
    return _faults(_validator(operation.answer, derive().objects), answer)


def object_faults(document: dict[str, Any], kind: str | None = None) -> list[str]:
    """What is wrong with an object of Stripe's, by its own word for its kind unless told another."""
    definition = {"$ref": f"#/$defs/{OBJECTS[kind or document['object']]}"}
    return _faults(_validator(definition, derive().objects), document)


def nested(encoded: str) -> Nested:
    """The objects that a form's deep keys stand for; a list stays an object of numbers, as the contract has it."""
    tree: Nested = {}
    for key, value in parse_qsl(encoded, keep_blank_values=True):
        *way, last = re.findall(r"[^\[\]]+", key)
        node = tree
        for step in way:
            below = node.setdefault(step, {})
            assert isinstance(below, dict), key
            node = below
        node[last] = value
    return tree


class CheckedAdapter(WSGIAdapter):
    """Carries requests to the stand-in, and keeps what in them or in the answers breaks the contract.

    The client takes any exception of its transport for a broken connection, so faults are kept, not raised.
    """

    def __init__(self, app: Any) -> None:
        super().__init__(app)
        self.faults: list[str] = []

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        called = f"{request.method} {request.path_url}"
        url = urlsplit(str(request.url))
        operation = find_operation(str(request.method), url.path)
        if operation is None:
            self.faults.append(f"{called}: no such operation")
            return super().send(request, **options)
        encoded = url.query if request.method == "GET" else str(request.body or "")
        self.faults += [f"{called}: {fault}" for fault in form_faults(operation, encoded)]
        response = super().send(request, **options)
        answer = response.json()
        wrong = answer_faults(operation, answer) if response.ok else object_faults(answer["error"], "error")
        self.faults += [f"{called} -> {response.status_code}: {fault}" for fault in wrong]
        return response


def _faults(validator: Draft202012Validator, value: Any) -> list[str]:
    found = (best_match([error]) for error in validator.iter_errors(value))
    return [f"{error.json_path}: {error.message[:200]}" for error in found if error is not None]


def _validator(schema: Schema, definitions: dict[str, Schema]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "$defs": definitions})
