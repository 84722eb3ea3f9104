"""The server that is measured."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile


@contextmanager
def granian(app: str, variables: dict[str, str]) -> Iterator[tuple[int, int]]:
    """The server with the options of `setlist serve`: its process and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    program = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--port", str(port), "--workers", "2", "--blocking-threads", "2"]
    command = [program, *options, "--log-level", "warning", "--no-access-log", app]
    with (
        TemporaryFile("w+") as log,  # a line a request, as in production, and none of them in between the figures
        subprocess.Popen(command, env=os.environ | variables, stdout=subprocess.DEVNULL, stderr=log) as server,
    ):
        try:
            if not _answers(port, server):
                log.seek(0)
                raise AssertionError(f"the server did not start: {log.read()[-2000:]}")
            yield server.pid, port
        finally:
            server.terminate()


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Whether it takes connections within half a minute."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


def environment(url: str, folder: Path) -> dict[str, str]:
    """What the app needs to run over this database."""
    return {
        "APP_ENV": "test",
        "PUBLIC_URL": "http://localhost",
        "DATABASE_URL": url,
        "VAR_DIR": str(folder),
        "SECRET_KEY": "a secret for tests, 32 characters",
        "ADDRESS_PEPPER": "a pepper for tests, 32 characters",
    }
