"""Stripe's deep keys, taken apart."""

from __future__ import annotations

import pytest

from api.sandbox.stripe.forms import decode
from api.sandbox.stripe.refusals import InvalidParameter


def test_deep_keys_become_objects() -> None:
    assert decode([("mode", "payment"), ("items[0][price][amount]", "1"), ("items[0][quantity]", "2")]) == {
        "mode": "payment",
        "items": {"0": {"price": {"amount": "1"}, "quantity": "2"}},
    }


def test_keys_without_a_number_are_counted() -> None:
    assert decode([("expand[]", "a"), ("expand[]", "b")]) == {"expand": {"0": "a", "1": "b"}}


@pytest.mark.parametrize(
    "pairs",
    [
        [("[a]", "1")],
        [("a[b", "1")],
        [("", "1")],
        [("a", "1"), ("a", "2")],
        [("a", "1"), ("a[b]", "2")],
        [("a[b]", "1"), ("a", "2")],
    ],
)
def test_keys_that_make_no_sense_are_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(InvalidParameter):
        decode(pairs)
