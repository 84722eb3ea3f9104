"""What the people area can refuse.

DomainError
└── SignInLinkExpired    the mailed link was used before, is too old, or never was one
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class SignInLinkExpired(DomainError):
    """The same for a link that was used, one that is too old, and one that we never made."""

    code: ClassVar[str] = "sign-in-link-expired"
    title: ClassVar[str] = "This link no longer works: please have a new one sent"
    kind: ClassVar[Kind] = Kind.GONE
