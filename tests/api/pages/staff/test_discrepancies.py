"""Discrepancies on their pages: each action clears what it should, and a refusal stays beside what was typed."""

from __future__ import annotations

import pytest

from api.sandbox.stripe.balance import Movement, book
from services.access.keys import Scope
from services.effects.kinds import EffectKind
from services.finance.discrepancies import DiscrepancyView
from services.finance.words import DiscrepancyKind
from services.ids import Prefix, to_public
from tests.builders.books import open_ones, post_by_hand, refund_of_a_stranger, the_open_one
from tests.builders.treasurer import Treasurer, a_treasurer
from tests.worlds import World


@pytest.fixture
def treasurer(world: World) -> Treasurer:
    return a_treasurer(world)


def path_of(one: DiscrepancyView) -> str:
    return f"/discrepancies/{to_public(Prefix.DISCREPANCY, one.id)}"


def a_topup(world: World) -> DiscrepancyView:
    book(world.account, Movement("topup", "topup", 9_000, "gbp", "tu_1"))
    world.imports()
    return the_open_one(world)


def two_sides(world: World) -> dict[DiscrepancyKind, DiscrepancyView]:
    """A refund that Stripe knows and one that our books know, one pound apart."""
    post_by_hand(world, -1_400)
    book(world.account, Movement("refund", "refund", -1_500, "gbp", refund_of_a_stranger(world)))
    world.passes(minutes=2)
    world.imports()
    return {each.kind: each for each in open_ones(world)}


def explain_all(treasurer: Treasurer) -> None:
    for each in open_ones(treasurer.world):
        treasurer.does(path_of(each), action="post_to_suspense", reason="Explained")


def test_one_is_cleared_with_a_reason_and_names_who_did_it(treasurer: Treasurer) -> None:
    one = a_topup(treasurer.world)
    page = treasurer.does(path_of(one), action="post_to_suspense", reason="Our own top-up")
    assert "the reason is kept" in page
    assert "£0.00" in page
    cleared = treasurer.read(path_of(one))
    for words in ("Posted to suspense", "Grace Lee", "Our own top-up"):
        assert words in cleared
    assert "What clears it" not in cleared
    listed = treasurer.read("/discrepancies?state=closed")
    assert "by Grace Lee: “Our own top-up”" in listed
    assert "Nothing is unexplained." in treasurer.read("/discrepancies")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "two\nlines"])
def test_a_reason_that_will_not_do_is_asked_for_again(treasurer: Treasurer, reason: str) -> None:
    one = a_topup(treasurer.world)
    answer = treasurer.send(path_of(one), action="post_to_suspense", reason=reason)
    assert answer.status_code == 422
    assert 'href="#post_to_suspense-reason"' in answer.text
    assert 'aria-describedby="post_to_suspense-reason-hint post_to_suspense-reason-error"' in answer.text
    assert the_open_one(treasurer.world) == one


def test_the_two_sides_are_linked_by_choosing(treasurer: Treasurer) -> None:
    sides = two_sides(treasurer.world)
    one, other = sides[DiscrepancyKind.MISSING_HERE], sides[DiscrepancyKind.MISSING_AT_STRIPE]
    page = treasurer.read(path_of(one))
    assert f'value="{other.subject}"' in page
    assert f'value="{one.subject}"' in treasurer.read(path_of(other))
    page = treasurer.does(path_of(one), action="link", reason="The same refund", target=other.subject)
    assert "the two are linked" in page
    left = the_open_one(treasurer.world)
    assert (left.kind, left.amount.amount_minor) == (DiscrepancyKind.AMOUNT_DIFFERS, 100)
    page = treasurer.read(path_of(left))
    for words in ("Amounts differ", "-£15.00", "-£14.00"):
        assert words in page


def test_a_link_wants_something_to_link(treasurer: Treasurer) -> None:
    one = two_sides(treasurer.world)[DiscrepancyKind.MISSING_HERE]
    empty = treasurer.send(path_of(one), action="link", reason="The same refund")
    assert empty.status_code == 422
    assert "Choose one, or type its id" in empty.text
    unknown = treasurer.send(path_of(one), action="link", reason="The same refund", other_target="entry_x")
    assert unknown.status_code == 422
    assert "nothing to link under that id" in unknown.text
    assert 'value="entry_x"' in unknown.text
    assert 'value="The same refund"' in unknown.text
    explain_all(treasurer)


def test_importing_again_leads_to_how_far_it_has_come(treasurer: Treasurer) -> None:
    one = two_sides(treasurer.world)[DiscrepancyKind.MISSING_HERE]
    before = treasurer.world.queued(EffectKind.IMPORT_FROM_STRIPE)
    page = treasurer.does(path_of(one), action="import_again", reason="It should be there by now")
    assert "Fetching from Stripe" in page
    assert treasurer.world.queued(EffectKind.IMPORT_FROM_STRIPE) == before + 1
    explain_all(treasurer)


def test_what_was_cleared_meanwhile_says_so(treasurer: Treasurer) -> None:
    one = a_topup(treasurer.world)
    treasurer.does(path_of(one), action="post_to_suspense", reason="Our own top-up")
    answer = treasurer.send(path_of(one), action="post_to_suspense", reason="Again")
    assert answer.status_code == 409
    assert "has been cleared already" in answer.text


@pytest.mark.parametrize("action", ["link", "burn", ""])
def test_what_is_no_way_to_clear_it_is_refused(treasurer: Treasurer, action: str) -> None:
    one = a_topup(treasurer.world)
    assert treasurer.send(path_of(one), action=action, reason="Because", target="x").status_code == 409
    assert the_open_one(treasurer.world) == one


def test_whoever_may_only_read_sees_it_and_cannot_clear_it(world: World) -> None:
    reader = a_treasurer(world, Scope.FINANCE_READ)
    one = a_topup(world)
    assert "finance:write" in reader.read(path_of(one))
    assert reader.send(path_of(one), action="post_to_suspense", reason="Because").status_code == 403
    assert the_open_one(world) == one


def test_many_come_page_by_page(treasurer: Treasurer) -> None:
    for number in range(27):
        book(treasurer.world.account, Movement("topup", "topup", 100 + number, "gbp", f"tu_{number}"))
    treasurer.world.imports()
    assert "See all that are open" in treasurer.read(treasurer.month)
    first = treasurer.read("/discrepancies")
    cursor = first.partition("cursor=")[2].partition('"')[0]
    second = treasurer.read(f"/discrepancies?cursor={cursor}")
    assert (first.count("Unknown source"), second.count("Unknown source")) == (25, 2)


def test_there_is_nothing_at_an_unknown_id(treasurer: Treasurer) -> None:
    treasurer.read("/discrepancies/discrepancy_x", 404)
    assert treasurer.send("/discrepancies/discrepancy_x", action="link", reason="x", target="x").status_code == 404
