"""Events: what happened at the account, to be listed and to be told by webhook."""

from __future__ import annotations

from fnmatch import fnmatchcase

import orjson

from api.sandbox.stripe.account import API_VERSION, Account, Document, new_id
from api.sandbox.stripe.listing import CreatedListParameters, page, was_created
from api.sandbox.stripe.parameters import Flag, FormList, Text
from api.sandbox.stripe.refusals import InvalidParameter, missing


class EventListParameters(CreatedListParameters):
    delivery_success = Flag()
    type = Text()
    types = FormList(Text())


def announce(account: Account, event_type: str, document: Document) -> None:
    """Record an event with the object as it now is, and the webhook that tells of it, in the caller's transaction."""
    event = {
        "id": new_id("evt_"),
        "object": "event",
        "api_version": API_VERSION,
        "created": account.now(),
        "data": {"object": document},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": event_type,
    }
    with account.state.writing() as connection:
        account.keep(event)
        connection.execute(
            "INSERT INTO deliveries (event_id, body, due_at) VALUES (?, ?, 0)", (event["id"], orjson.dumps(event))
        )


def retrieve_event(account: Account, _parameters: Document, *, event: str) -> Document:
    found = account.find("event", event)
    if found is None:
        raise missing("event", event, "id")
    return found


def list_events(account: Account, parameters: Document) -> Document:
    """Events, newest first; `delivery_success` false asks for those whose webhook nobody has accepted."""
    if "type" in parameters and "types" in parameters:
        raise InvalidParameter("You may pass either type or types.", code="parameters_exclusive", param="types")
    events = [event for event in account.all("event") if _is_asked_for(event, parameters)]
    return page(events, parameters, url="/v1/events")


def mark_delivered(account: Account, event_id: str) -> None:
    """Note that the webhook of an event was accepted."""
    with account.state.writing():
        account.keep({**account.get("event", event_id), "pending_webhooks": 0})


def _is_asked_for(event: Document, parameters: Document) -> bool:
    wanted = [parameters["type"]] if "type" in parameters else parameters.get("types")
    if wanted is not None and not any(fnmatchcase(event["type"], pattern) for pattern in wanted):
        return False
    delivered = parameters.get("delivery_success")
    if delivered is not None and delivered != (event["pending_webhooks"] == 0):
        return False
    return was_created(event, parameters["created"])
