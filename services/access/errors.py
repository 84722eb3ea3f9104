"""What access can refuse.

DomainError
├── Unauthenticated     no key or token, or one that opens nothing
├── OriginNotAllowed    the page's origin is not on the site's list
└── ScopeMissing        the key may not do this
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
    """The key is genuine but lacks the scope."""

    code: ClassVar[str] = "scope-missing"
    title: ClassVar[str] = "This key may not do that"
    kind: ClassVar[Kind] = Kind.FORBIDDEN

    def __init__(self, scope: str) -> None:
        super().__init__(scope)
        self.scope = scope

    def facts(self) -> dict[str, object]:
        return {"scope": self.scope}
