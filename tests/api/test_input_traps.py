"""Input that other APIs answer with 500, or misread: here each has a clear 4xx, at every operation of the spec.

Unknown fields (S3), sizes and depth (S30), and keys that come twice (S35) among them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import orjson
import pytest
from werkzeug.test import TestResponse

from api.paging import close_cursor
from services.finance.exports.targets import Target
from services.ids import Prefix, to_public
from tests.api.open_house import House, open_house
from tests.api.operations import Leaf, Operation, kinds_of, leaves, operations
from tests.conftest import FreshDatabase

NOT_WHOLE = [8.7, "8", "1_000", "٣", True, 2**31, 10**20, -(10**20)]
NOT_WHOLE_IN_A_QUERY = ["8.7", "1_000", "٣", " 7", "+7", "2147483648", "100000000000000000000", "9" * 5000, ""]
NOT_INSTANTS = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2027-01-25", "٢٠٢٧-01-25T10:00:00Z", "now"]
NOT_DATES = ["2027-02-30", "25-01-2027", "20270125", "2027-W04-1", "٢٠٢٧-01-25", "2027-01-25T00:00:00"]
CURRENCY, NOT_CURRENCIES = "^[A-Z]{3}$", ["gbp", "GBPX", "GBP\n", "£"]
NO_NAMES = ["%00", "a%00b", "%0a", "100000000000000000000", "%ff", "%ed%a0%80", "x" * 5000, "٣"]
NOT_TEXT = ["a\x00b", "x" * 60_000, 7, True, {}, []]

BODIES = {
    "60,000 nested arrays": b"[" * 60_000,
    "nested within the parser's limit": b'{"a":' * 900 + b"1" + b"}" * 900,
    "one level too deep": b'{"a":' * 17 + b"1" + b"}" * 17,
    "a key twice": b'{"a": 1, "a": 1}',
    "a key twice, written in two ways": b'{"a": 1, "\\u0061": 2}',
    "a key twice, deep within": b'{"a": [{"b": {"c": 1, "c": 2}}]}',
    "half of a surrogate pair": b'{"a": "\\ud800"}',
    "no UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "not a number": b'{"a": NaN}',
    "a number without end": b'{"a": ' + b"9" * 5000 + b"}",
    "two documents": b"{}{}",
    "a comment": b"{} // so there",
}
POSITIONS = [b"", b"x" * 16, b"\xff" * 16, b"x" * 24, b"a\x00b", b"2027-01-01 x", "٣".encode()]
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
NOT_OBJECTS = [b"", b"null", b"[]", b'"text"', b"7", b"true"]

EVERY = operations()
WITH_BODY = [pytest.param(each, id=each.id) for each in EVERY if each.body is not None]
WITH_QUERY = [pytest.param(each, id=each.id) for each in EVERY if each.parameters("query")]
WITH_CURSOR = [
    pytest.param(each, id=each.id) for each in EVERY if "cursor" in {it["name"] for it in each.parameters("query")}
]
WITH_PATH = [pytest.param(each, id=each.id) for each in EVERY if each.parameters("path")]


class Caller:
    """Whoever may call every operation, about things that are there."""

    def __init__(self, house: House) -> None:
        self.house, self.client = house, house.client
        self.booking = house.book(house.paid)
        self.known = {"set_id": to_public(Prefix.SET, house.free.id), "booking_id": self.booking["id"]}
        self.known["target"] = Target.XERO_BANK.value

    def call(self, operation: Operation, *, path: str | None = None, **kwargs: Any) -> TestResponse:
        headers = {"X-Site-Key": self.house.site_key, "Idempotency-Key": "k", "If-Match": '"1"'}
        headers["Authorization"] = f"Bearer {self._bearer(operation)}"
        address = path or re.sub(r"\{(\w+)\}", lambda found: self.known.get(found[1], "any"), operation.path)
        return self.client.open(address, method=operation.method.upper(), headers=headers, **kwargs)

    def _bearer(self, operation: Operation) -> str:
        holder = "holder" in operation.schemes
        return str(self.booking["holder_token"]) if holder else self.house.bearer(operation.schemes)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def caller(
    request: pytest.FixtureRequest, fresh_database: FreshDatabase, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Caller]:
    """One for all tests: refusals leave nothing behind."""
    folder = tmp_path_factory.mktemp("house")
    with open_house(fresh_database(request.param, folder), folder) as house:
        yield Caller(house)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_that_can_be_read_in_two_ways_or_none_is_malformed(caller: Caller, operation: Operation) -> None:
    for name, body in BODIES.items():
        answer = caller.call(operation, data=body, content_type="application/json")
        assert problem(answer, 400)["type"] == "/problems/malformed-request", name


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_that_is_no_object_is_refused(caller: Caller, operation: Operation) -> None:
    for body in NOT_OBJECTS:
        answer = caller.call(operation, data=body, content_type="application/json")
        problem(answer, 422)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_of_another_type_is_told_so(caller: Caller, operation: Operation) -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        problem(caller.call(operation, data=b"{}", content_type=content_type), 415)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_of_more_than_64_kilobytes_is_too_large(caller: Caller, operation: Operation) -> None:
    answer = caller.call(operation, data=b'{"a": "' + b"x" * 65_536 + b'"}', content_type="application/json")
    problem(answer, 413)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_body_that_does_not_say_its_length_is_never_cut_off(caller: Caller, operation: Operation) -> None:
    body = BytesIO(b"{}" + b" " * 65_536 + b"and something else")
    problem(caller.call(operation, input_stream=body, content_type="application/json", environ_overrides=CHUNKED), 413)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_an_unknown_field_is_refused_at_its_place(caller: Caller, operation: Operation) -> None:
    parents = {leaf.path[:-1] for leaf in leaves(operation.body or {}) if leaf.path[-1] != "0"}
    for parent in parents:
        answer = caller.call(operation, json=Leaf((*parent, "surprise"), {}).body_with(1))
        assert Leaf((*parent, "surprise"), {}).pointer in pointers(answer)


@pytest.mark.parametrize("operation", WITH_BODY)
def test_a_value_that_is_not_what_its_field_takes_is_refused_at_its_place(caller: Caller, operation: Operation) -> None:
    for leaf in leaves(operation.body or {}):
        for value in unfit_for(leaf.schema):
            body = json.dumps(leaf.body_with(value))
            answer = caller.call(operation, data=body, content_type="application/json")
            assert leaf.pointer in pointers(answer), (leaf.pointer, value)


@pytest.mark.parametrize("operation", WITH_QUERY)
def test_a_query_that_is_not_what_its_parameter_takes_is_refused(caller: Caller, operation: Operation) -> None:
    needed = needed_in_a_query(operation)
    for parameter in operation.parameters("query"):
        for value in unfit_in_a_query(parameter["schema"]):
            answer = caller.call(operation, query_string={**needed, parameter["name"]: value})
            assert pointers(answer) == {f"/{parameter['name']}"}, (parameter["name"], value)
    assert pointers(caller.call(operation, query_string={**needed, "surprise": 1})) == {"/surprise"}


@pytest.mark.parametrize("operation", WITH_QUERY)
def test_a_parameter_given_twice_is_refused(caller: Caller, operation: Operation) -> None:
    """A proxy may have read the other one."""
    for parameter in operation.parameters("query"):
        assert pointers(caller.call(operation, query_string=f"{parameter['name']}=1&{parameter['name']}=1")) == {
            f"/{parameter['name']}"
        }


@pytest.mark.parametrize("operation", WITH_CURSOR)
def test_a_cursor_of_another_list_is_refused(caller: Caller, operation: Operation) -> None:
    """Signed by us, and a position that this list would stumble over or begin anew for."""
    needed = needed_in_a_query(operation)
    with caller.house.app.test_request_context("/v1/elsewhere"):
        cursors = [close_cursor(position) for position in POSITIONS]
    for cursor in cursors:
        assert pointers(caller.call(operation, query_string={**needed, "cursor": cursor})) == {"/cursor"}


@pytest.mark.parametrize("operation", WITH_PATH)
def test_a_path_that_names_nothing_is_not_found(caller: Caller, operation: Operation) -> None:
    body = b"{}" if operation.body is not None else b""
    for segment in NO_NAMES:
        path = re.sub(r"\{\w+\}", segment, operation.path)
        answer = caller.call(operation, path=path, data=body, content_type="application/json")
        assert answer.status_code in {404, 422}, (segment, answer.text)
        problem(answer, answer.status_code)


def unfit_for(schema: dict[str, Any]) -> list[Any]:
    kinds = kinds_of(schema)
    if "integer" in kinds:
        return NOT_WHOLE
    if schema.get("format") == "date-time":
        return [*NOT_INSTANTS, *NOT_TEXT]
    if schema.get("format") == "date":
        return [*NOT_DATES, *NOT_TEXT]
    if "boolean" in kinds:
        return ["true", "yes", 1, 0]
    return NOT_TEXT


def needed_in_a_query(operation: Operation) -> dict[str, Any]:
    return {each["name"]: each["example"] for each in operation.parameters("query") if each.get("required")}


def unfit_in_a_query(schema: dict[str, Any]) -> list[str]:
    if "integer" in kinds_of(schema):
        return NOT_WHOLE_IN_A_QUERY
    if schema.get("format") == "date-time":
        return NOT_INSTANTS
    if schema.get("format") == "date":
        return NOT_DATES
    if schema.get("pattern") == CURRENCY:
        return NOT_CURRENCIES
    return ["a\x00b", "x" * 3000]


def problem(answer: TestResponse, status: int) -> dict[str, Any]:
    """The problem that an answer is; anything else fails."""
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    read: dict[str, Any] = orjson.loads(answer.data)
    assert read["status"] == status
    return read


def pointers(answer: TestResponse) -> set[str]:
    """The places that a refusal of fields names."""
    return {each["pointer"] for each in problem(answer, 422)["errors"]}
