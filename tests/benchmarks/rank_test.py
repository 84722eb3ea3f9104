"""Mann and Whitney's rank test of two samples, and how large the difference is that it tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Difference:
    """Of a first sample from a second."""

    auc: float
    """How likely one of the first is larger than one of the second: 0.5 tells nothing, 0 and 1 tell all."""
    p: float
    """How often chance alone makes such a difference or a larger one: two-sided, by the normal approximation."""

    @property
    def cliffs_delta(self) -> float:
        """The same as `auc`, from -1 to 1; below 0.147 it counts as negligible."""
        return 2 * self.auc - 1


def compare(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Of samples that hardly have a value in common, as times have not."""
    pairs = len(first) * len(second)
    in_order = sorted([(value, True) for value in first] + [(value, False) for value in second])
    ranks = sum(rank for rank, (_, is_first) in enumerate(in_order, start=1) if is_first)
    larger = ranks - len(first) * (len(first) + 1) / 2
    deviation = math.sqrt(pairs * (len(first) + len(second) + 1) / 12)
    z = (larger - pairs / 2) / deviation
    return Difference(larger / pairs, math.erfc(abs(z) / math.sqrt(2)))
