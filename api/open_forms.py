"""Forms that anybody may send: the token and the work that a page brings along, and how to get them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from flask import request
from marshmallow import fields

from api import access
from api.context import CurrentSite, current_site, outside
from api.wire import Blueprint, Instant, Wire
from services.requests.errors import FormTokenMissing, ProofOfWorkInvalid
from services.requests.form_tokens import Form, FormToken, make_form_token, open_form_token, serving
from services.requests.proof_of_work import is_solved, make_challenge

blueprint = Blueprint("forms", __name__, url_prefix="/v1", description="What a page needs to send a form")

FORM_TOKEN = "X-Form-Token"  # noqa: S105 - a header's name
PROOF = "X-Proof-Of-Work"

FORM_HEADERS = [
    {
        "name": FORM_TOKEN,
        "in": "header",
        "description": "`token` of `POST /v1/form-tokens`; needed where a browser sends an `Origin`.",
        "schema": {"type": "string"},
        "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08Zw",
    },
    {
        "name": PROOF,
        "in": "header",
        "description": "The solved challenge: base64 of its JSON with `number` for `maxNumber`; needed with the token.",
        "schema": {"type": "string"},
        "example": "eyJhbGdvcml0aG0iOiJTSEEtMjU2IiwibnVtYmVyIjoyNDE3fQ==",
    },
]
"""The headers as the spec shows them."""


class ChallengeWire(Wire):
    """altcha's challenge, in altcha's own spelling."""

    algorithm = fields.String(required=True, metadata={"enum": ["SHA-256"]})
    salt = fields.String(required=True, metadata={"example": "4fb71c8e0d?nonce=9f86d081884c7d659a2feaa0c55ad015&"})
    challenge = fields.String(
        required=True,
        metadata={
            "description": "The SHA-256, in hexadecimal, of the salt followed by the number to find",
            "example": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        },
    )
    max_number = fields.Integer(
        required=True, data_key="maxNumber", metadata={"description": "The number is no larger", "example": 50_000}
    )
    signature = fields.String(
        required=True, metadata={"example": "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9"}
    )


class FormTokenWire(Wire):
    token = fields.String(required=True)
    expires_at = Instant(required=True)
    challenge = fields.Nested(ChallengeWire(), required=True)


@blueprint.post("/form-tokens")
@access.site
@blueprint.response(200, FormTokenWire())
@blueprint.doc(operationId="createFormToken", security=[{"site": []}])
def create_form_token() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Get a form token

    A page fetches one for each form it shows, has its browser do the work of the challenge, and sends both along with
    the form, in the headers `X-Form-Token` and `X-Proof-Of-Work`. A token lasts 24 hours and serves one request and
    its repeats; a request that was refused does not use it up. A server that calls without `Origin` needs none.
    """
    keyring, settings, now = outside().keyring, outside().settings, outside().clock.now()
    text, token = make_form_token(keyring, _form(current_site()), now=now)
    challenge = make_challenge(keyring, token.nonce, effort=settings.proof_of_work_effort)
    answer = {"token": text, "expires_at": token.expires_at, "challenge": challenge}
    return answer, 200, {"Cache-Control": "no-store"}


def open_form(view: Callable[..., Any]) -> Callable[..., Any]:
    """Have whoever sends this form from a page prove it; to be put below `access.site` and the arguments.

    A request without an Origin comes from no page, and is held by the limits of its network alone.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        site = current_site()
        if site.page_origin is None:
            return view(*args, **kwargs)
        with serving(outside().database, _proved(site), _request_sha256()):
            return view(*args, **kwargs)

    return guarded


def _proved(site: CurrentSite) -> FormToken:
    text, proof = request.headers.get(FORM_TOKEN), request.headers.get(PROOF, "")
    if not text:
        raise FormTokenMissing
    keyring = outside().keyring
    token = open_form_token(keyring, text, _form(site), now=outside().clock.now())
    if not is_solved(keyring, token.nonce, proof):
        raise ProofOfWorkInvalid
    return token


def _form(site: CurrentSite) -> Form:
    return Form(site.principal, site.page_origin or "")


def _request_sha256() -> str:
    """Names a request and its repeats: by its idempotency key, or else by what it says."""
    key = request.headers.get("Idempotency-Key")
    said = key.encode() if key else request.get_data(cache=True)
    return sha256(request.path.encode() + b"\n" + said).hexdigest()
