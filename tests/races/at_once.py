"""Doing several things at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

Result = TypeVar("Result")

PATIENCE_SECONDS = 30


def at_once(acts: Sequence[Callable[[], Result]]) -> list[Result]:
    """Do each in a thread of its own, all let go together; what any of them raises is raised here."""
    everybody_is_ready = Barrier(len(acts))

    def do(act: Callable[[], Result]) -> Result:
        everybody_is_ready.wait(PATIENCE_SECONDS)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [done.result(PATIENCE_SECONDS) for done in [threads.submit(do, act) for act in acts]]
