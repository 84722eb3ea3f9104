"""F40: a web process that is told to stop answers all that it has taken on."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import requests

from tests.processes import Installation

CALLERS = 8


def call_until_refused(url: str, stopping: Event) -> list[int | str]:
    """Statuses, one request after the other, each on a connection of its own, until the server takes no more."""
    seen: list[int | str] = []
    while True:
        was_stopping = stopping.is_set()
        try:
            seen.append(requests.get(f"{url}/v1/sets", timeout=20, headers={"Connection": "close"}).status_code)
        except requests.ConnectionError as error:
            seen += [] if was_stopping or stopping.is_set() else [type(error).__name__]
            return seen


def test_stopped_under_load_it_answers_what_it_has_accepted(installation: Installation) -> None:
    installation.start("serve")
    stopping = Event()
    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(call_until_refused, installation.url, stopping) for _ in range(CALLERS)]
        time.sleep(1)
        stopping.set()
        process = installation._running["serve"].process
        os.kill(process.pid, signal.SIGTERM)
        seen = [status for call in calls for status in call.result()]
    assert process.wait(40) == 0
    assert len(seen) >= CALLERS
    assert set(seen) == {200}
