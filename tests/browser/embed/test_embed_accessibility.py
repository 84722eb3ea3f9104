"""Every state of every element, in both languages: nothing for axe-core to find, at both widths, light and dark."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import expect_accessible
from tests.browser.embed.states import BOTH_SCHEMES, STATES, EmbedState
from tests.browser.embed.visit import Charity, Visit


@pytest.mark.parametrize("language", ["en-GB", "cy"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_is_accessible(visit: Visit, charity: Charity, state: EmbedState, language: str) -> None:
    charity.host.extra_css, charity.host.language = BOTH_SCHEMES, language
    state.reach(visit, charity)
    expect(visit.page.locator("[aria-busy]")).to_have_count(0)
    expect_accessible(visit.page)
