"""The stand-in's front: routes, the key, and the faults that were switched on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import orjson
from werkzeug import Request, Response
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from api.sandbox.faults import Fault, Service, take_fault, with_broken_connections
from api.sandbox.mailchimp import lists, members, refusals
from api.sandbox.mailchimp.refusals import Refused
from api.sandbox.state import SandboxState
from services.clock import Clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LIST = "/3.0/lists/<list_id>"
MEMBER = f"{LIST}/members/<key>"

ROUTES = Map(
    [
        Rule("/3.0/ping", methods=["GET"], endpoint="ping"),
        Rule("/3.0/lists", methods=["GET"], endpoint="show_lists"),
        Rule(LIST, methods=["GET"], endpoint="show_list"),
        Rule(f"{LIST}/merge-fields", methods=["GET"], endpoint="show_merge_fields"),
        Rule(f"{LIST}/merge-fields", methods=["POST"], endpoint="add_merge_field"),
        Rule(f"{LIST}/members", methods=["GET"], endpoint="show_members"),
        Rule(MEMBER, methods=["GET"], endpoint="show_member"),
        Rule(MEMBER, methods=["PUT"], endpoint="put_member"),
        Rule(MEMBER, methods=["PATCH"], endpoint="patch_member"),
        Rule(MEMBER, methods=["DELETE"], endpoint="archive_member"),
        Rule(f"{MEMBER}/actions/delete-permanent", methods=["POST"], endpoint="forget_member"),
        Rule(f"{MEMBER}/tags", methods=["GET"], endpoint="show_tags"),
        Rule(f"{MEMBER}/tags", methods=["POST"], endpoint="tag_member"),
    ]
)


def mailchimp_app(state: SandboxState, clock: Clock) -> WSGIApplication:
    """Mailchimp's Marketing API under `/3.0/`, on connections that break where a switch says so."""
    return with_broken_connections(_Standin(state, clock), state, Service.MAILCHIMP)


class _Standin:
    """One method an endpoint: what Mailchimp answers, or None for 204."""

    def __init__(self, state: SandboxState, clock: Clock) -> None:
        self.state = state
        self.clock = clock

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            answer = self._answer(Request(environ))
        except Refused as refused:
            answer = refused.answer()
        return answer(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if take_fault(self.state, Service.MAILCHIMP, Fault.THROTTLE):
            return Response(status=HTTPStatus.FORBIDDEN, content_type="text/html")
        self._require_mood()
        _require_key(request)
        try:
            endpoint, ids = ROUTES.bind_to_environ(request.environ).match()
        except NotFound:
            raise refusals.not_found() from None
        except MethodNotAllowed:
            raise refusals.not_allowed() from None
        body = getattr(self, endpoint)(request, **ids)
        if body is None:
            return Response(status=HTTPStatus.NO_CONTENT)
        return Response(orjson.dumps(body), content_type="application/json; charset=utf-8")

    def _require_mood(self) -> None:
        if take_fault(self.state, Service.MAILCHIMP, Fault.RATE_LIMIT):
            raise refusals.too_many_requests()
        if take_fault(self.state, Service.MAILCHIMP, Fault.ERROR_500):
            raise refusals.internal_error()

    def ping(self, _request: Request) -> dict[str, Any]:
        return {"health_status": "Everything's Chimpy!"}

    def show_lists(self, _request: Request) -> dict[str, Any]:
        return lists.show_lists(self.state)

    def show_list(self, _request: Request, list_id: str) -> dict[str, Any]:
        return lists.show_list(self.state, list_id)

    def show_merge_fields(self, _request: Request, list_id: str) -> dict[str, Any]:
        return lists.show_merge_fields(self.state, list_id)

    def add_merge_field(self, request: Request, list_id: str) -> dict[str, Any]:
        return lists.add_merge_field(self.state, list_id, _body(request))

    def show_members(self, request: Request, list_id: str) -> dict[str, Any]:
        return members.show_members(
            self.state,
            list_id,
            offset=_whole_number(request, "offset", 0),
            count=_whole_number(request, "count", 10),
            status=request.args.get("status"),
            since=_instant(request, "since_last_changed"),
        )

    def show_member(self, _request: Request, list_id: str, key: str) -> dict[str, Any]:
        return members.show_member(self.state, list_id, key)

    def put_member(self, request: Request, list_id: str, key: str) -> dict[str, Any]:
        return members.put_member(
            self.state, list_id, key, _body(request), now=self.clock.now(), skip_merge_validation=_skips(request)
        )

    def patch_member(self, request: Request, list_id: str, key: str) -> dict[str, Any]:
        return members.patch_member(
            self.state, list_id, key, _body(request), now=self.clock.now(), skip_merge_validation=_skips(request)
        )

    def archive_member(self, _request: Request, list_id: str, key: str) -> None:
        members.archive_member(self.state, list_id, key, now=self.clock.now())

    def forget_member(self, _request: Request, list_id: str, key: str) -> None:
        members.forget_member(self.state, list_id, key)

    def show_tags(self, _request: Request, list_id: str, key: str) -> dict[str, Any]:
        return members.show_tags(self.state, list_id, key)

    def tag_member(self, request: Request, list_id: str, key: str) -> None:
        members.tag_member(self.state, list_id, key, _body(request), now=self.clock.now())


def _require_key(request: Request) -> None:
    """Any user name, and any key that names a data centre."""
    authorization = request.authorization
    key = authorization.password if authorization and authorization.type == "basic" else None
    if not key or "-" not in key.strip("-"):
        raise refusals.bad_key()


def _body(request: Request) -> dict[str, Any]:
    try:
        body = orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        raise refusals.bad_json() from None
    if not isinstance(body, dict):
        raise refusals.bad_fields({"": "Schema describes object."})
    return body


def _skips(request: Request) -> bool:
    return request.args.get("skip_merge_validation") == "true"


def _whole_number(request: Request, name: str, default: int) -> int:
    try:
        return int(request.args.get(name, default))
    except ValueError:
        raise refusals.bad_fields({name: "Schema describes integer."}) from None


def _instant(request: Request, name: str) -> datetime | None:
    given = request.args.get(name)
    if given is None:
        return None
    try:
        instant = datetime.fromisoformat(given)
    except ValueError:
        raise refusals.bad_fields({name: "This value is not a valid datetime."}) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
