"""The sandbox's front page, and what scripts may ask of it: the time, the faults, who is at the Mailchimp stand-in."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any, TypeVar

import orjson
from flask import Blueprint, Response, current_app, jsonify, render_template, request

from api import access
from api.sandbox.clock import OFFSET, move
from api.sandbox.demo import STAFF_EMAIL
from api.sandbox.faults import SWITCHES, Fault, Service, set_fault
from api.sandbox.mailchimp import all_members
from api.sandbox.state import SandboxState
from services.clock import Clock
from services.errors import InvalidFields

Choice = TypeVar("Choice", bound=StrEnum)

FARTHEST = timedelta(days=20 * 366)
MOST_TIMES = 1_000_000

blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")


@blueprint.get("")
@access.sandbox
def show_sandbox() -> str:
    """Say what stands in for what, and where to look."""
    return render_template(
        "sandbox/index.html",
        now=_clock().now(),
        offset_seconds=_offset_seconds(),
        switches=SWITCHES,
        staff_email=STAFF_EMAIL,
    )


@blueprint.get("/clock")
@access.sandbox
def show_clock() -> Response:
    """Answer the sandbox's time."""
    return _clock_answer()


@blueprint.post("/clock")
@access.sandbox
def move_clock() -> Response:
    """Move the sandbox's time to so many seconds from the machine's; 0 sets it right again."""
    seconds = _json_object().get("offset_seconds")
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise InvalidFields({"/offset_seconds": "Send a number of seconds."})
    if abs(seconds) > FARTHEST.total_seconds():
        raise InvalidFields({"/offset_seconds": f"Send at most {FARTHEST.total_seconds():.0f}, before or after now."})
    move(_state(), seconds)
    return _clock_answer()


@blueprint.post("/faults")
@access.sandbox
def switch_fault() -> Response:
    """Have a stand-in fail in the way named, so many times from now on; 0 ends it."""
    body = _json_object()
    service = _choice(Service, body, "service")
    kind = _choice(Fault, body, "kind")
    if kind not in SWITCHES[service]:
        raise InvalidFields({"/kind": f"{service} takes one of: {', '.join(SWITCHES[service])}."})
    times = body.get("times")
    if isinstance(times, bool) or not isinstance(times, int) or not 0 <= times <= MOST_TIMES:
        raise InvalidFields({"/times": f"Send a whole number from 0 to {MOST_TIMES}."})
    set_fault(_state(), service, kind, times)
    return jsonify({"service": service, "kind": kind, "times": times})


@blueprint.get("/mailchimp/members")
@access.sandbox
def list_mailchimp_members() -> Response:
    """Answer every member at the Mailchimp stand-in, in Mailchimp's own words."""
    return jsonify({"members": all_members(_state())})


def _state() -> SandboxState:
    state: SandboxState = current_app.extensions["sandbox"].state
    return state


def _clock() -> Clock:
    clock: Clock = current_app.extensions["sandbox"].clock
    return clock


def _offset_seconds() -> float:
    offset: float = _state().setting(OFFSET, 0)
    return offset


def _clock_answer() -> Response:
    now = _clock().now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return jsonify({"offset_seconds": _offset_seconds(), "now": now})


def _choice(choices: type[Choice], body: dict[str, Any], name: str) -> Choice:
    try:
        return choices(str(body.get(name)))
    except ValueError:
        raise InvalidFields({f"/{name}": f"Send one of: {', '.join(choices)}."}) from None


def _json_object() -> dict[str, Any]:
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        raise InvalidFields({"": "Send a JSON object."})
    return body
