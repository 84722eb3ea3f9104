"""Parts of a path: ids, of which what is none of its kind names nothing, and words as the description lists them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from services.errors import DomainError
from services.ids import Prefix, find_uuid


def named(prefix: Prefix, part: str, missing: type[DomainError]) -> UUID:
    """The id that a part of the path is, or the refusal for what is not there."""
    found = find_uuid(prefix, part)
    if found is None:
        raise missing
    return found


def one_of(name: str, words: type[StrEnum], description: str, example: StrEnum) -> dict[str, Any]:
    """How the description tells of a part of the path that is one of these words."""
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": {"type": "string", "enum": [word.value for word in words]},
        "example": example.value,
    }
