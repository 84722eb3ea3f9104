"""The changelog has a place for what comes next."""

from __future__ import annotations

import re

from tests.house.sources import ROOT

SORTS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_it_begins_with_what_is_unreleased() -> None:
    versions = re.findall(r"(?m)^## (.+)$", (ROOT / "CHANGELOG.md").read_text())
    assert versions[0] == "Unreleased"


def test_changes_are_sorted_as_keep_a_changelog_has_it() -> None:
    assert set(re.findall(r"(?m)^### (.+)$", (ROOT / "CHANGELOG.md").read_text())) <= SORTS
