"""The newsletter form on the charity's own page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.embed.visit import Charity, Visit


def test_a_reader_asks_for_two_topics_and_gets_a_letter(visit: Visit, charity: Charity, width: int) -> None:
    visit.open(charity.newsletter('topics="news,events"'), width=width)
    visit.page.get_by_label("Your e-mail address").fill(f"cleo-{width}@example.org")
    expect(visit.page.get_by_label("Training and consultancy")).to_have_count(0)
    for topic in ("News", "Upcoming events"):
        expect(visit.page.get_by_label(topic, exact=True)).not_to_be_checked()
        visit.page.get_by_label(topic, exact=True).check()
    visit.press("Sign up")
    visit.expect_heading("Please look in your inbox")
    assert visit.details("subscribed") == [{"topics": ["news", "events"]}]
    assert re.search(r"/newsletter/confirm/", charity.setlist.letter(f"cleo-{width}@example.org", "confirm")["text"])


def test_with_one_topic_nobody_is_asked_to_choose(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter('topics="events"'))
    visit.page.get_by_label("Your e-mail address").fill("drew@example.org")
    expect(visit.page.get_by_role("checkbox")).to_have_count(0)
    expect(visit.page.get_by_text("Upcoming events", exact=True)).to_be_visible()
    visit.page.keyboard.press("Enter")
    visit.expect_heading("Please look in your inbox")
    assert visit.details("subscribed") == [{"topics": ["events"]}]


def test_an_address_and_a_topic_are_needed(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter())
    visit.press("Sign up")
    assert "There is a problem" in visit.focused("at.textContent")
    visit.page.get_by_role("link", name="What would you like to read about: Choose").click()
    expect(visit.page.get_by_label("News", exact=True)).to_be_focused()
    visit.page.keyboard.press("Space")
    expect(visit.page.get_by_label("News", exact=True)).not_to_have_attribute("aria-invalid", "true")
    visit.page.get_by_label("Your e-mail address").fill("not an address")
    visit.press("Sign up")
    expect(visit.page.get_by_label("Your e-mail address")).to_have_accessible_description(
        re.compile("name@example.org")
    )


def test_the_wording_in_force_stands_beside_the_button(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter())
    expect(visit.page.get_by_text("I can choose other topics or stop it at any time")).to_be_visible()


def test_topics_that_do_not_exist_are_told_to_the_developer(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter('topics="gossip"'))
    expect(visit.page.get_by_text("This form cannot be used on this page yet.")).to_be_visible()
    assert any("names no topic" in line for line in visit.said)
