"""`setlist keys`: makes a key for a website or for staff, shown this once."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import timedelta

from services.access.keys import Scope, add_site, add_staff_key
from services.clock import Clock
from services.database import Database
from services.settings import Settings


def main(arguments: list[str]) -> int:
    """`setlist keys site NAME ORIGIN...` or `setlist keys staff NAME SCOPE...` (`all` for every scope)."""
    parser = ArgumentParser(prog="setlist keys", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    site = kinds.add_parser("site", help="a publishable key, bound to origins")
    site.add_argument("name")
    site.add_argument("origins", nargs="+", metavar="ORIGIN", help="https://www.example.org")
    staff = kinds.add_parser("staff", help="a secret key, with scopes")
    staff.add_argument("name")
    staff.add_argument("scopes", nargs="+", choices=["all", *Scope], metavar="SCOPE")
    staff.add_argument("--days", type=int, help="how long the key works; for ever if not given")
    options = parser.parse_args(arguments)
    now = Clock().now()
    with Database(Settings().database_url).writing() as session:
        if options.kind == "site":
            key = add_site(session, name=options.name, origins=options.origins, now=now)
        else:
            scopes = list(Scope) if "all" in options.scopes else [Scope(each) for each in options.scopes]
            expires_at = now + timedelta(days=options.days) if options.days else None
            key = add_staff_key(session, name=options.name, scopes=scopes, now=now, expires_at=expires_at)
    sys.stdout.write(f"{key}\n")
    return 0
