"""`setlist keys`: makes a key for a website or for staff, shown this once; lists keys, and revokes them."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from api.arguments import name
from services.access.issued import IssuedKey, is_name_taken, list_keys, revoke
from services.access.keys import Scope, add_site, add_staff_key
from services.access.origins import is_origin
from services.clock import Clock
from services.database import Database
from services.settings import Settings

ACTOR = "operator"
MOST_DAYS = 3650


def main(arguments: list[str]) -> int:
    """`setlist keys site NAME ORIGIN...`, `... staff NAME SCOPE... [--days N]`, `... list`, `... revoke NAME`."""
    options = _parser().parse_args(arguments)
    database = Database(Settings().database_url)
    try:
        run: Callable[[Database, Namespace], int] = {"list": _list, "revoke": _revoke}.get(options.act, _make)
        return run(database, options)
    finally:
        database.dispose()


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="setlist keys", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    site = acts.add_parser("site", help="make a publishable key, bound to origins")
    site.add_argument("name", type=name)
    site.add_argument("origins", nargs="+", type=_origin, metavar="ORIGIN", help="https://www.example.org")
    staff = acts.add_parser("staff", help="make a secret key, with scopes")
    staff.add_argument("name", type=name)
    staff.add_argument("scopes", nargs="+", choices=["all", *Scope], metavar="SCOPE", help=f"all, {', '.join(Scope)}")
    staff.add_argument("--days", type=_days, help="how long the key works; for ever if not given")
    acts.add_parser("list", help="every key that was made, without what is secret of it")
    revoked = acts.add_parser("revoke", help="have the key of this name open nothing from now on")
    revoked.add_argument("name")
    return parser


def _make(database: Database, options: Namespace) -> int:
    with database.writing() as session:
        if is_name_taken(session, options.name):
            sys.stderr.write("A key in use has this name: choose another, or revoke that one first.\n")
            return 1
        key = (_site if options.act == "site" else _staff)(session, options, Clock().now())
    sys.stdout.write(f"{key}\n")
    return 0


def _site(session: Session, options: Namespace, now: datetime) -> str:
    return add_site(session, name=options.name, origins=options.origins, actor=ACTOR, now=now)


def _staff(session: Session, options: Namespace, now: datetime) -> str:
    scopes = list(Scope) if "all" in options.scopes else [Scope(each) for each in dict.fromkeys(options.scopes)]
    expires_at = now + timedelta(days=options.days) if options.days else None
    return add_staff_key(session, name=options.name, scopes=scopes, actor=ACTOR, now=now, expires_at=expires_at)


def _list(database: Database, _options: Namespace) -> int:
    now = Clock().now()
    with database.reading() as session:
        issued = list_keys(session)
    for each in issued:
        sys.stdout.write(f"{each.kind:<5}  {each.name}  {','.join(each.opens)}  {_state(each, now)}\n")
    return 0


def _state(key: IssuedKey, now: datetime) -> str:
    """What became of it, in words."""
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    used = f", last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at is not None else ""
    if key.expires_at is None:
        return f"in use{used}"
    return f"{'in use until' if key.expires_at > now else 'over since'} {key.expires_at:%Y-%m-%d}{used}"


def _revoke(database: Database, options: Namespace) -> int:
    with database.writing() as session:
        revoked = revoke(session, options.name, actor=ACTOR, now=Clock().now())
    if not revoked:
        sys.stderr.write("No key in use has this name: `setlist keys list` has them all.\n")
        return 1
    for each in revoked:
        sys.stdout.write(f"Revoked: {each.kind} key {each.name}\n")
    return 0


def _origin(text: str) -> str:
    if not is_origin(text):
        raise ArgumentTypeError(f"not an origin, which is `https://www.example.org` and nothing behind it: {text}")
    return text


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST_DAYS:
        raise ArgumentTypeError(f"a number of days from 1 to {MOST_DAYS}")
    return int(text)
