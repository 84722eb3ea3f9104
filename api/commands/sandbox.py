"""`setlist sandbox`: the stand-ins' own process: a mailbox that receives by SMTP, and webhooks on their way."""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser
from threading import Event

import requests

from api import logs
from api.composition import find_sandbox
from api.sandbox.mailbox import start_listener
from api.sandbox.stripe.delivery import deliver_due
from services.settings import Settings

PAUSE_SECONDS = 0.1
TIMEOUT_SECONDS = (3.05, 10)


def main(arguments: list[str]) -> int:
    """Receive mail and deliver webhooks until SIGTERM or SIGINT."""
    ArgumentParser(prog="setlist sandbox", description=__doc__).parse_args(arguments)
    logs.configure()
    settings = Settings()
    sandbox = find_sandbox(settings)
    if sandbox is None:
        sys.stderr.write("There are no stand-ins in production.\n")
        return 2
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    listener = start_listener(sandbox.state, settings.smtp_host, settings.smtp_port)
    target = f"{settings.webhook_target_url or settings.origin}/webhooks/stripe"
    with requests.Session() as session:
        while not stopping.wait(PAUSE_SECONDS):
            deliver_due(
                sandbox.state, sandbox.clock, url=target, secret=settings.stripe_webhook_secret, post=session.post
            )
    listener.stop()
    return 0
