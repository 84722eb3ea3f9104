"""What `openapi/problems.md` says of each problem: its title, its text, and what to do about it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

PROBLEMS = Path(__file__).parent.parent / "openapi" / "problems.md"
ADVICE = re.compile(r"^\*\*What to do\.\*\* (.+?)\n\n", re.MULTILINE | re.DOTALL)


@cache
def problems() -> dict[str, tuple[str, str]]:
    """Title and Markdown of each problem, by code; a heading is `## code: title`."""
    parts = re.split(r"^## ([a-z0-9-]+): (.+)$", PROBLEMS.read_text(), flags=re.MULTILINE)[1:]
    return {
        code: (title.strip(), text.strip())
        for code, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    }


@cache
def advice(code: str) -> str:
    """What whoever meets this problem should do, as plain text on one line."""
    found = ADVICE.search(problems()[code][1])
    if found is None:
        raise LookupError(f"problems.md does not say what to do about {code}")
    return " ".join(found[1].split()).replace("`", "")
