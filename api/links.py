"""Where one operation leads: the ids in its answer, and the operations that take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Link:
    """`to` takes what `given` finds in the answer of `of`; `why` tells a reader."""

    of: str
    to: str
    why: str
    given: tuple[str, str]


LINKS = (
    Link("listSets", "getSet", "Each set of the list has a page of its own.", ("set_id", "$response.body#/data/0/id")),
    Link("listSets", "createBooking", "Places are taken on a set.", ("set_id", "$response.body#/data/0/id")),
    Link("getSet", "createBooking", "Places are taken on this set.", ("set_id", "$response.body#/id")),
    Link("getSet", "getSetCalendar", "Its dates for a calendar program.", ("set_id", "$response.body#/id")),
    Link("createBooking", "getBooking", "The booking as it then is.", ("booking_id", "$response.body#/id")),
    Link("createBooking", "openCheckout", "Another address to pay at.", ("booking_id", "$response.body#/id")),
    Link("createBooking", "checkPayment", "Has the money arrived?", ("booking_id", "$response.body#/id")),
    Link("createBooking", "getSet", "The set it is for.", ("set_id", "$response.body#/set_id")),
    Link("getBooking", "getSet", "The set it is for.", ("set_id", "$response.body#/set_id")),
)


def add_links(described: dict[str, Any]) -> None:
    """Put each link into the success answer of the operation it starts from."""
    by_id = {
        operation["operationId"]: operation
        for path_item in described["paths"].values()
        for operation in path_item.values()
        if isinstance(operation, dict)
    }
    for link in LINKS:
        responses = by_id[link.of]["responses"]
        success = next(answer for status, answer in responses.items() if status.startswith("2"))
        parameter, expression = link.given
        success.setdefault("links", {})[link.to] = {
            "operationId": link.to,
            "description": link.why,
            "parameters": {parameter: expression},
        }
