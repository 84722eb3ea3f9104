"""The one family of refusals: each says what was refused and carries the facts."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """What sort of refusal this is, in words that owe nothing to HTTP."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    MALFORMED = "malformed"
    INVALID = "invalid"
    UNPROVEN = "unproven"
    """Whoever asks has not shown who they are."""
    FORBIDDEN = "forbidden"
    GONE = "gone"
    STALE = "stale"
    """It has changed since whoever asks looked."""
    UNSEEN = "unseen"
    """Whoever asks does not say what they saw."""
    TOO_OFTEN = "too_often"
    UNAVAILABLE = "unavailable"


class DomainError(Exception):
    """A rule of the house said no.

    `code` is a promise to clients: once published it never changes meaning.
    """

    code: ClassVar[str]
    title: ClassVar[str]
    kind: ClassVar[Kind]

    def facts(self) -> dict[str, object]:
        """What a client may be told, beyond the title; never personal data."""
        return {}


class Stale(DomainError):
    """What is to be changed is no longer as it was seen."""

    code: ClassVar[str] = "precondition-failed"
    title: ClassVar[str] = "This has changed since you read it: read it again"
    kind: ClassVar[Kind] = Kind.STALE


class InvalidFields(DomainError):
    """Input that breaks a rule only the services know; each error names its place by JSON pointer."""

    code: ClassVar[str] = "invalid-request"
    title: ClassVar[str] = "Some fields need attention"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors

    def facts(self) -> dict[str, object]:
        return {"errors": [{"pointer": pointer, "detail": detail} for pointer, detail in self.errors.items()]}
