"""The code keeps to the house's style where no linter looks."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, TEXTS, code_files, name_of

LONGEST = 400
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc", "base", "manager", "managers"}
BASES_BY_RIGHT = {"services/database/base.py"}
"""SQLAlchemy's own word for what every table inherits from."""
MACHINE = re.compile(
    r"/(?:home|Users|root|work|mnt|srv)/[\w.]+/|/tmp/\w"  # somebody's own folders
    r"|https?://[^\s\"'/]*(?:pypi|pythonhosted|npmjs|artifact|nexus|registry)[^\s\"']*"  # where packages come from
    r"|index-url\s*=\s*http"
)


def test_no_file_is_too_long() -> None:
    lengths = {name_of(file): len(file.read_text().splitlines()) for file in code_files()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_nothing_has_a_name_that_says_nothing() -> None:
    parts = {name_of(file): set(file.relative_to(ROOT).with_suffix("").parts) for file in code_files()}
    vague = {name for name, words in parts.items() if words & VAGUE}
    assert vague - BASES_BY_RIGHT == set()


def test_no_class_has_a_name_that_says_nothing() -> None:
    named = re.compile(r"^class \w*(?:Util|Utils|Helper|Helpers|Misc|Manager)\b", re.MULTILINE)
    assert [name_of(file) for file in code_files() if file.suffix == ".py" and named.search(file.read_text())] == []


@pytest.mark.parametrize("folder", ["api", "services"])
def test_every_package_has_a_sign_on_its_door(folder: str) -> None:
    packages = {file.parent for file in (ROOT / folder).rglob("*.py")} - {ROOT / "services/migrations/versions"}
    signs = {package: sign(package / "__init__.py") for package in packages}
    assert [name_of(package) for package, text in signs.items() if not text] == []


def test_every_module_says_what_it_is_in_one_sentence_or_more() -> None:
    modules = [file for file in code_files() if file.suffix == ".py"]
    assert [name_of(module) for module in modules if not sign(module)] == []


def test_nothing_names_a_machine_or_a_package_index() -> None:
    files = [*code_files(), *(ROOT / text for text in TEXTS)]
    found = {name_of(file): MACHINE.findall(file.read_text()) for file in files if file != Path(__file__)}
    assert {name: places for name, places in found.items() if places} == {}


def sign(file: Path) -> str | None:
    """A module's docstring; a file that holds nothing else needs no parser for it."""
    return ast.get_docstring(ast.parse(file.read_text())) if file.exists() else None
