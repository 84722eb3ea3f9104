"""Every state of every element: nothing for axe-core to find, at both widths, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.embed.visit import Charity, Visit
from tests.browser.test_accessibility import LOOKS, problems

BOTH_SCHEMES = ":root { color-scheme: light dark; background: Canvas; color: CanvasText; } main { padding: 1rem; }"


def form(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking("campaigners-online"))
    visit.page.locator("summary").first.click()


def errors(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking("campaigners-online"))
    visit.add_person("", "")
    visit.press("Go on to pay")


def full(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(taken=6).slug))


def to_pay(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    visit.press("Go on to pay £180.00")
    visit.page.wait_for_url("**/sandbox/stripe/pay/**")
    visit.press("Give up and go back")
    visit.expect_heading("We keep your places while you pay")
    visit.press("I have paid: check again")


def booked(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.press("Book the place")
    visit.expect_heading("Your place is booked")


def newsletter(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter())
    visit.press("Subscribe")


def subscribed(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter('topics="news"'))
    visit.page.get_by_label("Your e-mail address").fill("eve@example.org")
    visit.press("Subscribe")
    visit.expect_heading("Nearly there")


def sets(visit: Visit, charity: Charity) -> None:
    visit.open(charity.sets())


def no_sets(visit: Visit, charity: Charity) -> None:
    visit.open(charity.sets('theme="no such theme"'))


def misplaced(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking("no-such-set"))


def welsh(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking("campaigners-online"), language="cy")


@pytest.mark.parametrize(
    "reach", [form, errors, full, to_pay, booked, newsletter, subscribed, sets, no_sets, misplaced, welsh]
)
def test_a_state_is_accessible(visit: Visit, charity: Charity, reach: Callable[[Visit, Charity], None]) -> None:
    charity.host.extra_css = BOTH_SCHEMES
    reach(visit, charity)
    expect(visit.page.locator("[aria-busy]")).to_have_count(0)
    for scheme, width in LOOKS:
        visit.page.emulate_media(color_scheme=scheme)
        visit.page.set_viewport_size({"width": width, "height": 800})
        assert problems(visit.page) == [], f"{scheme}, {width} px"
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
