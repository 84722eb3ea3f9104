"""Conditional changes: staff name what they saw, and change nothing that has changed since."""

from __future__ import annotations

import re
from typing import ClassVar

from flask import request

from services.errors import DomainError, Kind, Stale

STRONG_TAG = re.compile(r'"([\x21\x23-\x7e]*)"')

IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The `ETag` of what is to be changed, as it was read.",
    "schema": {"type": "string"},
    "example": '"7-4"',
}
"""The header as the spec shows it."""
TAG_HEADER = {
    "ETag": {
        "description": "Send it as `If-Match` with a change",
        "required": True,
        "schema": {"type": "string"},
        "example": '"7-4"',
    }
}
"""What a set that staff may change is answered with."""


class ConditionMissing(DomainError):
    """A change without If-Match could undo somebody else's unseen."""

    code: ClassVar[str] = "precondition-required"
    title: ClassVar[str] = "This request needs an If-Match header"
    kind: ClassVar[Kind] = Kind.UNSEEN


def seen_tag() -> str | None:
    """The tag that If-Match names; None for `*`, which any present state satisfies.

    Raises ConditionMissing, and Stale for a list or a weak tag, since neither names one state.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise ConditionMissing
    if header.strip() == "*":
        return None
    named = STRONG_TAG.fullmatch(header.strip())
    if named is None:
        raise Stale
    return named[1]


def tag_header(tag: str) -> dict[str, str]:
    return {"ETag": f'"{tag}"'}
