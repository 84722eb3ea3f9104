"""`setlist worker`: does what must follow from each change; any number of them may run."""

from __future__ import annotations

import logging
import os
import signal
from argparse import ArgumentParser
from threading import Event

from api import logs
from api.composition import compose
from services.jobs.handlers import HANDLERS
from services.jobs.schedule import SCHEDULE
from services.jobs.worker import work
from services.payments.gateway import Patience
from services.settings import Settings
from services.suppression.canary import require_same_pepper


def main(arguments: list[str]) -> int:
    """Work until SIGTERM or SIGINT, then finish what is running."""
    ArgumentParser(prog="setlist worker", description=__doc__).parse_args(arguments)
    logs.configure()
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    outside = compose(Settings(), Patience.WORKER)
    with outside.database.writing() as session:
        require_same_pepper(session, outside.keyring.pepper_proof())
    work(outside, HANDLERS, SCHEDULE, stopping)
    logging.shutdown()
    # Python would wait for the thread of an effect that outlived the grace; another worker takes it over once we end.
    os._exit(0)
