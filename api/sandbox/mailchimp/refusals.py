"""Refusals in the words and the shape of Mailchimp's own."""

from __future__ import annotations

from http import HTTPStatus
from uuid import uuid4

import orjson
from werkzeug import Response

ABOUT = "https://mailchimp.com/developer/marketing/docs/errors/"


class Refused(Exception):
    """An error answer; `fields` names what is wrong with which field, where Mailchimp does so."""

    def __init__(self, status: HTTPStatus, title: str, detail: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.fields = fields

    def answer(self) -> Response:
        body: dict[str, object] = {
            "type": ABOUT,
            "title": self.title,
            "status": self.status.value,
            "detail": self.detail,
            "instance": str(uuid4()),
        }
        if self.fields:
            body["errors"] = [{"field": field, "message": message} for field, message in self.fields.items()]
        return Response(orjson.dumps(body), self.status, content_type="application/problem+json; charset=utf-8")


def not_found() -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, "Resource Not Found", "The requested resource could not be found.")


def not_allowed() -> Refused:
    detail = "The requested method and resource are not compatible. See the Allow header for available methods."
    return Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Method Not Allowed", detail)


def bad_key() -> Refused:
    detail = "Your API key may be invalid, or you've attempted to access the wrong datacenter."
    return Refused(HTTPStatus.UNAUTHORIZED, "API Key Invalid", detail)


def bad_json() -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "JSON Parse Error", "We encountered an unspecified JSON parsing error.")


def bad_fields(fields: dict[str, str]) -> Refused:
    detail = "The resource submitted could not be validated. For field-specific details, see the 'errors' array."
    return Refused(HTTPStatus.BAD_REQUEST, "Invalid Resource", detail, fields)


def bad_merge_fields(fields: dict[str, str]) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, "Invalid Resource", "Your merge fields were invalid.", fields)


def fake_address(address: str) -> Refused:
    detail = f"{address} looks fake or invalid, please enter a real email address."
    return Refused(HTTPStatus.BAD_REQUEST, "Invalid Resource", detail)


def in_compliance_state(address: str) -> Refused:
    detail = f"{address} is in a compliance state due to unsubscribe, bounce, or compliance review"
    return Refused(HTTPStatus.BAD_REQUEST, "Member In Compliance State", f"{detail} and cannot be subscribed.")


def forgotten(address: str) -> Refused:
    detail = f"{address} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back"
    return Refused(HTTPStatus.BAD_REQUEST, "Forgotten Email Not Subscribed", f"{detail} on the list.")


def too_many_requests() -> Refused:
    detail = "You have exceeded the limit of 10 simultaneous connections."
    return Refused(HTTPStatus.TOO_MANY_REQUESTS, "Too Many Requests", detail)


def internal_error() -> Refused:
    detail = "An unexpected internal error has occurred. Please contact Support for more information."
    return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "Internal Server Error", detail)
