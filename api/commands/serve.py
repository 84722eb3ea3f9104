"""`setlist serve`: the web process, under granian."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path

from api.metrics import FOLDER_VARIABLE
from services.settings import Settings


def main(arguments: list[str]) -> int:
    """Become granian; does not return."""
    ArgumentParser(prog="setlist serve", description=__doc__).parse_args(arguments)
    settings = Settings()
    _count_together(settings.var_dir / "metrics")
    granian = str(Path(sys.executable).with_name("granian"))
    os.execv(granian, [granian, *_options(settings), "wsgi:app"])  # noqa: S606 - no shell, our own arguments


def _count_together(folder: Path) -> None:
    """Have the web processes count into one folder, emptied of what the last ones counted."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ[FOLDER_VARIABLE] = str(folder)


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
