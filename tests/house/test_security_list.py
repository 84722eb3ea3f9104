"""The security list: each promise has a test that bears its number, as S3, in its docstring or its module's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import ROOT, name_of

PROMISES = {
    3: "unknown fields are refused at every depth",
    4: "an id of another principal's is not found",
    5: "a route that does not say who may enter stops the start-up",
    6: "keys are random, stored as a hash, scoped, expiring, shown once",
    7: "secrets are compared in constant time",
    8: "links of bookings are not guessed",
    9: "nobody learns who is known",
    15: "links begin with PUBLIC_URL, and a forged host is refused",
    17: "browsers call from the origins of a site alone",
    18: "a form on another website changes nothing",
    21: "no log, error, description or export has a secret",
    22: "a key of Stripe's is restricted, and test never meets live",
    23: "a token is good for one purpose, and has a version",
    24: "reading changes nothing",
    25: "as many proxies are believed as the operator names",
    26: "limits by network, address and form, and for everybody together",
    30: "bodies, pages, depth and names have a size",
    31: "each route's security headers are written down",
    32: "a mistake of ours gives nothing away",
    34: "nobody writes lines of their own into a log",
    35: "a key that comes twice is refused",
}
TESTS = ROOT / "tests"
NUMBER = re.compile(r"\bS(\d{1,2})\b")


def docstrings(file: Path) -> Iterator[str]:
    """Of a module of tests, and of the tests in it."""
    module = ast.parse(file.read_text())
    yield ast.get_docstring(module) or ""
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield ast.get_docstring(node) or ""


def files_by_number() -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for file in TESTS.rglob("test_*.py"):
        if file == Path(__file__):
            continue
        for number in NUMBER.findall(" ".join(docstrings(file))):
            found.setdefault(int(number), set()).add(name_of(file))
    return found


def test_every_promise_of_the_list_has_a_test_that_bears_its_number() -> None:
    found = files_by_number()
    assert {number: promise for number, promise in PROMISES.items() if number not in found} == {}
