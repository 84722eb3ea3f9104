"""What the image installs is what the tests ran with, and every file that it is built from is there."""

from __future__ import annotations

import re

import pytest

from tests.house.sources import ROOT

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text()))


def test_the_image_s_lock_is_a_part_of_the_whole_one() -> None:
    whole, image = pins("requirements.lock"), pins("requirements-run.lock")
    assert len(image) > 30
    assert image.items() <= whole.items()
    assert not {"pytest", "mypy", "playwright"} & set(image)


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-run.lock"])
def test_no_lock_names_a_package_index(name: str) -> None:
    assert "://" not in "".join(line for line in (ROOT / name).read_text().splitlines() if not line.startswith("#"))


def test_the_image_is_built_from_files_that_are_there() -> None:
    built_from = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    allowed = (ROOT / ".dockerignore").read_text()
    for path in " ".join(built_from).split():
        assert (ROOT / path).exists(), path
        assert f"!{path}\n" in allowed, path
