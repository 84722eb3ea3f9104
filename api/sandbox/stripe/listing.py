"""Lists as Stripe pages them: newest first, with a cursor, and the filter on when an object was created."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any

from marshmallow import fields

from api.sandbox.stripe.account import Document
from api.sandbox.stripe.parameters import Inner, Instant, Parameters, Text, WholeNumber
from api.sandbox.stripe.refusals import missing

COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {"gt": gt, "gte": ge, "lt": lt, "lte": le}


class CreatedRange(Inner):
    gt = Instant()
    gte = Instant()
    lt = Instant()
    lte = Instant()


class Created(fields.Nested):
    """A range of instants, or one instant."""

    def __init__(self) -> None:
        super().__init__(CreatedRange(), load_default=dict)

    def _deserialize(self, value: Any, *context: Any, **options: Any) -> Any:
        as_range = {"gte": value, "lte": value} if isinstance(value, str) else value
        return super()._deserialize(as_range, *context, **options)


class ListParameters(Parameters):
    """What every list takes."""

    limit = WholeNumber(least=1, most=100, load_default=10)
    starting_after = Text()
    ending_before = Text()


class CreatedListParameters(ListParameters):
    created = Created()


def was_created(document: Document, within: Mapping[str, int]) -> bool:
    return all(COMPARISONS[name](document["created"], bound) for name, bound in within.items())


def page(documents: list[Document], parameters: Document, *, url: str) -> Document:
    """The part of `documents` that the cursor and the limit ask for."""
    limit = parameters["limit"]
    if "ending_before" in parameters:
        before = documents[: _place(documents, parameters["ending_before"], "ending_before")]
        chosen, has_more = before[-limit:], len(before) > limit
    else:
        start = 0
        if "starting_after" in parameters:
            start = _place(documents, parameters["starting_after"], "starting_after") + 1
        chosen, has_more = documents[start : start + limit], len(documents) > start + limit
    return {"object": "list", "url": url, "has_more": has_more, "data": chosen}


def _place(documents: list[Document], object_id: str, param: str) -> int:
    for place, document in enumerate(documents):
        if document["id"] == object_id:
            return place
    raise missing("object", object_id, param)
