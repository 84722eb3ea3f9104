"""The one source of time, so that tests and the sandbox may move it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def no_offset() -> timedelta:
    return timedelta(0)


class Clock:
    """Says what time it is: the machine's, moved by what `offset` answers.

    Signatures and certificates use `machine_now`, which nothing moves.
    """

    def __init__(self, offset: Callable[[], timedelta] = no_offset) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        return self.machine_now() + self._offset()

    @staticmethod
    def machine_now() -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - the one place that asks the machine
