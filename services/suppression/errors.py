"""What suppression can refuse.

DomainError
└── PepperChanged    the pepper is not the one that this database's hashes were made with
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class PepperChanged(DomainError):
    """Nothing may be sent with this pepper: nobody who said no would be recognised."""

    code: ClassVar[str] = "pepper-changed"
    title: ClassVar[str] = "ADDRESS_PEPPER is not the one that this database was filled with"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
