"""What a check finds: a promise that does not hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """A promise that does not hold, and where; ids only."""

    invariant: str
    what: str
