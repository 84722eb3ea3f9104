"""Every state of every element, at both widths, light and dark, and in Welsh: nothing for axe-core to find."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import PHONE_IN_THE_DARK, expect_accessible
from tests.browser.embed.states import BOTH_SCHEMES, STATES, EmbedState
from tests.browser.embed.visit import Charity, Visit


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_is_accessible(visit: Visit, charity: Charity, state: EmbedState) -> None:
    reach(state, visit, charity, "en-GB")
    expect_accessible(visit.page)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_is_accessible_in_welsh(visit: Visit, charity: Charity, state: EmbedState) -> None:
    """The words differ, and the room that they need; the colours do not."""
    reach(state, visit, charity, "cy")
    expect_accessible(visit.page, PHONE_IN_THE_DARK)


def reach(state: EmbedState, visit: Visit, charity: Charity, language: str) -> None:
    charity.host.extra_css, charity.host.language = BOTH_SCHEMES, language
    state.reach(visit, charity)
    expect(visit.page.locator("[aria-busy]")).to_have_count(0)
