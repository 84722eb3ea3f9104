"""What running a job again can refuse.

DomainError
├── JobNotFound     no job has this key
└── JobNotFailed    it is done, or still to be done
"""

from __future__ import annotations

from typing import ClassVar

from services.errors import DomainError, Kind


class JobNotFound(DomainError):
    """No effect has this key."""

    code: ClassVar[str] = "job-not-found"
    title: ClassVar[str] = "There is no such job"
    kind: ClassVar[Kind] = Kind.NOT_FOUND


class JobNotFailed(DomainError):
    """The worker has done it, or will."""

    code: ClassVar[str] = "job-not-failed"
    title: ClassVar[str] = "This job has not failed"
    kind: ClassVar[Kind] = Kind.CONFLICT
