"""When answers stay away, come from a cache, or say one thing twice; and what the elements say beside their forms."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.embed.host_site import a_host_site
from tests.browser.embed.test_embed_booking import BOOKINGS
from tests.browser.embed.visit import PATIENCE_MS, Charity, Visit

IMPATIENT = "() => { const of = AbortSignal.timeout; AbortSignal.timeout = (ms) => of.call(AbortSignal, ms / 200) }"
UNREACHED = "This cannot be loaded right now."
WRITTEN_ANEW = """() => {
  window.written = 0;
  const form = document.querySelector("setlist-booking").shadowRoot.querySelector("form");
  const count = (changes) => (window.written += changes.length);
  new MutationObserver(count).observe(form, { childList: true, subtree: true });
}"""


def test_a_server_that_never_answers_is_given_up(visit: Visit, charity: Charity) -> None:
    visit.page.route(BOOKINGS, lambda _route: None)
    visit.hurry()
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.page.evaluate(IMPATIENT)
    visit.press("Book")
    expect(visit.page.get_by_text("We cannot reach the booking service.")).to_be_visible(timeout=PATIENCE_MS)
    assert visit.details("error") == [{"code": "unreachable", "status": 0}]


def test_a_set_from_the_cache_does_not_make_a_lost_server_the_page_s_fault(visit: Visit, charity: Charity) -> None:
    asked: set[str] = set()

    def lose_what_is_asked_anew(route: Route) -> None:
        if route.request.url.endswith("/form-tokens") or route.request.url in asked:
            return route.abort()
        asked.add(route.request.url)
        return route.continue_()

    visit.page.route("**/v1/**", lose_what_is_asked_anew)
    visit.open(charity.booking(charity.a_set().slug))
    expect(visit.page.get_by_text(UNREACHED)).to_be_visible()
    assert visit.details("error") == [{"code": "unreachable", "status": 0}]
    visit.page.unroute("**/v1/**")
    visit.press("Try again")
    expect(visit.page.get_by_label("Your name")).to_be_visible()


def test_an_origin_that_is_listed_meanwhile_may_try_again(browser: Browser, charity: Charity) -> None:
    with a_host_site(charity.setlist.url) as stranger:
        stranger.elements = charity.booking(charity.a_set().slug)
        page = browser.new_context().new_page()
        page.goto(f"{stranger.origin}/plain")
        expect(page.get_by_text("This form cannot be used on this page yet.")).to_be_visible()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.context.close()


def test_a_form_that_was_open_for_too_long_is_sent_with_a_new_token(visit: Visit, charity: Charity) -> None:
    sent: list[dict[str, str]] = []

    def refuse_once(route: Route) -> None:
        if route.request.method == "OPTIONS":
            return route.continue_()
        sent.append(route.request.headers)
        if len(sent) > 1:
            return route.continue_()
        allowed = {"Access-Control-Allow-Origin": charity.host.origin}
        return route.fulfill(status=403, json={"type": "/problems/form-token-invalid"}, headers=allowed)

    visit.page.route(BOOKINGS, refuse_once)
    visit.hurry()
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.press("Book")
    visit.expect_heading("Your booking is confirmed")
    first, second = sent
    assert first["x-form-token"] != second["x-form-token"]
    assert first["idempotency-key"] == second["idempotency-key"]


def test_one_mistake_is_told_once(visit: Visit, charity: Charity) -> None:
    def refuse(route: Route) -> None:
        errors = [
            {"pointer": "/participants/0/email", "detail": "Not a valid e-mail address."},
            {"pointer": "/booker/email", "detail": "Not a valid e-mail address."},
        ]
        allowed = {"Access-Control-Allow-Origin": charity.host.origin}
        route.fulfill(status=422, json={"type": "/problems/invalid-request", "errors": errors}, headers=allowed)

    visit.page.route(BOOKINGS, lambda route: route.continue_() if route.request.method == "OPTIONS" else refuse(route))
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    visit.fill_in()
    visit.press("Book")
    expect(visit.page.get_by_text("There is a problem")).to_be_visible()
    expect(visit.page.get_by_role("link", name="Your e-mail address:")).to_have_count(1)


def test_only_what_changes_is_written_anew(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    visit.fill_in()
    visit.page.evaluate(WRITTEN_ANEW)
    visit.page.get_by_label("Your name").fill("Ada B. Obi")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("written") == 0
    visit.page.get_by_label("I am taking a place myself").uncheck()
    assert visit.page.evaluate("written") > 0


@pytest.mark.parametrize(
    ("language", "link"),
    [
        ("en-GB", "What we keep, and why: our privacy notice"),
        ("cy", "Beth a gadwn, a pham: ein hysbysiad preifatrwydd"),
    ],
)
def test_both_forms_lead_to_the_privacy_notice(visit: Visit, charity: Charity, language: str, link: str) -> None:
    visit.open(charity.booking(charity.a_set().slug) + charity.newsletter(), language=language)
    expect(visit.page.get_by_role("link", name=link)).to_have_count(2)
    visit.page.get_by_role("link", name=link).first.click()
    expect(visit.page).to_have_url(f"{charity.setlist.url}/privacy")


def test_what_is_not_ours_is_marked_with_its_own_language(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug) + charity.newsletter() + charity.sets(), language="cy")
    expect(visit.page.get_by_text("News", exact=True).first).to_be_visible()
    for text, language in {
        "News": "en",
        "Leading through change": "en",
        "Booking terms": "en",
        "Ein cylchlythyr (dewisol)": "cy",
        "Ar-lein · ": "cy",
    }.items():
        found = visit.page.get_by_text(text, exact=language == "en").first
        assert found.evaluate("at => at.closest('[lang]').lang") == language, text


def test_a_numbered_list_keeps_its_numbers(visit: Visit, charity: Charity) -> None:
    wanted = charity.a_set()

    def number(route: Route) -> None:
        answer = route.fetch()
        body: dict[str, Any] = answer.json()
        body["terms"]["text_html"] = '<p>Between.</p><ol start="3"><li>Third</li></ol>'
        route.fulfill(response=answer, json=body)

    visit.page.route(f"**/v1/sets/{wanted.slug}", number)
    visit.open(charity.booking(wanted.slug))
    visit.page.get_by_text("Booking terms", exact=True).click()
    assert visit.page.get_by_role("list").filter(has_text="Third").evaluate("at => at.start") == 3
