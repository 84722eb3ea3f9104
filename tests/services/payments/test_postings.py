"""Splitting a payment and giving it back in parts never loses a penny."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.chart import AccountKey
from services.payments.postings import split_refund

PENCE = st.integers(0, 5_000_000)


@st.composite
def a_payment_and_its_refunds(draw: st.DrawFn) -> tuple[dict[AccountKey, int], list[int]]:
    """What is held of a payment, and parts that add up to it."""
    held = {
        AccountKey.DEFERRED_INCOME: -draw(PENCE),
        AccountKey.VAT_OUTPUT: -draw(PENCE),
        AccountKey.CUSTOMER_CREDIT: -draw(PENCE),
    }
    left = -sum(held.values())
    cuts = sorted(draw(st.lists(st.integers(0, left), max_size=8)))
    return held, [end - begin for begin, end in zip([0, *cuts], [*cuts, left], strict=True)]


@given(a_payment_and_its_refunds())
def test_parts_that_add_up_to_a_payment_leave_nothing_of_it(case: tuple[dict[AccountKey, int], list[int]]) -> None:
    held, parts = case
    for part in parts:
        give_back(part, held)
    assert set(held.values()) == {0}


@given(a_payment_and_its_refunds(), st.lists(st.booleans(), min_size=9, max_size=9))
def test_parts_that_fail_are_the_payers_credit_until_the_whole_is_given_back(
    case: tuple[dict[AccountKey, int], list[int]], failing: list[bool]
) -> None:
    held, parts = case
    left = sum(parts)
    for part, fails in zip(parts, failing, strict=False):
        give_back(part, held)
        if fails:
            held[AccountKey.CUSTOMER_CREDIT] -= part
        else:
            left -= part
        assert -sum(held.values()) == left
    give_back(left, held)
    assert set(held.values()) == {0}


def give_back(part: int, held: dict[AccountKey, int]) -> None:
    """Take a refund out of what is held, and see that no account gives more than it has."""
    taken = split_refund(part, held)
    assert sum(taken.values()) == part
    assert all(minor >= 0 for minor in taken.values())
    for account, minor in taken.items():
        held[account] = held.get(account, 0) + minor
        assert held[account] <= 0


@given(PENCE, PENCE, st.integers(1, 5_000_000))
def test_a_part_takes_vat_in_its_proportion_to_the_penny(deferred: int, vat: int, part: int) -> None:
    whole = deferred + vat
    part = min(part, whole)
    taken = split_refund(part, {AccountKey.DEFERRED_INCOME: -deferred, AccountKey.VAT_OUTPUT: -vat})
    assert whole == 0 or abs(taken[AccountKey.VAT_OUTPUT] * whole - vat * part) * 2 <= whole


@given(PENCE, st.integers(1, 5_000_000))
def test_more_than_is_held_is_in_suspense(credit: int, beyond: int) -> None:
    taken = split_refund(credit + beyond, {AccountKey.CUSTOMER_CREDIT: -credit})
    assert (taken[AccountKey.CUSTOMER_CREDIT], taken[AccountKey.SUSPENSE]) == (credit, beyond)
