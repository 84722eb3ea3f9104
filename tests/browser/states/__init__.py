"""Every page of ours in every state, and how a visitor gets there: for tests of their looks, and `make screenshots`.

A *state* is a page as somebody sees it. The embed's states are beside the embed's tests: they need a host page.
"""

from tests.browser.states import about, bookings, finance, newsletter, sets, staff
from tests.browser.states.state import State

STATES: tuple[State, ...] = (
    *about.STATES,
    *sets.STATES,
    *bookings.STATES,
    *newsletter.STATES,
    *staff.STATES,
    *finance.STATES,
)
