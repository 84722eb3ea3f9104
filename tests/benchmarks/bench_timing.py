"""What the time of an answer tells of an address: known against unknown, by a rank test of 500 samples each (S9).

`make bench` prints the table. The samples of both kinds take turns at random on one connection.
"""

from __future__ import annotations

import os
import random
import socket
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import orjson

from services.ids import Prefix, to_public
from services.newsletter.subscription import lock_known_or_new
from services.newsletter.words import SubscriptionStatus
from tests.api.open_house import NOW, House, open_house
from tests.benchmarks.load import exchange
from tests.benchmarks.rank_test import compare
from tests.benchmarks.server import environment, granian
from tests.builders import a_person
from tests.conftest import FreshDatabase

SAMPLES = int(os.environ.get("BENCH_SAMPLES", "500"))
WARM_UP = 200
KNOWN, UNKNOWN = "known", "other"
"""Names of the same length: one more byte to send and to store would be a difference of its own."""


@dataclass(frozen=True)
class Question:
    """A request that says an address, and must not say whether it is known."""

    name: str
    path: str
    body: Callable[[str], bytes]
    content_type: str = "application/json"

    def as_bytes(self, address: str, site_key: str) -> bytes:
        body = self.body(address)
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: localhost\r\nX-Site-Key: {site_key}\r\n"
            f"Content-Type: {self.content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def test_what_the_time_of_an_answer_tells(fresh_database: FreshDatabase, tmp_path: Path) -> None:
    url = fresh_database("postgresql", tmp_path)
    with open_house(url, tmp_path) as house:
        _make_known(house)
        with granian("wsgi:app", environment(url, tmp_path)) as (_, port):
            lines = [_line(question, _times(question, house, port)) for question in _questions(house)]
    head = f"{'':16}{'known, ms':>12}{'unknown, ms':>13}{'AUC':>8}{'delta':>8}{'p':>8}"
    sys.stdout.write("\n".join(["", head, *lines, ""]))


def _questions(house: House) -> list[Question]:
    wording_id = to_public(Prefix.WORDING, house.wording_id)
    return [
        Question(
            "sign-up",
            "/v1/newsletter/subscriptions",
            lambda address: orjson.dumps({"email": address, "topics": ["news"], "wording_id": wording_id}),
        ),
        Question(
            "preference link", "/v1/newsletter/preference-links", lambda address: orjson.dumps({"email": address})
        ),
        Question("sign-in link", "/v1/sign-in-links", lambda address: orjson.dumps({"email": address})),
        Question(
            "unsubscribe",
            "/u",
            lambda address: urlencode({"email": address}).encode(),
            "application/x-www-form-urlencoded",
        ),
    ]


def _make_known(house: House) -> None:
    """Readers of the newsletter who have been here before, too."""
    outside = house.app.extensions["outside"]
    with outside.database.writing() as session:
        for number in range(SAMPLES):
            address = _address(KNOWN, number)
            a_person(session, email=address)
            address_hash = outside.keyring.address_hash(address)
            reader = lock_known_or_new(session, email=address, address_hash=address_hash, now=NOW)
            reader.status = SubscriptionStatus.SUBSCRIBED


def _times(question: Question, house: House, port: int) -> dict[str, list[float]]:
    """Milliseconds for each address, asked once."""
    asked = [(kind, number) for kind in (KNOWN, UNKNOWN) for number in range(SAMPLES)]
    random.shuffle(asked)
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for number in range(WARM_UP):
            exchange(connection, question.as_bytes(_address("first", number), house.site_key), 202)
        for kind, number in asked:
            request = question.as_bytes(_address(kind, number), house.site_key)
            began = time.perf_counter()
            exchange(connection, request, 202)
            times[kind].append((time.perf_counter() - began) * 1000)
    return times


def _line(question: Question, times: dict[str, list[float]]) -> str:
    found = compare(times[KNOWN], times[UNKNOWN])
    known, unknown = (statistics.median(times[kind]) for kind in (KNOWN, UNKNOWN))
    return f"{question.name:16}{known:>12.2f}{unknown:>13.2f}{found.auc:>8.3f}{found.cliffs_delta:>8.3f}{found.p:>8.3f}"


def _address(kind: str, number: int) -> str:
    return f"{kind}-{number:05}@example.org"
