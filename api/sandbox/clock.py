"""The clock that `POST /sandbox/clock` moves, for every process that shares the sandbox's file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from api.sandbox.state import SandboxState

OFFSET = "clock_offset_seconds"


def offset_source(state: SandboxState) -> Callable[[], timedelta]:
    def offset() -> timedelta:
        return timedelta(seconds=state.setting(OFFSET, 0))

    return offset


def move(state: SandboxState, offset_seconds: float) -> None:
    """Set how far the sandbox's time lies from the machine's; not added to what was set before."""
    state.set(OFFSET, offset_seconds)
