"""The README's tables are what the code says of itself."""

from __future__ import annotations

from enum import Enum
from typing import Any

from api.commands import COMMANDS
from services.settings import Settings
from tests.house.sources import ROOT


def test_every_setting_is_explained_and_no_other() -> None:
    fields = Settings.model_fields.items()
    assert table("name") == [row(name.upper(), shown(field.default), field.description) for name, field in fields]


def test_every_command_is_explained_and_no_other() -> None:
    assert table("command") == [row(f"setlist {name}", what) for name, what in COMMANDS.items()]


def table(first_column: str) -> list[str]:
    """The rows of the table whose first column is called that."""
    _, _, rest = (ROOT / "README.md").read_text().partition(f"| {first_column} |")
    lines = rest.split("\n\n", maxsplit=1)[0].splitlines()
    return lines[2:]


def row(name: str, *cells: object) -> str:
    return " | ".join([f"| `{name}`", *(str(cell) for cell in cells)]) + " |"


def shown(default: Any) -> str:
    value = default.value if isinstance(default, Enum) else default
    return f"`{value}`" if value != "" else "empty"
