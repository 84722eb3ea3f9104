"""A line to PostgreSQL that a test has cut at a COMMIT: before the server hears of it, or before its answer is back."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from select import select
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

from sqlalchemy import URL, make_url

COMMIT = b"Q\x00\x00\x00\x0bCOMMIT\x00"
"""As libpq sends it: a simple query of eleven bytes."""
CHUNK = 65_536


class Moment(Enum):
    """When the line breaks."""

    UNHEARD = auto()
    """The server never hears of the COMMIT, and rolls back."""
    UNANSWERED = auto()
    """The server has committed, and its answer is lost."""


class CutLine(ThreadingTCPServer):
    """Carries connections to the server at `url`."""

    daemon_threads = True

    def __init__(self, url: URL) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self._server = url
        self._moment = Moment.UNHEARD
        self._commits_left = 0

    @property
    def url(self) -> str:
        """The database's address by this line."""
        by_line = self._server.set(host="127.0.0.1", port=self.server_address[1], query={})
        return by_line.render_as_string(hide_password=False)

    @property
    def is_whole(self) -> bool:
        """Whether the cut that was asked for is still to come."""
        return self._commits_left > 0

    def cut_at(self, number: int, moment: Moment) -> None:
        """Break at the COMMIT of this number, counted from now on over all connections; 0 is never."""
        self._commits_left, self._moment = number, moment

    def breaks_now(self) -> Moment | None:
        """Count a COMMIT; the moment at which it is cut, if it is the one."""
        self._commits_left -= 1
        return self._moment if self._commits_left == 0 else None

    def to_server(self) -> socket.socket:
        folder = str(self._server.query.get("host", ""))
        if not folder:
            return socket.create_connection((self._server.host or "127.0.0.1", self._server.port or 5432))
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(f"{folder}/.s.PGSQL.{self._server.port or 5432}")
        return connection


class _Connection(BaseRequestHandler):
    server: CutLine

    def handle(self) -> None:
        cut = None
        with self.server.to_server() as server:
            while cut is not Moment.UNHEARD:
                for ready in select([self.request, server], [], [])[0]:
                    data = ready.recv(CHUNK)
                    if not data or (ready is server and cut is Moment.UNANSWERED):
                        return
                    if data == COMMIT:
                        cut = self.server.breaks_now()
                    if cut is not Moment.UNHEARD:
                        (server if ready is self.request else self.request).sendall(data)


@contextmanager
def cut_line(url: str) -> Iterator[CutLine]:
    """A line that is whole until a test says otherwise."""
    with CutLine(make_url(url)) as line:
        Thread(target=line.serve_forever, daemon=True).start()
        yield line
        line.shutdown()
