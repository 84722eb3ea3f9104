"""What a request costs, on PostgreSQL under granian: beside the same SQL by pgbench and a bare WSGI answer, in one run.

`make bench` prints the table. Absolute figures are the machine's; the ratios are ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import update

from services.ids import Prefix, to_public
from services.sets.models import LearningSet
from tests.api.open_house import House, open_house
from tests.benchmarks.load import Measured, put_load
from tests.benchmarks.same_sql import run_pgbench, script_of
from tests.benchmarks.server import environment, granian
from tests.conftest import FreshDatabase

SECONDS = float(os.environ.get("BENCH_SECONDS", "5"))
WARM_UP_SECONDS = 1
ENOUGH_PLACES = 10**9


@dataclass(frozen=True)
class Scenario:
    """A request, made for a number so that no two are the same."""

    name: str
    method: str
    path: str
    status: int
    body: Callable[[int], dict[str, Any]] | None = None

    def parts(self, number: int, house: House) -> tuple[dict[str, str], bytes]:
        headers = {
            "Host": "localhost",
            "X-Site-Key": house.site_key,
            "Idempotency-Key": f"bench-{os.getpid()}-{number}",
        }
        if self.body is None:
            return headers, b""
        return headers | {"Content-Type": "application/json"}, orjson.dumps(self.body(number))

    def as_bytes(self, number: int, house: House) -> bytes:
        headers, body = self.parts(number, house)
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body

    def in_process(self, number: int, house: House) -> None:
        headers, body = self.parts(number, house)
        answer = house.client.open(self.path, method=self.method, headers=headers, data=body)
        assert answer.status_code == self.status, answer.text


@dataclass(frozen=True)
class Row:
    """A line of the table: requests by us, and the same transactions a second by pgbench."""

    name: str
    ours: Measured
    pgbench: float


def test_what_a_request_costs(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    url = fresh_database("postgresql", tmp_path)
    with granian("tests.benchmarks.bare:app", {}) as (server, port):
        bare = _measure(port, lambda _: b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 200, server)
    with open_house(url, tmp_path) as house:
        _make_room(house)
        rows = [
            Row(each.name, _ours(each, house, url, tmp_path), _pgbench(each, house, url, tmp_path))
            for each in _scenarios(house)
        ]
    sys.stdout.write(_table(rows, bare))


def _ours(scenario: Scenario, house: House, url: str, folder: Path) -> Measured:
    with granian("wsgi:app", environment(url, folder)) as (server, port):
        return _measure(port, lambda number: scenario.as_bytes(number, house), scenario.status, server)


def _pgbench(scenario: Scenario, house: House, url: str, folder: Path) -> float:
    """Its statements a second, as whole requests, without us."""
    numbers, script = count(10**8), folder / "script.sql"
    engine = house.app.extensions["outside"].database.engine
    script.write_text(script_of(engine, lambda: scenario.in_process(next(numbers), house)))
    return run_pgbench(url.replace("postgresql+psycopg://", "postgresql://"), script, SECONDS)


def _scenarios(house: House) -> list[Scenario]:
    set_id, wording_id = to_public(Prefix.SET, house.free.id), to_public(Prefix.WORDING, house.wording_id)

    def booking(number: int) -> dict[str, Any]:
        person = {"name": "Ada Obi", "email": f"ada-{number}@example.org"}
        return house.booking_of(house.free, "none") | {"booker": person, "participants": [person]}

    def subscription(number: int) -> dict[str, Any]:
        return {"email": f"ada-{number}@example.org", "topics": ["news"], "wording_id": wording_id}

    return [
        Scenario("GET /v1/sets", "GET", "/v1/sets", 200),
        Scenario("a free booking", "POST", f"/v1/sets/{set_id}/bookings", 201, booking),
        Scenario("a subscription", "POST", "/v1/newsletter/subscriptions", 202, subscription),
    ]


def _measure(port: int, request: Callable[[int], bytes], status: int, server: int) -> Measured:
    warm_up = put_load(port, request, status, server=server, seconds=WARM_UP_SECONDS)
    return put_load(port, lambda n: request(n + warm_up.requests + 100), status, server=server, seconds=SECONDS)


def _make_room(house: House) -> None:
    with house.app.extensions["outside"].database.writing() as session:
        session.execute(update(LearningSet).values(capacity=ENOUGH_PLACES))


def _table(rows: list[Row], bare: Measured) -> str:
    head = f"{'':16}{'a second':>10}{'a CPU-second':>14}{'pgbench':>10}{'of pgbench':>12}{'of bare WSGI':>14}"
    lines = [
        f"{row.name:16}{row.ours.a_second:>10.0f}{row.ours.a_cpu_second:>14.0f}{row.pgbench:>10.0f}"
        f"{row.ours.a_second / row.pgbench:>12.2f}{row.ours.a_cpu_second / bare.a_cpu_second:>14.3f}"
        for row in rows
    ]
    lines.append(f"{'bare WSGI':16}{bare.a_second:>10.0f}{bare.a_cpu_second:>14.0f}")
    return "\n".join(["", head, *lines, ""])
