"""What requests are refused for, whatever they ask for.

DomainError
├── KeyMissing          the request takes seats or money and names no key
├── KeyMalformed        the key is empty, too long or no printable text
├── KeyReused           the key was used for another request
├── RequestInProgress   the same request is running now
├── FormTokenMissing    a page sent a form without its token
├── FormTokenInvalid    the token is forged, too old, or another form's
├── FormTokenSpent      the token served another request before
├── ProofOfWorkInvalid  the work was not done, or for another token
├── TooManyPlacesAsked  so many places were asked for in the last hour that it looks like hoarding
└── TooManyPlainForms   so many forms came from browsers without script that it looks like a program
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


class FormTokenMissing(DomainError):
    """A page that sends a form first fetches a token for it."""

    code: ClassVar[str] = "form-token-missing"
    title: ClassVar[str] = "A form that is sent from a page needs its form token"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class FormTokenInvalid(DomainError):
    """The token is no token of ours, older than 24 hours, or made for another form or origin."""

    code: ClassVar[str] = "form-token-invalid"
    title: ClassVar[str] = "This form has been open for too long, or is not ours: please reload the page"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class FormTokenSpent(DomainError):
    """One token serves one request and its repeats."""

    code: ClassVar[str] = "form-token-spent"
    title: ClassVar[str] = "This form has been sent before: please reload the page"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class ProofOfWorkInvalid(DomainError):
    """The proof is missing, wrong, or belongs to another form token."""

    code: ClassVar[str] = "proof-of-work-invalid"
    title: ClassVar[str] = "The proof of work does not fit the form token"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class TooManyPlacesAsked(DomainError):
    """One address, or one network, asked for more places within an hour than people book together."""

    code: ClassVar[str] = "too-many-places-asked"
    title: ClassVar[str] = "Too many places were asked for in a short time: please try again later, or write to us"
    kind: ClassVar[Kind] = Kind.TOO_OFTEN

    def __init__(self, retry_after: float) -> None:
        super().__init__()
        self.retry_after = retry_after


class TooManyPlainForms(DomainError):
    """One network sent more forms within an hour without a browser's proof of work than people without script do."""

    code: ClassVar[str] = "too-many-plain-forms"
    title: ClassVar[str] = "Too many forms were sent from here without script: please try again later, or write to us"
    kind: ClassVar[Kind] = Kind.TOO_OFTEN

    def __init__(self, retry_after: float) -> None:
        super().__init__()
        self.retry_after = retry_after
