"""Ids in a path: what is no id of its kind names nothing."""

from __future__ import annotations

from uuid import UUID

from services.errors import DomainError
from services.ids import Prefix, find_uuid


def named(prefix: Prefix, part: str, missing: type[DomainError]) -> UUID:
    """The id that a part of the path is, or the refusal for what is not there."""
    found = find_uuid(prefix, part)
    if found is None:
        raise missing
    return found
