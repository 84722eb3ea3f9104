"""How Stripe says no: its error envelope."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


class StripeRefusal(Exception):
    """A request that Stripe refuses, with what its error object would say."""

    def __init__(
        self,
        message: str,
        *,
        status: HTTPStatus = HTTPStatus.BAD_REQUEST,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param

    def envelope(self) -> dict[str, Any]:
        told = {"code": self.code, "message": str(self), "param": self.param, "type": self.kind}
        return {"error": {name: value for name, value in told.items() if value is not None}}


class InvalidParameter(StripeRefusal):
    """Parameters that fail validation: nothing was begun, so no idempotency key remembers it."""


def missing(kind: str, object_id: str, param: str) -> StripeRefusal:
    """The refusal of an id that names nothing."""
    return StripeRefusal(
        f"No such {kind}: '{object_id}'", status=HTTPStatus.NOT_FOUND, code="resource_missing", param=param
    )
