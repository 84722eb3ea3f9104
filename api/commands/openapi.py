"""`setlist openapi`: writes the spec that is committed, or compares it with what the code says now."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

from api import create_app
from api.composition import compose, find_sandbox
from api.explanations import PROBLEMS
from api.sandbox.demo import throwaway_settings
from services.payments.gateway import Patience

SPEC = PROBLEMS.with_name("openapi.json")


def main(arguments: list[str]) -> int:
    """With --check, 1 where the committed file has drifted."""
    parser = ArgumentParser(prog="setlist openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, and write nothing")
    options = parser.parse_args(arguments)
    described = _described()
    if not options.check:
        SPEC.write_bytes(described)
        return 0
    if SPEC.read_bytes() != described:
        sys.stderr.write("openapi/openapi.json is not what the code says: run `make spec`.\n")
        return 1
    return 0


def _described() -> bytes:
    with TemporaryDirectory(prefix="setlist-") as folder:
        settings = throwaway_settings(Path(folder))
        app = create_app(compose(settings, Patience.WEB), find_sandbox(settings))
        with app.app_context():
            return orjson.dumps(app.extensions["spec"](), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
