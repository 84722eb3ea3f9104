"""Numbers for Prometheus: requests by method, route template and status; work that waits; matters open for staff.

The web processes of a machine count into one folder (`PROMETHEUS_MULTIPROC_DIR`, which `setlist serve` sets), so that
any of them answers for all. What waits is asked of the database when somebody looks.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from services.attention.items import count_open
from services.effects import backlog
from services.outside import Outside

__all__ = ["CONTENT_TYPE", "exposition", "observe"]

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_requests = Counter("setlist_http_requests", "Requests answered", ["method", "route", "status"])
_seconds = Histogram("setlist_http_seconds", "Time to answer", ["method", "route"], buckets=SECONDS)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    named = method if method in METHODS else "other"
    _requests.labels(named, route, str(status)).inc()
    _seconds.labels(named, route).observe(seconds)


def exposition(outside: Outside) -> bytes:
    """Everything, in Prometheus' text format."""
    asked = CollectorRegistry()
    asked.register(_Asked(outside))
    return generate_latest(_counted()) + generate_latest(asked)


def _counted() -> CollectorRegistry:
    if not os.environ.get(FOLDER_VARIABLE):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # as the library has it
    return registry


class _Asked(Collector):
    """What the database knows."""

    def __init__(self, outside: Outside) -> None:
        self._outside = outside

    def collect(self) -> Iterator[Metric]:
        now = self._outside.clock.now()
        with self._outside.database.reading() as session:
            waiting, matters = backlog.look(session, now=now), count_open(session)
        due = GaugeMetricFamily("setlist_effects_due", "Effects that are due and not begun", labels=["kind"])
        for kind, count in waiting.waiting.items():
            due.add_metric([kind.value], count)
        yield due
        yield GaugeMetricFamily(
            "setlist_effects_oldest_seconds",
            "How long the oldest has been due",
            value=_seconds_since(waiting.oldest_due_at, now),
        )
        yield GaugeMetricFamily(
            "setlist_effects_relayed_oldest_seconds",
            "How long the oldest has been with a worker",
            value=_seconds_since(waiting.oldest_relayed_at, now),
        )
        held_up = GaugeMetricFamily("setlist_effects_held_up", "To be tried again, by what failed", labels=["problem"])
        for problem, count in waiting.held_up_by.items():
            held_up.add_metric([problem], count)
        yield held_up
        matter = GaugeMetricFamily("setlist_attention_open", "Matters that wait for a person", labels=["kind"])
        for concern, count in matters.items():
            matter.add_metric([concern.value], count)
        yield matter


def _seconds_since(instant: datetime | None, now: datetime) -> float:
    return max((now - instant).total_seconds(), 0) if instant is not None else 0
