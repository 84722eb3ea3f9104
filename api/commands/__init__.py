"""Commands: `setlist NAME`, one file a process or task.

The entry point picks the file by its name, so that the web process never loads what only the worker needs.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from services.database import DatabaseBusy
from services.database.outages import find_words, in_words
from services.suppression.errors import PepperChanged

COMMANDS = {
    "up": "start web, worker and sandbox together, ready to try",
    "serve": "the web process",
    "worker": "the worker process: letters, payments, Mailchimp",
    "sandbox": "the stand-ins' process: the mailbox and webhooks",
    "migrate": "bring the database to this version's schema",
    "seed": "fill an empty database with two sets, topics and keys to try",
    "keys": "make, list and revoke keys of websites and of staff",
    "staff": "say who may sign in to the staff pages",
    "openapi": "write openapi/openapi.json, or compare it with --check",
    "doctor": "say what is wrong with this deployment",
    "check": "check every promise the database must keep",
}

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C has ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named command; answers its exit code."""
    name, *rest = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in {"--help", "-h"}:
        sys.stdout.write(_usage())
        return 0
    if name not in COMMANDS:
        sys.stderr.write(f"There is no command called {name}.\n\n{_usage()}")
        return 2
    try:
        code: int = import_module(f"api.commands.{name}").main(rest)
    except ValidationError as error:
        sys.stderr.write(_what_is_wrong(error))
        return 2
    except PepperChanged as error:
        sys.stderr.write(f"{error.title}: with another one, people who said no would be written to again.\n")
        return 2
    except DatabaseBusy as error:
        sys.stderr.write(f"The database {in_words(error)}.\n")
        return 1
    except DBAPIError as error:
        if (words := find_words(error)) is None:
            raise
        sys.stderr.write(f"The database {words}.\n")
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        sys.stderr.write(f"{error.filename}: {error.strerror}. Is VAR_DIR right, and ours to write to?\n")
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _usage() -> str:
    lines = [f"  setlist {name:<10} {what}" for name, what in COMMANDS.items()]
    return "\n".join(["Setlist: places on action learning sets, payments, and a newsletter.", "", *lines, ""])


def _what_is_wrong(error: ValidationError) -> str:
    """The settings that keep a process from starting, without their values."""
    problems = [f"  {'.'.join(map(str, each['loc'])).upper() or 'settings'}: {each['msg']}" for each in error.errors()]
    return "\n".join(["The settings are not right:", *problems, ""])
