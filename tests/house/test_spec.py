"""The specification says of every operation what it is called, what it does, who may call it and how it can fail."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.house.sources import ROOT

SPEC: dict[str, Any] = orjson.loads((ROOT / "openapi/openapi.json").read_bytes())
METHODS = {"get", "put", "post", "delete", "patch"}
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in SPEC["paths"].items()
    for method, operation in item.items()
    if method in METHODS
}
PROBLEM = "application/problem+json"

each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert sorted(ids) == sorted(set(ids))


@each_operation
def test_it_has_a_summary_and_a_description(operation: dict[str, Any]) -> None:
    assert operation["summary"].strip()
    assert operation["description"].strip()
    assert not operation["summary"].endswith(".")


@each_operation
def test_it_says_who_may_call_it(operation: dict[str, Any]) -> None:
    schemes = {name for either in operation["security"] for name in either}
    assert schemes <= set(SPEC["components"]["securitySchemes"])


@each_operation
def test_it_documents_how_it_can_fail(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    refusals = {status: resolved(response) for status, response in responses.items() if status >= "400"}
    assert refusals
    assert {status: list(response.get("content", {})) for status, response in refusals.items()} == {
        status: [PROBLEM] for status in refusals
    }
    if operation["security"]:
        assert "401" in responses
    if "requestBody" in operation:
        assert "422" in responses


@each_operation
def test_it_says_what_it_answers(operation: dict[str, Any]) -> None:
    assert [status for status in operation["responses"] if status.startswith("2")]


def resolved(response: dict[str, Any]) -> dict[str, Any]:
    reference: str = response.get("$ref", "")
    found: dict[str, Any] = SPEC["components"]["responses"][reference.rpartition("/")[2]] if reference else response
    return found
