"""Logs: one JSON object a line on standard error, with ids and codes and nothing personal."""

from __future__ import annotations

import logging
import sys

import structlog

SHARED = (
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


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
