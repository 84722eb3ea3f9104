"""Load on a server, by callers of our own that cost little beside it, and what it cost the server's processes."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
CALLERS = 8


@dataclass(frozen=True)
class Measured:
    """What a stretch of load came to."""

    requests: int
    seconds: float
    cpu_seconds: float

    @property
    def a_second(self) -> float:
        return self.requests / self.seconds

    @property
    def a_cpu_second(self) -> float:
        return self.requests / self.cpu_seconds


def put_load(port: int, request: Callable[[int], bytes], status: int, *, server: int, seconds: float) -> Measured:
    """Send requests over as many connections as there are callers; each answer must have this status.

    `request` makes the bytes of the request of a number, `server` is the process whose family's time is counted.
    """
    numbers = iter(range(10**9))
    before, began = cpu_seconds(server), time.perf_counter()
    with ThreadPoolExecutor(CALLERS) as callers:
        calls = [callers.submit(_call, port, request, status, numbers, began + seconds) for _ in range(CALLERS)]
        answered = sum(call.result() for call in calls)
    return Measured(answered, time.perf_counter() - began, cpu_seconds(server) - before)


def cpu_seconds(process: int) -> float:
    """User and system time of a process and all its descendants that live."""
    return sum(_ticks(each) for each in _family(process)) / TICKS


def _call(port: int, request: Callable[[int], bytes], status: int, numbers: Iterator[int], until: float) -> int:
    answered = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while time.perf_counter() < until:
            exchange(connection, request(next(numbers)), status)
            answered += 1
    return answered


def exchange(connection: socket.socket, request: bytes, status: int) -> None:
    """Send a request, and read all of its answer, which must have this status."""
    connection.sendall(request)
    head = _read_answer(connection)
    if not head.startswith(b"HTTP/1.1 %d " % status):
        raise AssertionError(f"answered {head[:400]!r}")


def _read_answer(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _received(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    _, _, after = head.lower().partition(b"content-length:")
    missing = int(after.split(b"\r\n")[0]) - len(body)
    while missing > 0:
        missing -= len(_received(connection))
    return received


def _received(connection: socket.socket) -> bytes:
    part = connection.recv(65_536)
    if not part:
        raise ConnectionError("the server hung up")
    return part


def _family(process: int) -> Iterator[int]:
    yield process
    for children in Path(f"/proc/{process}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def _ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
