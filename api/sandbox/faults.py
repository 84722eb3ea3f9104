"""Switches that make a stand-in misbehave the way the real service sometimes does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from api.sandbox.state import SandboxState

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Service(StrEnum):
    """The services that have a stand-in."""

    STRIPE = "stripe"
    MAILCHIMP = "mailchimp"
    SMTP = "smtp"


class Fault(StrEnum):
    """What can go wrong; each happens as many times as it was set to, `down` until it is set to 0."""

    ERROR_500 = "error_500"
    RATE_LIMIT = "rate_limit"
    DROP = "drop"
    APPLY_THEN_HANG = "apply_then_hang"
    LOSE_WEBHOOK = "lose_webhook"
    DUPLICATE_WEBHOOK = "duplicate_webhook"
    LATE_WEBHOOK = "late_webhook"
    REORDER_WEBHOOKS = "reorder_webhooks"
    DOWN = "down"
    THROTTLE = "throttle"
    COMPLIANCE = "compliance"
    FORGOTTEN = "forgotten"
    REFUSE_FOR_NOW = "refuse_for_now"
    REFUSE_FOR_GOOD = "refuse_for_good"


SWITCHES: Mapping[Service, Mapping[Fault, str]] = {
    Service.STRIPE: {
        Fault.ERROR_500: "A request is answered 500",
        Fault.RATE_LIMIT: "A request is answered 429",
        Fault.DROP: "The connection breaks before a request is read",
        Fault.APPLY_THEN_HANG: "A request is carried out, and its answer never comes",
        Fault.DOWN: "Nothing answers until this is set to 0",
        Fault.LOSE_WEBHOOK: "A webhook is never sent",
        Fault.DUPLICATE_WEBHOOK: "A webhook is sent twice",
        Fault.LATE_WEBHOOK: "A webhook is sent two minutes late",
        Fault.REORDER_WEBHOOKS: "Webhooks that are due together are sent last one first",
    },
    Service.MAILCHIMP: {
        Fault.ERROR_500: "A request is answered 500",
        Fault.RATE_LIMIT: "A request is answered 429",
        Fault.THROTTLE: "A request is answered 403 without a body",
        Fault.DROP: "The connection breaks before a request is read",
        Fault.APPLY_THEN_HANG: "A request is carried out, and its answer never comes",
        Fault.DOWN: "Nothing answers until this is set to 0",
        Fault.COMPLIANCE: "An address may not be subscribed: Member In Compliance State",
        Fault.FORGOTTEN: "An address may not be subscribed: Forgotten Email Not Subscribed",
    },
    Service.SMTP: {
        Fault.REFUSE_FOR_NOW: "A letter is refused for now (451)",
        Fault.REFUSE_FOR_GOOD: "A letter is refused for good (550)",
        Fault.DROP: "The connection breaks before a letter is taken",
        Fault.APPLY_THEN_HANG: "A letter is taken, and the answer never comes",
        Fault.DOWN: "No connection is taken until this is set to 0",
    },
}
"""What each stand-in can be made to do, and what then happens."""


class ConnectionCut(Exception):
    """The connection broke before the request was read."""


class AnswerLost(Exception):
    """The request was carried out, and its answer never came back."""


def set_fault(state: SandboxState, service: Service, kind: Fault, times: int) -> None:
    """Have a fault happen that many times from now on, in place of what was set before; 0 clears it."""
    state.set(_name(service, kind), times)


def take_fault(state: SandboxState, service: Service, kind: Fault) -> bool:
    """Whether the fault is to happen now; a yes uses it up once."""
    name = _name(service, kind)
    if not state.setting(name, 0):
        return False
    if kind is Fault.DOWN:
        return True
    with state.writing():
        left: int = state.setting(name, 0)
        if left:
            state.set(name, left - 1)
    return left > 0


def with_broken_connections(app: WSGIApplication, state: SandboxState, service: Service) -> WSGIApplication:
    """The same application, on a connection that breaks where `down`, `drop` or `apply_then_hang` says so."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if take_fault(state, service, Fault.DOWN) or take_fault(state, service, Fault.DROP):
            raise ConnectionCut(f"{service} does not answer")
        body = app(environ, start_response)
        if take_fault(state, service, Fault.APPLY_THEN_HANG):
            raise AnswerLost(f"{service} acted and did not answer")
        return body

    return answer


def _name(service: Service, kind: Fault) -> str:
    return f"fault:{service}:{kind}"
