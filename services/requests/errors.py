"""What idempotent requests can refuse.

DomainError
├── KeyMissing          the request takes seats or money and names no key
├── KeyMalformed        the key is empty, too long or no printable text
├── KeyReused           the key was used for another request
└── RequestInProgress   the same request is running now
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class KeyMissing(DomainError):
    """Without a key a repeated request could take places or money twice."""

    code: ClassVar[str] = "idempotency-key-missing"
    title: ClassVar[str] = "This request needs an Idempotency-Key header"
    kind: ClassVar[Kind] = Kind.MALFORMED


class KeyMalformed(DomainError):
    """The header holds neither a token nor a quoted string of 1 to 255 printable characters."""

    code: ClassVar[str] = "idempotency-key-malformed"
    title: ClassVar[str] = "The Idempotency-Key header is malformed"
    kind: ClassVar[Kind] = Kind.MALFORMED


class KeyReused(DomainError):
    """One key, one request: another body or path needs another key."""

    code: ClassVar[str] = "idempotency-key-reused"
    title: ClassVar[str] = "This Idempotency-Key was used for another request"
    kind: ClassVar[Kind] = Kind.INVALID


class RequestInProgress(DomainError):
    """The first request with this key has not finished."""

    code: ClassVar[str] = "request-in-progress"
    title: ClassVar[str] = "The same request is being worked on: ask again in a moment"
    kind: ClassVar[Kind] = Kind.CONFLICT
    retry_after: ClassVar[float] = 1
