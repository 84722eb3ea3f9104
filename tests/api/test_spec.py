"""The committed description: every value shown by an example, and every refusal by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.examples import BY_TYPE
from tests.api.operations import SPEC, Operation, operations, resolved

EVERY = [pytest.param(each, id=each.id) for each in operations()]


def test_every_text_in_an_example_was_written_for_its_field() -> None:
    assert BY_TYPE["string"] not in set(values([example for _, example in examples(SPEC)]))


@pytest.mark.parametrize("operation", EVERY)
def test_every_answer_of_an_operation_is_shown_by_an_example(operation: Operation) -> None:
    for status, answer in operation.described["responses"].items():
        for media in resolved(answer).get("content", {}).values():
            assert "example" in media or media["examples"], status


@pytest.mark.parametrize("operation", EVERY)
def test_no_refusal_is_left_to_a_default(operation: Operation) -> None:
    responses = operation.described["responses"]
    assert "default" not in responses
    assert {"429", "500", "503"} <= set(responses)


@pytest.mark.parametrize("operation", EVERY)
def test_no_parameter_of_a_query_is_said_to_take_null(operation: Operation) -> None:
    for parameter in operation.parameters("query"):
        schema = parameter["schema"]
        assert isinstance(schema["type"], str), parameter["name"]
        assert None not in (schema.get("default", ""), *schema.get("enum", ())), parameter["name"]


def examples(described: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(described, dict):
        if "example" in described:
            yield path, described["example"]
        for key, inner in described.items():
            yield from examples(inner, f"{path}/{key}")
    elif isinstance(described, list):
        for number, inner in enumerate(described):
            yield from examples(inner, f"{path}/{number}")


def values(example: Any) -> Iterator[Any]:
    """Every value in it that holds no other."""
    inner = example.values() if isinstance(example, dict) else example if isinstance(example, list) else None
    if inner is None:
        yield example
    else:
        for each in inner:
            yield from values(each)
