"""Dates that no test's clock reaches."""

from datetime import UTC, datetime

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)
FAR_AHEAD = datetime(2100, 3, 1, 9, 30, tzinfo=UTC)
