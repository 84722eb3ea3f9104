"""Stripe's forms: deep objects in flat keys, `line_items[0][price_data][currency]=gbp`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from api.sandbox.stripe.refusals import InvalidParameter

KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
STEP = re.compile(r"\[([^\[\]]*)\]")

Tree = dict[str, "str | Tree"]
"""Nested objects; lists are still objects with the keys 0, 1, 2: only a schema can tell them apart."""


def decode(pairs: Iterable[tuple[str, str]]) -> Tree:
    """The nested objects that the flat keys stand for."""
    tree: Tree = {}
    for key, value in pairs:
        _place(tree, key, value)
    return tree


def _place(tree: Tree, key: str, value: str) -> None:
    matched = KEY.fullmatch(key)
    if matched is None:
        raise InvalidParameter(f"Invalid parameter name: {key}", param=key)
    node, name = tree, matched[1]
    for step in STEP.findall(matched[2]):
        below = node.setdefault(name, {})
        if isinstance(below, str):
            raise InvalidParameter(f"{name} is both a value and an object", param=key)
        node, name = below, step or str(len(below))
    if name in node:
        raise InvalidParameter(f"{name} was given twice", param=key)
    node[name] = value
