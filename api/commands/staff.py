"""`setlist staff`: says who may sign in to the staff pages, and what each may do there."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace

from marshmallow import ValidationError

from api.arguments import name
from api.wire import Email
from services.access.keys import Scope
from services.clock import Clock
from services.database import Database
from services.people.staff import Member, list_members, put_member, remove_member
from services.settings import Settings

ACTOR = "operator"


def main(arguments: list[str]) -> int:
    """`setlist staff add EMAIL --name NAME --scopes SCOPE,...`, `setlist staff remove EMAIL`, `setlist staff list`."""
    options = _parser().parse_args(arguments)
    database = Database(Settings().database_url)
    try:
        return _run(database, options)
    finally:
        database.dispose()


def _run(database: Database, options: Namespace) -> int:
    if options.act == "add":
        return _add(database, options)
    return _remove(database, options.email) if options.act == "remove" else _list(database)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="setlist staff", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    add = acts.add_parser("add", help="let somebody in; whoever is in gets this name and these scopes at once")
    add.add_argument("email", type=_address)
    add.add_argument("--name", type=name, required=True)
    scopes = f"all, or some of {', '.join(Scope)}"
    add.add_argument("--scopes", type=_scopes, required=True, metavar="SCOPE,...", help=scopes)
    remove = acts.add_parser("remove", help="let somebody in no longer; what they have open ends at once")
    remove.add_argument("email", type=_address)
    acts.add_parser("list", help="everybody who may sign in")
    return parser


def _add(database: Database, options: Namespace) -> int:
    with database.writing() as session:
        wanted = Member(options.email, options.name, options.scopes)
        put_member(session, wanted, actor=ACTOR, now=Clock().now())
    sys.stdout.write(f"{options.email} may sign in at {Settings().origin}/staff\n")
    return 0


def _remove(database: Database, email: str) -> int:
    with database.writing() as session:
        was_there = remove_member(session, email, actor=ACTOR, now=Clock().now())
    if not was_there:
        sys.stderr.write(f"{email} is not on the staff list.\n")
        return 1
    sys.stdout.write(f"{email} may no longer sign in, and is signed out.\n")
    return 0


def _list(database: Database) -> int:
    with database.reading() as session:
        members = list_members(session)
    for each in members:
        sys.stdout.write(f"{each.email}  {each.name}  {','.join(each.scopes) or '(no scopes)'}\n")
    return 0


def _address(text: str) -> str:
    try:
        return str(Email().deserialize(text))
    except ValidationError:
        raise ArgumentTypeError("not an e-mail address") from None


def _scopes(text: str) -> list[Scope]:
    if text == "all":
        return list(Scope)
    try:
        return [Scope(each) for each in dict.fromkeys(text.split(","))]
    except ValueError as unknown:
        raise ArgumentTypeError(str(unknown)) from None
