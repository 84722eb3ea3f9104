"""S31: what each route tells the browser, as written down beside this file."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from api import create_app
from tests.databases import Kind
from tests.worlds import World

SNAPSHOT = Path(__file__).with_name("security_headers.json")
UPDATE = "UPDATE_SNAPSHOTS"
PART = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>")
TOLD = (
    "Cache-Control",
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Robots-Tag",
)


@pytest.fixture
def database_kind() -> Kind:
    """One is enough: headers come from no database."""
    return "sqlite"


def told(world: World) -> dict[str, dict[str, str]]:
    client = create_app(world.outside, world.sandbox).test_client()
    found = {}
    for rule in world.app.url_map.iter_rules():
        path = re.sub(
            r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda part: "999" if part[1] == "int" else "unknown", rule.rule
        )
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(path, method=method)
            found[f"{method} {rule.rule} ({answer.status_code})"] = {
                name: answer.headers[name] for name in TOLD if name in answer.headers
            }
    return dict(sorted(found.items()))


def test_every_route_tells_the_browser_what_is_written_down(world: World) -> None:
    """After a change that is meant: `UPDATE_SNAPSHOTS=1 pytest tests/api/test_security_headers.py`."""
    found = told(world)
    if os.environ.get(UPDATE):
        SNAPSHOT.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2) + b"\n")
    assert found == orjson.loads(SNAPSHOT.read_bytes())


def test_every_answer_carries_the_common_ones(world: World) -> None:
    for route, headers in told(world).items():
        assert headers["X-Content-Type-Options"] == "nosniff", route
        assert "default-src 'none'" in headers["Content-Security-Policy"], route
        assert "unsafe" not in headers["Content-Security-Policy"], route
        assert headers["Permissions-Policy"].startswith("camera=()"), route
        assert headers["Strict-Transport-Security"] == "max-age=31536000", route


def test_over_plain_http_nothing_is_said_of_https(world: World) -> None:
    settings = world.outside.settings.model_copy(update={"public_url": "http://127.0.0.1:8000"})
    client = create_app(replace(world.outside, settings=settings)).test_client()
    assert "Strict-Transport-Security" not in client.get("/livez").headers
