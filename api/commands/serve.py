"""`setlist serve`: the web process, under granian."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import mkdtemp

from api.metrics import FOLDER_VARIABLE
from services.settings import Settings


def main(arguments: list[str]) -> int:
    """Become granian; does not return."""
    ArgumentParser(prog="setlist serve", description=__doc__).parse_args(arguments)
    settings = Settings()
    count_together(settings.var_dir / "metrics")
    granian = str(Path(sys.executable).with_name("granian"))
    os.execv(granian, [granian, *_options(settings), "wsgi:app"])  # noqa: S606 - no shell, our own arguments


def count_together(folder: Path) -> Path:
    """Have the web processes of this start count into a folder of their own; folders of ended ones are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    others = os.open(folder, os.O_RDONLY)
    fcntl.flock(others, fcntl.LOCK_EX)  # one start at a time
    for each in folder.iterdir():
        _remove_unless_held(each)
    own = Path(mkdtemp(dir=folder))
    held = os.open(own, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    os.set_inheritable(held, True)  # granian holds it for us, to its end
    os.close(others)
    os.environ[FOLDER_VARIABLE] = str(own)
    return own


def _remove_unless_held(folder: Path) -> None:
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(lock)


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
