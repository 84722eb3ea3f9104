"""What finance can refuse.

DomainError
├── MonthNotFound            not a month
├── ImportNotFound           no such import
├── PayoutNotFound           no such payout
├── DiscrepancyNotFound      no such discrepancy
├── DiscrepancyClosed        it was cleared before
├── ActionNotPossible        this discrepancy is not cleared that way
└── LinkTargetUnknown        what is to be linked is not there, or belongs to something else
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class MonthNotFound(DomainError):
    """Months are written like 2026-11."""

    code: ClassVar[str] = "month-not-found"
    title: ClassVar[str] = "There is no such month"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class ImportNotFound(DomainError):
    """No such import, or one that ended more than a month ago."""

    code: ClassVar[str] = "import-not-found"
    title: ClassVar[str] = "There is no such import"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class PayoutNotFound(DomainError):
    """The import has met no payout with this id."""

    code: ClassVar[str] = "payout-not-found"
    title: ClassVar[str] = "There is no such payout"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class DiscrepancyNotFound(DomainError):
    """No discrepancy has this id."""

    code: ClassVar[str] = "discrepancy-not-found"
    title: ClassVar[str] = "There is no such discrepancy"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class DiscrepancyClosed(DomainError):
    """Somebody cleared it, or it resolved itself."""

    code: ClassVar[str] = "discrepancy-closed"
    title: ClassVar[str] = "This discrepancy has been cleared already"
    kind: ClassVar[Kind] = Kind.CONFLICT


class ActionNotPossible(DomainError):
    """Each kind of discrepancy has its own actions; they stand beside it."""

    code: ClassVar[str] = "discrepancy-action-not-possible"
    title: ClassVar[str] = "This discrepancy cannot be cleared that way"
    kind: ClassVar[Kind] = Kind.CONFLICT


class LinkTargetUnknown(DomainError):
    """Neither an entry nor a balance transaction that is still without its counterpart."""

    code: ClassVar[str] = "link-target-unknown"
    title: ClassVar[str] = "There is nothing to link under that id"
    kind: ClassVar[Kind] = Kind.INVALID
