"""The words of the directory."""

from __future__ import annotations

from enum import StrEnum


class IncomeBand(StrEnum):
    """An organisation's yearly income, as declared."""

    UNDER_100K = "under_100k"
    FROM_100K_TO_1M = "100k_to_1m"
    OVER_1M = "over_1m"
