"""Time that a test moves."""

from __future__ import annotations

from datetime import timedelta


class FakeOffset:
    """How far the tests' clock is from the machine's: what `Clock` asks for."""

    def __init__(self) -> None:
        self._offset = timedelta()

    def __call__(self) -> timedelta:
        return self._offset

    def move(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Let this much time pass, or come back, where negative."""
        self._offset += timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
