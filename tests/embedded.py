"""The embedded default as a newcomer starts it: `setlist up`, on a free port, with a folder of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import requests

from tests.processes import free_port

ROOT = Path(__file__).parents[1]
READY_WITHIN_SECONDS = 300
ENDS_WITHIN_SECONDS = 90
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Embedded:
    """Where it is reached, and what its `var/demo.json` says."""

    url: str
    demo: dict[str, str] = field(compare=False)
    var_dir: Path = field(compare=False)

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.var_dir}/setlist.sqlite3"

    def letters(self, to: str) -> list[dict[str, Any]]:
        """What the sandbox's mailbox has for this address, oldest first."""
        answer = requests.get(f"{self.url}/sandbox/mail/messages", params={"to": to}, timeout=10)
        letters: list[dict[str, Any]] = answer.json()
        return letters

    def letter(self, to: str, subject: str) -> dict[str, Any]:
        """The newest with this in its subject; waits for it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if found := [letter for letter in self.letters(to) if subject in letter["subject"]]:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no letter to {to} about {subject}")


@contextmanager
def the_embedded_default(folder: Path) -> Iterator[Embedded]:
    """Runs while the block does, then ends as by Ctrl-C, with nothing to complain of; `folder` gets its `var`."""
    port, log = free_port(), folder / "up.log"
    url = f"http://127.0.0.1:{port}"
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "PORT": str(port),
        "PUBLIC_URL": url,
        "VAR_DIR": str(folder / "var"),
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "api.commands", "up"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
    try:
        _wait_until_running(process, log)
        yield Embedded(url, orjson.loads((folder / "var/demo.json").read_bytes()), folder / "var")
        process.send_signal(signal.SIGINT)
        assert process.wait(ENDS_WITHIN_SECONDS) == 0
    finally:
        process.terminate()
        process.wait(ENDS_WITHIN_SECONDS)
        sys.stdout.write(log.read_text())


def _wait_until_running(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while "Setlist is running" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
