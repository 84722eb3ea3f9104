"""`setlist check`: whether the database keeps every promise that can be checked from inside it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from api.composition import compose
from services.journeys.check import check_invariants
from services.journeys.check_money import check_stripe
from services.payments.gateway import Patience
from services.settings import Settings


def main(arguments: list[str]) -> int:
    """Says what is broken, a line each; 1 where anything is."""
    parser = ArgumentParser(prog="setlist check", description=__doc__)
    parser.add_argument(
        "--stripe", action="store_true", help="also compare Stripe's own balance with what was imported"
    )
    asked = parser.parse_args(arguments)
    outside = compose(Settings(), Patience.WORKER)
    broken = check_invariants(outside.database, now=outside.clock.now())
    if asked.stripe:
        broken += check_stripe(outside)
    for each in broken:
        sys.stdout.write(f"{each.invariant}: {each.what}\n")
    sys.stdout.write(f"{len(broken)} broken.\n" if broken else "Every promise holds.\n")
    return 1 if broken else 0
