"""The house's own files, as its tests read them."""

from __future__ import annotations

from importlib import import_module
from itertools import chain
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import api
import services

ROOT = Path(__file__).parents[2]
FOLDERS = ("api", "services", "tests")
KINDS = frozenset({".py", ".html", ".txt", ".css", ".js", ".mako"})
TEXTS = ("Makefile", "pyproject.toml", "alembic.ini", ".ci/run", "README.md", "CHANGELOG.md", "openapi/problems.md")
MIGRATOR = "services.migrations."
"""Alembic alone imports what lies beneath: its `env` runs migrations when it is loaded."""


def code_files() -> list[Path]:
    """Everything written by hand that a machine runs or shows."""
    files = chain.from_iterable((ROOT / folder).rglob("*") for folder in FOLDERS)
    return sorted(file for file in files if file.suffix in KINDS and file.is_file())


def all_modules() -> list[ModuleType]:
    """Every module of the product, imported."""
    names = [
        found.name
        for package in (api, services)
        for found in walk_packages(package.__path__, f"{package.__name__}.")
        if not found.name.startswith(MIGRATOR) and not found.name.endswith(".__main__")
    ]
    return [import_module(name) for name in names]


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()
