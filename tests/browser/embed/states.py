"""Every state of every element, in whatever language the host page has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from services.bookings.words import BookingStatus
from services.sets.words import SetStatus
from tests.browser.embed.visit import PATIENCE_MS, Charity, Visit
from tests.browser.visitors import booking_seen_as

Reach = Callable[[Visit, Charity], None]

SET = "campaigners-online"
BOTH_SCHEMES = """
  :root { color-scheme: light dark; background: Canvas; color: CanvasText; font-family: sans-serif; }
  body { margin: 0; }
  main { max-width: 60rem; margin: auto; padding: 1rem; }
"""
"""What a page says that offers a dark look too."""


@dataclass(frozen=True)
class EmbedState:
    """`reach` leaves the host page there."""

    name: str
    reach: Reach


def form(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(SET))
    visit.page.locator("summary").first.click()


def filled_in(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(SET))
    visit.page.locator("#prices input").first.check()
    fill_in(visit)
    add(visit, "Ben Okoro", "ben@example.org")
    visit.page.locator("#people").get_by_role("button").first.focus()


def errors(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(SET))
    add(visit, "", "")
    send(visit)


def refused_at_a_field(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    fill_in(visit)
    add(visit, "Ben Okoro", "ben@exa..mple.org")
    send(visit)
    visit.page.locator(".person [aria-invalid=true]").wait_for()


def all_places_taken(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(taken=4).slug))
    add(visit, "Ben Okoro", "ben@example.org")


def filled_up_meanwhile(visit: Visit, charity: Charity) -> None:
    wanted = charity.a_set(price_minor=0, capacity=2)
    visit.open(charity.booking(wanted.slug))
    fill_in(visit)
    add(visit, "Ben Okoro", "ben@example.org")
    charity.take_places(wanted, 1)
    send(visit)
    visit.page.get_by_role("alert").filter(has_text=visit.words["refusals"]["set-full"]).wait_for()


def no_answer(visit: Visit, charity: Charity) -> None:
    visit.page.route("**/bookings", lambda route: route.abort())
    visit.hurry()
    visit.open(charity.booking(charity.a_set().slug))
    fill_in(visit)
    send(visit)
    visit.page.get_by_role("alert").filter(has_text=visit.words["offline"]).wait_for(timeout=PATIENCE_MS)


def no_form(**of_the_set: Any) -> Reach:
    """A set that takes no bookings."""

    def reach(visit: Visit, charity: Charity) -> None:
        visit.open(charity.booking(charity.a_set(**of_the_set).slug))

    return reach


def to_pay(visit: Visit, charity: Charity) -> None:
    go_to_pay(visit, charity)
    visit.press("Give up and go back")
    button(visit, "pay").wait_for(timeout=PATIENCE_MS)


def nothing_arrived(visit: Visit, charity: Charity) -> None:
    to_pay(visit, charity)
    button(visit, "checkAgain").click()
    visit.page.get_by_role("alert").filter(has_text=visit.words["notYet"]).wait_for()


def payments_unavailable(visit: Visit, charity: Charity) -> None:
    to_pay(visit, charity)
    visit.page.route("**/checkout", lambda route: route.abort())
    button(visit, "pay").click()
    visit.page.get_by_role("alert").wait_for()


def pending(visit: Visit, charity: Charity) -> None:
    go_to_pay(visit, charity)
    visit.press("Pay by a slow method")
    heading(visit, "pending")


def paid(visit: Visit, charity: Charity) -> None:
    go_to_pay(visit, charity)
    visit.pay()
    visit.page.locator("h2.done").wait_for(timeout=PATIENCE_MS)


def lapsed(visit: Visit, charity: Charity) -> None:
    """The hold ends while somebody is away at the payment page."""
    go_to_pay(visit, charity)
    booking = visit.details("booked")[0]["booking"]
    with booking_seen_as(charity.setlist, booking, status=BookingStatus.LAPSED, held_until=None):
        visit.page.go_back()
        heading(visit, "over")


def nothing_kept(visit: Visit, charity: Charity) -> None:
    """Back from paying in a browser that keeps nothing."""
    visit.page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full') }")
    go_to_pay(visit, charity)
    visit.pay()
    heading(visit, "unknown")


def booked_free(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set(price_minor=0).slug))
    fill_in(visit)
    send(visit)
    visit.page.locator("h2.done").wait_for(timeout=PATIENCE_MS)


def newsletter(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter())


def newsletter_of_one_topic(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter('topics="news"'))


def newsletter_errors(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter())
    send(visit)


def subscribed(visit: Visit, charity: Charity) -> None:
    visit.open(charity.newsletter('topics="news"'))
    visit.page.locator("#email").fill(f"{uuid4()}@example.org")
    send(visit)
    heading(visit, "subscribed")


def newsletter_without_answer(visit: Visit, charity: Charity) -> None:
    visit.page.route("**/subscriptions", lambda route: route.abort())
    visit.hurry()
    visit.open(charity.newsletter('topics="news"'))
    visit.page.locator("#email").fill("eve@example.org")
    send(visit)
    visit.page.get_by_role("alert").filter(has_text=visit.words["offline"]).wait_for(timeout=PATIENCE_MS)


def sets(visit: Visit, charity: Charity) -> None:
    visit.open(charity.sets('theme="campaigning"') + charity.sets('theme="management"'))


def no_sets(visit: Visit, charity: Charity) -> None:
    visit.open(charity.sets('theme="no such theme"'))


def everything(visit: Visit, charity: Charity) -> None:
    """Lists and forms together, as on one long page."""
    visit.open(charity.sets('theme="campaigning"') + charity.booking(SET) + charity.newsletter())


def of_another_origin(visit: Visit, charity: Charity) -> None:
    visit.open(charity.of_another_website().booking(SET))


def unknown_set(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking("no-such-set"))


def out_of_reach(visit: Visit, charity: Charity) -> None:
    visit.page.route("**/v1/**", lambda route: route.abort())
    visit.open(charity.booking(SET) + charity.newsletter() + charity.sets())


def go_to_pay(visit: Visit, charity: Charity) -> None:
    visit.open(charity.booking(charity.a_set().slug))
    fill_in(visit)
    send(visit)
    visit.page.wait_for_url("**/sandbox/stripe/pay/**", timeout=PATIENCE_MS)


def fill_in(visit: Visit) -> None:
    visit.page.locator("#booker-name").fill("Ada Obi")
    visit.page.locator("#booker-email").fill(f"{uuid4()}@example.org")
    for box in ("#terms", "#rules"):
        visit.page.locator(box).check()


def add(visit: Visit, name: str, email: str) -> None:
    button(visit, "add").click()
    person = visit.page.locator(".person").last
    person.locator("[id$=-name]").fill(name)
    person.locator("[id$=-email]").fill(email)


def send(visit: Visit) -> None:
    visit.page.locator("[type=submit]").click()


def button(visit: Visit, word: str) -> Any:
    return visit.page.get_by_role("button", name=visit.words[word], exact=True)


def heading(visit: Visit, word: str) -> None:
    visit.page.get_by_role("heading", name=visit.words[word]).wait_for(timeout=PATIENCE_MS)


STATES = (
    EmbedState("embed-booking", form),
    EmbedState("embed-booking-filled-in", filled_in),
    EmbedState("embed-booking-errors", errors),
    EmbedState("embed-booking-refused", refused_at_a_field),
    EmbedState("embed-booking-all-places", all_places_taken),
    EmbedState("embed-booking-filled-up", filled_up_meanwhile),
    EmbedState("embed-booking-no-answer", no_answer),
    EmbedState("embed-booking-full", no_form(taken=6)),
    EmbedState("embed-booking-closed", no_form(status=SetStatus.RUNNING)),
    EmbedState("embed-booking-cancelled", no_form(status=SetStatus.CANCELLED)),
    EmbedState("embed-booking-to-pay", to_pay),
    EmbedState("embed-booking-nothing-arrived", nothing_arrived),
    EmbedState("embed-booking-payments-unavailable", payments_unavailable),
    EmbedState("embed-booking-pending", pending),
    EmbedState("embed-booking-paid", paid),
    EmbedState("embed-booking-lapsed", lapsed),
    EmbedState("embed-booking-nothing-kept", nothing_kept),
    EmbedState("embed-booking-free", booked_free),
    EmbedState("embed-newsletter", newsletter),
    EmbedState("embed-newsletter-one-topic", newsletter_of_one_topic),
    EmbedState("embed-newsletter-errors", newsletter_errors),
    EmbedState("embed-newsletter-subscribed", subscribed),
    EmbedState("embed-newsletter-no-answer", newsletter_without_answer),
    EmbedState("embed-sets", sets),
    EmbedState("embed-sets-none", no_sets),
    EmbedState("embed-everything", everything),
    EmbedState("embed-other-origin", of_another_origin),
    EmbedState("embed-unknown-set", unknown_set),
    EmbedState("embed-out-of-reach", out_of_reach),
)
