"""What a browser calls the website that a page belongs to."""

from __future__ import annotations

import re

_ORIGIN = re.compile(r"(https?)://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::([1-9]\d{0,4}))?", re.ASCII)
_OWN_PORT = {"http": 80, "https": 443}


def is_origin(text: str) -> bool:
    """Whether a browser may say exactly this in `Origin`: scheme, host in lower case, an unusual port."""
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return False
    scheme, port = found.groups()
    return port is None or (int(port) <= 65535 and int(port) != _OWN_PORT[scheme])
