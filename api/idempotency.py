"""The Idempotency-Key header, read as the IETF draft has it."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import orjson
from flask import request

from services.requests.errors import KeyMalformed, KeyMissing
from services.requests.idempotency import RequestKey

QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"')
BARE = re.compile(r"[\x21\x23-\x7e]+")
LONGEST = 255

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "One request, one key: a repeat with the same key has the same answer and no second effect.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST,
        "pattern": r'^("([ !#-\[\]-~]|\\["\\])+"|[!#-~]+)$',
    },
    "example": "3f0c1f4e-2b1a-4a57-9d4e-8f5c6a7b8c9d",
}
"""The header as the spec shows it."""


def request_key(principal: str, body: Any) -> RequestKey:
    """What is asked for by whom under which key; `body` is the validated body.

    Raises KeyMissing, KeyMalformed.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        raise KeyMissing
    return key_named(header.strip(), principal, body)


def key_named(key: str, principal: str, body: Any) -> RequestKey:
    """The same for a form, which carries its key in a field; raises KeyMalformed."""
    return RequestKey(
        principal=principal,
        route=f"{request.method} {request.url_rule}",
        key=_key(key),
        fingerprint=_fingerprint(body),
    )


def _key(header: str) -> str:
    quoted = QUOTED.fullmatch(header)
    if quoted is None and BARE.fullmatch(header) is None:
        raise KeyMalformed
    key = re.sub(r"\\(.)", r"\1", quoted.group(1)) if quoted else header
    if len(key) > LONGEST:
        raise KeyMalformed
    return key


def _fingerprint(body: Any) -> str:
    canonical = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    return sha256(request.path.encode() + b"\n" + canonical).hexdigest()
