"""What attention can refuse.

DomainError
└── AttentionItemNotFound    no such item
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class AttentionItemNotFound(DomainError):
    """No item has this id."""

    code: ClassVar[str] = "attention-item-not-found"
    title: ClassVar[str] = "There is no such item"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
