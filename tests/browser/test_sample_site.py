"""The whole journey from the sample website: a place for two, and the newsletter, on a phone and a desk."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.browser.layout_shift import SHIFT
from tests.browser.visitors import FREE, PAID, fill_in_booking, link, make_room, wait_for_payment
from tests.embedded import Embedded

WIDTHS = {"phone": ViewportSize(width=360, height=740), "desk": ViewportSize(width=1280, height=800)}
LARGEST_SHIFT = 0.02


@pytest.fixture(params=list(WIDTHS))
def viewport(request: pytest.FixtureRequest) -> ViewportSize:
    return WIDTHS[request.param]


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def has_script(request: pytest.FixtureRequest) -> bool:
    found: bool = request.param
    return found


@pytest.fixture
def context(browser: Browser, viewport: ViewportSize, has_script: bool) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport=viewport, java_script_enabled=has_script, reduced_motion="reduce")
    yield made
    assert made.cookies() == []
    made.close()


@pytest.fixture
def page(context: BrowserContext, setlist: Embedded) -> Iterator[Page]:
    """Nothing that it shows may come from another host."""
    asked: set[str] = set()
    page = context.new_page()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    page.goto(f"{setlist.url}/sandbox/site")
    yield page
    assert asked <= {urlsplit(setlist.url).netloc, ""}


def test_two_people_are_booked_paid_for_and_take_their_dates_home(
    page: Page, setlist: Embedded, has_script: bool
) -> None:
    make_room(setlist, PAID)
    booker, colleague = f"ada{id(page)}@example.org", f"ben{id(page)}@example.org"
    if has_script:
        page.get_by_role("link", name="See and book: Campaigners' action learning set").click()
        fill_in_embedded(page, booker, colleague)
        page.get_by_role("button", name="Go to payment").click()
    else:
        page.get_by_role("link", name="See the sets and their dates").click()
        page.get_by_role("link", name="Campaigners' action learning set").click()
        page.get_by_role("link", name="Book your place").click()
        fill_in_booking(page, booker, colleague)
        page.get_by_role("button", name="Go to payment").click()
    page.get_by_role("button", name="Pay", exact=True).click()
    done = page.get_by_role("heading", name="Your booking is confirmed")
    wait_for_payment(page, done, has_script=has_script)
    assert page.url.endswith("/sandbox/site") == has_script
    with page.expect_download() as calendar:
        page.get_by_role("link", name="Add the dates to your calendar").click()
    assert calendar.value.path().read_text().count("BEGIN:VEVENT") == 6
    assert setlist.letter(booker, "confirmed")
    assert setlist.letter(colleague, "You have a place")


def test_a_reader_subscribes_confirms_chooses_and_leaves(page: Page, setlist: Embedded, has_script: bool) -> None:
    address = f"cleo{id(page)}@example.org"
    if not has_script:
        page.get_by_role("link", name="Get the newsletter").click()
    form = page.locator("setlist-newsletter" if has_script else "form")
    form.get_by_label("Your e-mail address").fill(address)
    form.get_by_label("Upcoming events", exact=True).check()
    form.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", name="look in your inbox")).to_be_visible()

    page.goto(link(setlist.letter(address, "confirm")["text"], "/newsletter/confirm/"))
    page.get_by_role("button", name="Yes, send me the newsletter").click()
    page.get_by_role("link", name="Choose other topics").click()
    expect(page.get_by_role("checkbox", name="Upcoming events")).to_be_checked()
    page.get_by_role("checkbox", name="News").check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_role("status")).to_contain_text("Your choices are saved")

    page.goto(link(setlist.letter(address, "Welcome")["text"], "/u/"))
    page.get_by_role("button", name="Stop all e-mails").click()
    expect(page.get_by_role("heading", name="Done: no more newsletters")).to_be_visible()


def test_the_footer_leads_out_of_the_newsletter(page: Page) -> None:
    page.get_by_role("link", name="click here to unsubscribe").click()
    page.get_by_label("Your e-mail address").fill("dora@example.org")
    page.get_by_role("button", name="Stop all e-mails").click()
    expect(page.get_by_role("heading", name="Done: no more newsletters")).to_be_visible()


def test_nothing_jumps_when_the_forms_arrive(browser: Browser, setlist: Embedded, viewport: ViewportSize) -> None:
    context = browser.new_context(viewport=viewport)
    page = context.new_page()
    page.add_init_script(SHIFT)
    page.goto(f"{setlist.url}/sandbox/site#sets")
    expect(page.get_by_role("link", name="See and book").first).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert page.evaluate("shiftSoFar()") < LARGEST_SHIFT
    context.close()


@pytest.mark.parametrize(
    "path", ["/sandbox/site", "/sets", f"/sets/{FREE}", f"/sets/{FREE}/book", "/newsletter", "/privacy", "/my", "/u"]
)
def test_a_page_is_read_at_320_pixels_and_at_twice_the_size(browser: Browser, setlist: Embedded, path: str) -> None:
    """1280 pixels at 200 % are 640 of a page's own; text alone enlarged must fit as well."""
    context = browser.new_context(viewport=ViewportSize(width=320, height=640))
    page = context.new_page()
    for width, text_size in ((320, "100%"), (640, "100%"), (1280, "200%")):
        page.set_viewport_size({"width": width, "height": 640})
        page.goto(setlist.url + path)
        expect(page.locator("[aria-busy]")).to_have_count(0)
        page.evaluate("size => document.documentElement.style.setProperty('font-size', size)", text_size)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_browser_works_for_the_form_beside_its_page_and_has_nothing_to_complain_of(
    browser: Browser, setlist: Embedded
) -> None:
    page = browser.new_context().new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{setlist.url}/sandbox/site")
    with page.expect_worker():
        page.locator("setlist-newsletter").get_by_label("Your e-mail address").focus()
    assert complaints == []
    page.context.close()


def fill_in_embedded(page: Page, booker: str, colleague: str) -> None:
    """In the form of the page itself, for two."""
    form = page.locator("setlist-booking")
    form.get_by_label("Income under £100k a year").check()
    form.get_by_label("Your name").fill("Ada Obi")
    form.get_by_label("Your e-mail address").fill(booker)
    form.get_by_role("button", name="Add another person").click()
    person = form.get_by_role("group", name="Person 2")
    person.get_by_label("Name").fill("Ben Okoro")
    person.get_by_label("E-mail address").fill(colleague)
    for box in form.get_by_label("I accept").all():
        box.check()
