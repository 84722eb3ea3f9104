"""`setlist seed`: two sets, newsletter topics, keys and somebody of staff to try, in a database that has none."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from dataclasses import replace

from api.composition import compose
from api.sandbox.demo import STAFF_EMAIL, Demo, find_demo, write_demo
from services.access.keys import Scope, add_origins, add_site, add_staff_key
from services.journeys.seed import ACTOR, seed_catalogue, seed_newsletter, seed_staff
from services.outside import Outside
from services.payments.gateway import Patience
from services.people.staff import Member
from services.settings import Settings

FINANCE = [Scope.FINANCE_READ, Scope.FINANCE_WRITE]
SAMPLE_MEMBER = Member(STAFF_EMAIL, "Fatima Khan", FINANCE)


def main(arguments: list[str]) -> int:
    """Seed once; a second run brings var/demo.json and the sample website's origins up to date."""
    ArgumentParser(prog="setlist seed", description=__doc__).parse_args(arguments)
    settings = Settings()
    outside = compose(settings, Patience.WORKER)
    with outside.database.writing() as session:
        is_new = seed_catalogue(session, now=outside.clock.now())
        seed_newsletter(session, now=outside.clock.now())
        if settings.has_sandbox:
            seed_staff(session, SAMPLE_MEMBER, now=outside.clock.now())
    demo = find_demo(settings.var_dir)
    if is_new or demo is None:
        demo = _make_keys(outside)
    else:
        with outside.database.writing() as session:
            add_origins(session, demo.site_key, _origins(settings))
    write_demo(settings.var_dir, replace(demo, base_url=settings.origin))
    sys.stdout.write("Seeded.\n" if is_new else "Seeded before; nothing was added.\n")
    return 0


def _make_keys(outside: Outside) -> Demo:
    settings, now = outside.settings, outside.clock.now()
    with outside.database.writing() as session:
        return Demo(
            base_url=settings.origin,
            site_key=add_site(session, name="Sample website", origins=_origins(settings), actor=ACTOR, now=now),
            staff_key=add_staff_key(session, name="Sample staff key", scopes=list(Scope), actor=ACTOR, now=now),
            finance_key=add_staff_key(session, name="Sample finance key", scopes=FINANCE, actor=ACTOR, now=now),
            stripe_webhook_secret=settings.stripe_webhook_secret,
        )


def _origins(settings: Settings) -> list[str]:
    """This server under the names a newcomer's browser may use for it."""
    return list(dict.fromkeys([settings.origin, settings.origin.replace("127.0.0.1", "localhost")]))
