"""The contract itself: it knows Stripe's published examples, and it finds what is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import stripe

from api.sandbox.state import SandboxState
from api.sandbox.stripe.app import Operation as Played
from api.sandbox.stripe.app import operations
from api.sandbox.stripe.outcomes import Outcome, apply_outcome
from services.clock import Clock
from tests.contracts.stripe_checker import OBJECTS, answer_faults, find_operation, form_faults, object_faults
from tests.contracts.stripe_client import a_checkout
from tests.contracts.stripe_contract import derive

EXAMPLES = Path(__file__).parents[3] / "shared" / "contracts" / "stripe-fixtures3.json"
"""Objects that Stripe publishes; they stay outside the project."""

PUBLISHED = sorted(set(OBJECTS) - {"error"})
ONLY_WHERE_EXPANDED = {"refunds"}
"""Fields of the examples that Stripe's answers leave out unless they are asked for."""


def examples() -> dict[str, Any]:
    if not EXAMPLES.exists():
        pytest.skip("Stripe's published examples are not on this machine")
    published: dict[str, Any] = json.loads(EXAMPLES.read_text())["resources"]
    return published


NEWER_THAN_THE_EXAMPLES = {"dispute": ["$.evidence_details: 'submission_method' is a required property"]}
"""What the library's definitions have and the examples, of August, have not."""


@pytest.mark.parametrize("kind", PUBLISHED)
def test_stripes_published_example_keeps_the_contract(kind: str) -> None:
    assert object_faults(examples()[kind]) == NEWER_THAN_THE_EXAMPLES.get(kind, [])


@pytest.mark.parametrize("kind", ["checkout.session", "payment_intent", "charge", "refund", "event"])
def test_the_stand_in_leaves_out_no_field_that_stripe_shows(
    client: stripe.StripeClient, state: SandboxState, clock: Clock, kind: str
) -> None:
    session = client.v1.checkout.sessions.create(a_checkout())
    apply_outcome(state, clock, session.id, Outcome.SUCCEED)
    client.v1.refunds.create({"charge": state.list("charge")[0]["id"]})
    assert set(examples()[kind]) - set(state.list(kind)[0]) <= ONLY_WHERE_EXPANDED


@pytest.mark.parametrize("played", operations("http://setlist.test/pay"), ids=lambda played: played.path)
def test_every_operation_and_parameter_that_the_stand_in_plays_is_one_of_stripes(played: Played) -> None:
    found = find_operation(played.method, played.path)
    assert found is not None
    form = derive().forms[found.form["$ref"].removeprefix("#/$defs/")]
    assert set(played.parameters.fields) <= set(form["properties"])


def test_a_form_is_held_to_its_names_types_and_words() -> None:
    create = find_operation("POST", "/v1/checkout/sessions")
    assert create is not None
    good = "mode=payment&line_items[0][quantity]=1&metadata[a]=b&expires_at=12&adaptive_pricing[enabled]=false"
    assert form_faults(create, good) == []
    for bad in ("mode=pay", "colour=red", "line_items[0][quantity]=one", "line_items[x][quantity]=1", "metadata=red"):
        assert len(form_faults(create, bad)) == 1, bad


def test_an_answer_is_held_to_its_names_and_types() -> None:
    retrieve = find_operation("GET", "/v1/refunds/re_1")
    assert retrieve is not None
    good = {"id": "re_1", "object": "refund", "amount": 1, "created": 1, "currency": "gbp"}
    assert answer_faults(retrieve, good) == []
    for bad in (
        {**good, "amount": "1"},
        {**good, "colour": "red"},
        {**good, "object": "charge"},
        {**good, "reason": "whim"},
        {"id": "re_1"},
    ):
        assert answer_faults(retrieve, bad) != []


def test_an_operation_that_stripe_does_not_have_is_not_found() -> None:
    assert find_operation("DELETE", "/v1/refunds/re_1") is None
    assert find_operation("GET", "/v1/checkout/sessions/cs_1/expire") is None
