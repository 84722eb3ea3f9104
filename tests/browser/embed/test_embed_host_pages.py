"""The elements on pages that were not made for them: hostile styles, strict policies, other origins, no script."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from tests.browser.embed.host_site import SCRIPT, a_host_site
from tests.browser.embed.visit import PATIENCE_MS, Charity, Visit
from tests.browser.layout_shift import SHIFT

PAGES = ("plain", "theme", "builder", "strict")
ROOM = """
  body { margin: 0; }
  setlist-booking:not(:defined) { display: block; min-height: 40em; }
  setlist-newsletter:not(:defined) { display: block; min-height: 34em; }
  setlist-sets:not(:defined) { display: block; min-height: 18em; }
"""
LAYOUTS = (
    "display: flex; flex-direction: column",
    "display: flex; flex-direction: column; align-items: center",
    "display: grid; justify-items: center",
    "float: left",
)
LOOK = """() => [...document.querySelector("setlist-booking").shadowRoot.querySelectorAll("h2, .button, input, label")]
  .map((at) => getComputedStyle(at))
  .map((at) => [at.display, at.fontSize, at.padding, at.borderWidth, at.textTransform, at.letterSpacing, at.cursor])"""


@pytest.mark.parametrize("name", PAGES)
def test_a_place_is_booked_from_any_page(visit: Visit, charity: Charity, name: str) -> None:
    visit.open(charity.booking(charity.a_set().slug), name)
    visit.fill_in()
    for width in (1280, 360):
        visit.page.set_viewport_size({"width": width, "height": 800})
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width
    visit.press("Go to payment")
    visit.pay()
    visit.expect_heading("Your booking is confirmed")


def test_no_page_reaches_into_the_form(visit: Visit, charity: Charity) -> None:
    elements = charity.booking(charity.a_set().slug)
    looks: dict[str, Any] = {}
    for name in PAGES:
        visit.open(elements, name)
        expect(visit.page.get_by_label("Your name")).to_be_visible()
        looks[name] = visit.page.evaluate(LOOK)
    assert looks["plain"]
    assert all(look == looks["plain"] for look in looks.values())


def test_a_page_sets_colours_by_custom_properties_and_parts(visit: Visit, charity: Charity) -> None:
    css = "body { --setlist-accent: rgb(106, 27, 154) } setlist-booking::part(button) { letter-spacing: 3px }"
    visit.open(charity.booking(charity.a_set().slug), extra_css=css)
    button = visit.page.get_by_role("button", name="Go to payment")
    expect(button).to_have_css("background-color", "rgb(106, 27, 154)")
    expect(button).to_have_css("letter-spacing", "3px")


def test_a_page_that_offers_dark_gets_a_dark_form_and_any_other_a_light_one(visit: Visit, charity: Charity) -> None:
    elements = charity.booking(charity.a_set().slug)
    visit.page.emulate_media(color_scheme="dark")
    card = visit.page.locator("setlist-booking .card")
    visit.open(elements)
    expect(card).to_have_css("background-color", "rgb(255, 253, 249)")
    visit.open(elements, extra_css=":root { color-scheme: light dark }")
    expect(card).to_have_css("background-color", "rgb(27, 35, 32)")


def test_nothing_jumps_when_the_elements_arrive(visit: Visit, charity: Charity, width: int) -> None:
    visit.page.add_init_script(SHIFT)
    alone = charity.sets('theme="campaigning"'), charity.booking(charity.a_set().slug), charity.newsletter()
    for elements in (*alone, "".join(alone)):
        visit.open(elements, width=width, extra_css=ROOM)
        expect(
            visit.page.locator("setlist-sets, setlist-booking, setlist-newsletter").locator(".card").last
        ).to_be_visible()
        expect(visit.page.locator("[aria-busy]")).to_have_count(0)
        assert visit.page.evaluate("shiftSoFar()") < 0.05, elements


def test_several_stand_on_one_page(visit: Visit, charity: Charity) -> None:
    first, second = charity.a_set(price_minor=0), charity.a_set(price_minor=0)
    pasted_twice = SCRIPT.format(server=charity.setlist.url)
    forms = charity.booking(first.slug, 'class="one"') + charity.booking(second.slug) + charity.newsletter()
    visit.open(pasted_twice + forms)
    one = visit.page.locator(".one")
    one.get_by_label("Your name").fill("Ada Obi")
    one.get_by_label("Your e-mail address").fill("ada@example.org")
    for box in one.get_by_label("I accept").all():
        box.check()
    one.get_by_role("button", name="Book", exact=True).click()
    expect(one.get_by_role("heading", name="Your booking is confirmed")).to_be_visible(timeout=PATIENCE_MS)
    expect(visit.page.get_by_label("Your name")).to_have_value("")
    left = [
        requests.get(f"{charity.setlist.url}/v1/sets/{each.slug}", timeout=10).json()["places_left"]
        for each in (first, second)
    ]
    assert left == [5, 6]


def test_the_elements_speak_welsh_on_a_welsh_page(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(taken=4).slug) + charity.sets(), language="cy")
    expect(visit.page.get_by_text("2 le ar ôl").first).to_be_visible()
    expect(visit.page.get_by_text("Dydd Llun 1 Mawrth 2100", exact=True)).to_be_visible()
    visit.page.get_by_role("button", name="Ymlaen i dalu").click()
    assert "Mae problem" in visit.focused("at.textContent")


def test_a_language_nobody_translated_is_answered_in_english(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter(), language="fr")
    expect(visit.page.get_by_role("button", name="Sign up")).to_be_visible()


def test_on_a_page_written_from_right_to_left_english_stays_as_it_is(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter(), language="ar", extra_css=":root { direction: rtl }")
    expect(visit.page.locator("setlist-newsletter form")).to_have_css("direction", "ltr")
    expect(visit.page.locator("setlist-newsletter form")).to_have_css("text-align", "start")


def test_the_form_takes_the_room_that_any_layout_gives(visit: Visit, charity: Charity, width: int) -> None:
    visit.open(charity.newsletter(), width=width)
    form = visit.page.locator("setlist-newsletter form")
    expect(form).to_be_visible()
    wanted = form.evaluate("at => at.clientWidth")
    for layout in LAYOUTS:
        visit.page.locator("main").evaluate("(main, layout) => main.style.cssText = layout", layout)
        assert form.evaluate("at => at.clientWidth") > 0.9 * wanted, layout
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width, layout


def test_without_script_the_link_leads_to_the_hosted_page(browser: Browser, charity: Charity) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    charity.host.reset()
    charity.host.elements = charity.booking("new-managers-leeds")
    page.goto(f"{charity.host.origin}/plain")
    page.get_by_role("link", name="Book a place").click()
    expect(page).to_have_url(f"{charity.setlist.url}/sets/new-managers-leeds/book")
    context.close()


@pytest.mark.parametrize("lost", ["/v1/", "/embed/words/", "/embed/v1.js"])
def test_a_server_out_of_reach_leaves_the_link(visit: Visit, charity: Charity, lost: str) -> None:
    visit.page.route(f"**{lost}**", lambda route: route.abort())
    visit.open(charity.booking(charity.a_set().slug))
    expect(visit.page.locator("[aria-busy]")).to_have_count(0)
    expect(visit.page.get_by_role("link", name="Book a place")).to_be_visible()


def test_a_server_that_is_back_is_asked_again(visit: Visit, charity: Charity) -> None:
    visit.page.route("**/v1/**", lambda route: route.abort())
    visit.open(charity.booking(charity.a_set().slug))
    expect(visit.page.get_by_text("This cannot be loaded right now.")).to_be_visible()
    visit.page.unroute("**/v1/**")
    visit.press("Try again")
    expect(visit.page.get_by_label("Your name")).to_be_visible()


def test_on_a_page_of_an_unlisted_origin_the_elements_say_what_is_wrong(browser: Browser, charity: Charity) -> None:
    with a_host_site(charity.setlist.url) as stranger:
        stranger.elements = charity.booking(charity.a_set().slug) + charity.newsletter()
        page, said = a_page_that_is_heard(browser)
        page.goto(f"{stranger.origin}/plain")
        expect(page.get_by_text("This form cannot be used on this page yet.")).to_have_count(2)
        expect(page.get_by_role("link", name="Book a place")).to_be_visible()
        expect(page.get_by_label("Your name")).to_have_count(0)
        missing = [line for line in said if f"may not be used on {stranger.origin}" in line]
        assert len(missing) == 2
        page.context.close()


@pytest.mark.parametrize(
    ("markup", "cause"),
    [
        ('<setlist-booking set="new-managers-leeds"></setlist-booking>', "needs a site-key"),
        ('<setlist-booking site-key="{key}"></setlist-booking>', "needs a set"),
        ('<setlist-booking set="no-such-set" site-key="{key}"></setlist-booking>', "not published: no-such-set"),
        ('<setlist-newsletter site-key="pk_setlist_wrong"></setlist-newsletter>', "that the server does not know"),
    ],
)
def test_a_mistake_in_the_markup_is_told_to_the_developer(
    visit: Visit, charity: Charity, markup: str, cause: str
) -> None:
    visit.open(markup.format(key=charity.site_key))
    expect(visit.page.get_by_text("This form cannot be used on this page yet.")).to_be_visible()
    assert any(cause in line for line in visit.said)


def a_page_that_is_heard(browser: Browser) -> tuple[Page, list[str]]:
    said: list[str] = []
    page = browser.new_context().new_page()
    page.on("console", lambda message: said.append(message.text))
    return page, said
