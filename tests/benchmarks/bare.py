"""The least a WSGI server can do: what the framework and the database cost is measured against it."""

from __future__ import annotations

from typing import Any

BODY = b'{"status":"bare"}'
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def app(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]
