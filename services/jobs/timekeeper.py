"""Keeps the schedule, in one worker at a time."""

from __future__ import annotations

import time
from collections.abc import Iterable

from services.jobs.leases import Lease
from services.jobs.schedule import Scheduled
from services.jobs.trouble import logged_trouble
from services.outside import Outside

LEASE_SECONDS = 5.0


class Timekeeper:
    """Runs each entry of the schedule when it is due, as long as the schedule's lease is ours."""

    def __init__(self, outside: Outside, schedule: Iterable[Scheduled], lease: Lease) -> None:
        self._outside = outside
        self._lease = lease
        self._due_at = dict.fromkeys(schedule, 0.0)
        self._is_ours = False
        self._ask_again_at = 0.0

    def keep(self) -> None:
        """Run what is due; intervals go by the machine, whatever the clock is set to."""
        if not self._has_lease():
            return
        for entry, due_at in self._due_at.items():
            if due_at <= time.monotonic():
                self._due_at[entry] = time.monotonic() + entry.every.total_seconds()
                with logged_trouble(entry.name):  # one entry's trouble is not the next one's
                    entry.run(self._outside)

    def close(self) -> None:
        """Let another worker keep it."""
        self._lease.release()

    def _has_lease(self) -> bool:
        if time.monotonic() >= self._ask_again_at:
            self._ask_again_at = time.monotonic() + LEASE_SECONDS
            self._is_ours = False
            self._is_ours = self._lease.is_held() or self._lease.acquire()
        return self._is_ours
