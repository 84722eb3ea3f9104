"""`setlist serve`: the web process, under granian."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path

from services.settings import Settings


def main(arguments: list[str]) -> int:
    """Become granian; does not return."""
    ArgumentParser(prog="setlist serve", description=__doc__).parse_args(arguments)
    settings = Settings()
    granian = str(Path(sys.executable).with_name("granian"))
    os.execv(granian, [granian, *_options(settings), "wsgi:app"])  # noqa: S606 - no shell, our own arguments


def _options(settings: Settings) -> list[str]:
    return [
        *("--interface", "wsgi"),
        *("--host", settings.host),
        *("--port", str(settings.port)),
        *("--workers", str(settings.web_workers)),
        *("--blocking-threads", "2"),
        "--respawn-failed-workers",
        *("--workers-kill-timeout", "30"),
        *("--log-level", "warning"),
        "--no-access-log",
    ]
