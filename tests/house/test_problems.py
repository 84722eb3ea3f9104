"""Every refusal is explained in problems.md, under the title it is answered with; and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.explanations import problems
from api.problems import FRAMEWORK, STATUS
from services.errors import DomainError, Kind
from tests.house.sources import all_modules


def refusals(of: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for refusal in of.__subclasses__():
        yield refusal
        yield from refusals(refusal)


@pytest.fixture(scope="module")
def titles() -> set[tuple[str, str]]:
    """Code and title of all that this code can refuse."""
    all_modules()
    ours = {
        (refusal.code, refusal.title) for refusal in refusals() if refusal.__module__.startswith(("api", "services"))
    }
    return ours | set(FRAMEWORK.values())


def test_every_problem_is_explained_under_its_title_and_no_other_is(titles: set[tuple[str, str]]) -> None:
    assert {(code, title) for code, (title, _) in problems().items()} == titles


def test_a_code_has_one_meaning(titles: set[tuple[str, str]]) -> None:
    codes = [code for code, _ in titles]
    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("code", problems())
def test_every_explanation_says_what_to_do_and_which_facts_it_carries(code: str) -> None:
    _, text = problems()[code]
    assert "**What to do.**" in text
    assert "**Facts.**" in text


def test_every_kind_of_refusal_has_a_status() -> None:
    assert set(STATUS) == set(Kind)
