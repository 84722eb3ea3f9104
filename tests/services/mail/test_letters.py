"""The facts of letters, on their way into the outbox and back."""

from __future__ import annotations

import orjson
import pytest

from services.mail.letters import Facts, facts_from_json, facts_to_json
from services.mail.models import LetterKind
from tests.builders.letters import one_of_each


@pytest.mark.parametrize("facts", one_of_each(), ids=lambda facts: str(facts.kind))
def test_facts_come_back_from_the_outbox_as_they_went_in(facts: Facts) -> None:
    stored = orjson.loads(orjson.dumps(facts_to_json(facts)))

    assert facts_from_json(facts.kind, stored) == facts


def test_every_kind_has_its_facts() -> None:
    assert {facts.kind for facts in one_of_each()} == set(LetterKind)


def test_the_welcome_letter_alone_is_marketing() -> None:
    assert {facts.kind for facts in one_of_each() if facts.is_marketing} == {LetterKind.NEWSLETTER_WELCOME}
