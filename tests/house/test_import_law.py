"""Who may import whom: the contracts hold, and each of them bites."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).with_name("lint-imports")

VIOLATIONS = {
    "api stands on services, never the other way": ("services/sets/wrong.py", "import api.sandbox"),
    "areas stand on one another in one order": ("services/audit/wrong.py", "import services.bookings"),
    "rooms of the API do not visit one another, nor the stand-ins": ("api/bookings.py", "import api.sets"),
    "siblings never go in circles": ("services/people/directory.py", "import services.people.wrong"),
    "services know nothing of HTTP": ("services/sets/wrong.py", "import flask"),
    "only the Stripe adapter speaks Stripe": ("api/wrong.py", "import stripe"),
    "only the Mailchimp adapter speaks Mailchimp": ("api/wrong.py", "import mailchimp_marketing"),
    "only the SMTP adapter speaks SMTP": ("api/wrong.py", "import smtplib"),
    "adapters are met only where the outside is put together": (
        "services/journeys/wrong.py",
        "import services.payments.stripe_gateway",
    ),
    "only jobs know dbos": ("services/mail/wrong.py", "import dbos"),
    "only the worker and the migrator load jobs, and with them dbos": ("api/wrong.py", "import services.jobs.tables"),
    "a command is started by its name, never imported": ("api/wrong.py", "import api.commands.migrate"),
    "no table crosses the threshold": ("api/wrong.py", "import services.sets.models"),
}
"""By contract: a file, and a line in it that the contract forbids."""

OTHER_HALF_OF_THE_CIRCLE = ("services/people/wrong.py", "import services.people.directory")


def test_the_law_holds() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


def test_every_contract_is_tried() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == set(VIOLATIONS)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says of a copy that breaks every contract."""
    house = copy_of_the_house(tmp_path_factory.mktemp("house"))
    for path, line in (*VIOLATIONS.values(), OTHER_HALF_OF_THE_CIRCLE):
        with (house / path).open("a") as file:
            file.write(f"\n{line}\n")
    return lint(house).stdout


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_violation_is_caught(verdicts: str, contract: str) -> None:
    assert f"{contract} BROKEN" in verdicts


def test_a_room_without_a_place_in_the_order_is_caught(tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path)
    (house / "services" / "lodgings.py").touch()
    assert "services.lodgings" in lint(house).stdout


def copy_of_the_house(folder: Path) -> Path:
    for name in ("api", "services"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    wide = os.environ | {"COLUMNS": "200"}
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=house, env=wide, capture_output=True, text=True, check=False
    )
