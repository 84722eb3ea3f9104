"""Expansion: where an answer names another object by its id, a request may ask for the whole of it."""

from __future__ import annotations

from api.sandbox.stripe.account import Account, Document
from api.sandbox.stripe.line_items import list_kept
from api.sandbox.stripe.refusals import InvalidParameter

LINKS = {
    "payment_intent": "payment_intent",
    "latest_charge": "charge",
    "charge": "charge",
    "balance_transaction": "balance_transaction",
    "failure_balance_transaction": "balance_transaction",
}
"""Fields that hold an id, and the kind of object that the id names."""
OFTEN_ABSENT = {("refund", "failure_balance_transaction")}
"""Fields that a document only has once there is something to say."""


def expand(account: Account, document: Document, paths: list[str]) -> None:
    """Put the objects that the paths name into the document; `data.payment_intent` reaches into a list."""
    for path in paths:
        _follow(account, document, path.split("."), path)


def _follow(account: Account, document: Document, steps: list[str], path: str) -> None:
    first, *rest = steps
    if first == "data" and document["object"] == "list" and rest:
        for listed in document["data"]:
            _follow(account, listed, rest, path)
        return
    if first == "line_items" and document["object"] == "checkout.session":
        document[first] = list_kept(account, document["id"])
    elif first in LINKS and first in document:
        if isinstance(document[first], str):
            document[first] = account.find(LINKS[first], document[first])
    elif (document["object"], first) in OFTEN_ABSENT:
        return
    else:
        raise InvalidParameter(f"This property cannot be expanded ({path}).", param="expand")
    if rest and document[first] is not None:
        _follow(account, document[first], rest, path)
