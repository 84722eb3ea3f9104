"""Telling operators what broke, without an error's text, which may hold an address."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger()


@contextmanager
def logged_trouble(what: str) -> Iterator[None]:
    """Log whatever is raised within, and go on."""
    try:
        yield
    except Exception as error:
        log_trouble(what, error)


def log_trouble(what: str, error: Exception) -> None:
    """Log the error's class and where it was raised."""
    where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
    log.warning("job trouble", what=what, error=type(error).__name__, where=where)
