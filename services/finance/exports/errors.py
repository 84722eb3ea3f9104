"""What exports can refuse.

DomainError
└── ExportNotFound    nothing is exported under that name
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class ExportNotFound(DomainError):
    code: ClassVar[str] = "export-not-found"
    title: ClassVar[str] = "There is no export of that name"
    kind: ClassVar[Kind] = Kind.NOT_FOUND
