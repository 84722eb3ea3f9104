"""The README's journey, pasted block by block into a shell beside a Setlist that really runs."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from email import message_from_string, policy
from email.message import EmailMessage
from pathlib import Path

import icalendar
import pytest
import vobject

from tests.embedded import ROOT, Embedded, the_embedded_default

BLOCK = re.compile(r"^```(bash|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END_OF_BLOCK = "=== the end of a block ==="
FREE_SET_MEETS = 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("newcomer")


@pytest.fixture(scope="module")
def setlist(folder: Path) -> Iterator[Embedded]:
    with the_embedded_default(folder) as running:
        yield running


@pytest.fixture(scope="module")
def printed(setlist: Embedded, folder: Path) -> list[str]:
    """What each block of the journey printed."""
    assert setlist.demo["base_url"] == setlist.url
    script = "\n".join(["set -euo pipefail", *(f"{block}\necho '{END_OF_BLOCK}'" for block, _ in journey())])
    pasted = subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert pasted.returncode == 0, f"{pasted.stdout}\n{pasted.stderr}"
    return pasted.stdout.split(f"{END_OF_BLOCK}\n")[:-1]


def test_every_block_prints_what_the_readme_says(printed: list[str]) -> None:
    for (block, expected), output in zip(journey(), printed, strict=True):
        assert re.fullmatch(as_pattern(expected), output), f"{block}\nprinted\n{output}"


@pytest.mark.usefixtures("printed")
def test_the_calendar_file_is_read_by_two_parsers(folder: Path) -> None:
    for file in (calendar_of((folder / "var/letter.eml").read_text()), (folder / "var/dates.ics").read_text()):
        meetings = icalendar.Calendar.from_ical(file).walk("VEVENT")
        others = vobject.readOne(file).vevent_list
        assert len(meetings) == len(others) == FREE_SET_MEETS
        assert [each.decoded("DTSTART") for each in meetings] == [each.dtstart.value for each in others]


def journey() -> list[tuple[str, str]]:
    """The blocks to paste, each with what it prints: the text block that follows it, or nothing."""
    section = (ROOT / "README.md").read_text().partition("## The journey")[2].partition("\n## ")[0]
    found = BLOCK.findall(section)
    following = [*found[1:], ("bash", "")]
    return [
        (text, after if kind_after == "text" else "")
        for (kind, text), (kind_after, after) in zip(found, following, strict=True)
        if kind == "bash"
    ]


def as_pattern(expected: str) -> str:
    return re.escape(expected).replace(r"\.\.\.", r"\S+")


def calendar_of(raw: str) -> str:
    letter = message_from_string(raw, EmailMessage, policy=policy.default)
    parts = [part for part in letter.walk() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 1
    content: str = parts[0].get_content()
    return content
