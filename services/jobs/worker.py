"""A worker: relays, runs, keeps the schedule and takes over from the dead, until it is told to stop."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from threading import Event, Thread

import structlog

from services.jobs.executor import launch, stop, take_over_from_the_dead
from services.jobs.handlers import Handlers
from services.jobs.leases import Lease, LeaseMaker, lease_maker
from services.jobs.relay import Relay
from services.jobs.schedule import Scheduled
from services.jobs.timekeeper import Timekeeper
from services.jobs.trouble import logged_trouble
from services.outside import Outside

RELAY_SECONDS = 0.2
SCHEDULE_SECONDS = 0.5
LEASE_SECONDS = 1.0
TAKE_OVER_SECONDS = 5.0
SECONDS_AFTER_TROUBLE = 2.0
GRACE = timedelta(seconds=75)
"""Longer than a handler takes: Stripe asked three times, each to the end of its time-out."""
LEASE_LOST = 75
"""EX_TEMPFAIL of sysexits.h: the supervisor starts us again."""

log = structlog.get_logger()


def work(outside: Outside, handlers: Handlers, schedule: Sequence[Scheduled], stopping: Event) -> None:
    """Work until `stopping` is set, then finish what is running; one worker a process, for dbos is one to a process."""
    me = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
    lease_of = lease_maker(outside.database, outside.settings.var_dir)
    lease = lease_of(me)
    if not lease.acquire():
        raise RuntimeError(f"another worker is called {me}")
    launch(me, outside, handlers)
    stopped = Event()
    watch = Thread(target=_watch, args=(me, lease, stopped), name="lease", daemon=True)
    watch.start()
    relay = Relay(outside.database, outside.clock, handlers)
    timekeeper = Timekeeper(outside, schedule, lease_of("schedule"))
    threads = [
        _started(relay.relay_due, "relay", RELAY_SECONDS, stopping),
        _started(timekeeper.keep, "schedule", SCHEDULE_SECONDS, stopping),
        _started(partial(_take_over, me, lease_of), "take-over", TAKE_OVER_SECONDS, stopping),
    ]
    log.info("worker ready", executor=me)
    stopping.wait()
    for thread in threads:
        thread.join()
    timekeeper.close()
    log.info("worker stopping", executor=me)
    stop(GRACE)
    stopped.set()
    watch.join()
    lease.release()
    log.info("worker stopped", executor=me)


def _watch(me: str, lease: Lease, stopped: Event) -> None:
    """End this process where its lease is lost, be it while the last effects finish."""
    while lease.is_held():
        if stopped.wait(LEASE_SECONDS):
            return
    # Others may be running our effects already; nothing that we still do here can be trusted to be ours.
    log.critical("lease lost", executor=me)
    os._exit(LEASE_LOST)


def _take_over(me: str, lease_of: LeaseMaker) -> None:
    for dead in take_over_from_the_dead(me, lease_of):
        log.warning("taken over", executor=dead)


def _started(turn: Callable[[], object], name: str, seconds: float, stopping: Event) -> Thread:
    thread = Thread(target=_repeat, args=(turn, name, seconds, stopping), name=name, daemon=True)
    thread.start()
    return thread


def _repeat(turn: Callable[[], object], name: str, seconds: float, stopping: Event) -> None:
    while not stopping.is_set():
        pause = SECONDS_AFTER_TROUBLE
        with logged_trouble(name):
            turn()
            pause = seconds
        stopping.wait(pause)
