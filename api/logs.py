"""Logs: one JSON object a line on standard error, with ids and codes and nothing personal."""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType

import structlog
from flask import Flask

from api.problems import instance

SHARED = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)

log = structlog.get_logger()


class App(Flask):
    """Flask that logs where an unexpected error arose and never its text, which may hold an address or a secret."""

    def log_exception(
        self, exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(exc_info[2])]
        log.error("request_failed", instance=instance(), error=type(exc_info[1]).__name__, where=where)


def configure() -> None:
    """Set up our own log and, from WARNING on, the libraries'."""
    structlog.configure(
        processors=[*SHARED, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=[*SHARED], processor=structlog.processors.JSONRenderer())
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
