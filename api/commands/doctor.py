"""`setlist doctor`: what is wrong with this deployment, in words."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

import requests

from api import logs
from api.composition import compose
from services.journeys.examine import examine
from services.journeys.readiness import Check, Verdict
from services.payments.gateway import Patience
from services.settings import Settings

MARKS = {Verdict.OK: "ok", Verdict.DEGRADED: "note", Verdict.FAILED: "WRONG"}
TIMEOUT_SECONDS = 10


def main(arguments: list[str]) -> int:
    """Says what it finds, a line each; 1 where anything is wrong."""
    ArgumentParser(prog="setlist doctor", description=__doc__).parse_args(arguments)
    logs.configure()
    outside = compose(Settings(), Patience.WEB)
    wrong = 0
    for check in (*examine(outside), _reachable(outside.settings)):
        wrong += check.verdict is Verdict.FAILED
        sys.stdout.write(f"{MARKS[check.verdict]:<6} {check.name:<20} {check.detail}".rstrip() + "\n")
    sys.stdout.write(f"{wrong} wrong.\n" if wrong else "Nothing is wrong.\n")
    return 1 if wrong else 0


def _reachable(settings: Settings) -> Check:
    """Whether visitors' address leads here, as seen from this machine."""
    try:
        answer = requests.get(f"{settings.origin}/livez", timeout=TIMEOUT_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        return Check("PUBLIC_URL", Verdict.FAILED, f"{settings.origin} cannot be reached ({type(error).__name__})")
    if answer.status_code != 200 or answer.text != '{"status":"alive"}':
        return Check("PUBLIC_URL", Verdict.FAILED, f"{settings.origin} is not this server ({answer.status_code})")
    return Check("PUBLIC_URL", Verdict.OK, settings.origin)
