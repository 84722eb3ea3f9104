"""What access can refuse.

DomainError
├── Unauthenticated     no key or token, or one that opens nothing
├── OriginNotAllowed    the page's origin is not on the site's list
├── ScopeMissing        the key, or whoever is signed in, may not do this
└── CsrfTokenInvalid    the request does not show that a page of ours sent it
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class Unauthenticated(DomainError):
    """The request shows no key or token that we know."""

    code: ClassVar[str] = "unauthenticated"
    title: ClassVar[str] = "This needs a valid key or token"
    kind: ClassVar[Kind] = Kind.UNPROVEN


class OriginNotAllowed(DomainError):
    """The browser names an origin that is not on the site's list."""

    code: ClassVar[str] = "origin-not-allowed"
    title: ClassVar[str] = "This site key may not be used from that origin"
    kind: ClassVar[Kind] = Kind.FORBIDDEN


class ScopeMissing(DomainError):
    """The key or session is genuine but lacks the scope."""

    code: ClassVar[str] = "scope-missing"
    title: ClassVar[str] = "This key or member of staff may not do that"
    kind: ClassVar[Kind] = Kind.FORBIDDEN

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope

    def facts(self) -> dict[str, object]:
        return {"scope": self.scope}


class CsrfTokenInvalid(DomainError):
    """Whoever is signed in with a browser changes something only by a page that was shown to them in that session."""

    code: ClassVar[str] = "csrf-token-invalid"
    title: ClassVar[str] = "This page is not yours or has been open for too long: please reload it and try again"
    kind: ClassVar[Kind] = Kind.FORBIDDEN
