"""Statements over HTTP: uploaded, refused by their place, listed, and their lines matched by staff."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.access.keys import Scope
from services.finance.bank.reading import LARGEST_FILE
from tests.builders import a_staff_key
from tests.builders.finance import ARRIVAL, Booked, a_payout, as_csv
from tests.newsletter_desk import Desk

LINES = [Booked(ARRIVAL, "492.00", "STRIPE"), Booked(ARRIVAL, "492.00", "STRIPE"), Booked(ARRIVAL, "-1.00", "Tea")]


@pytest.fixture
def key(desk: Desk) -> dict[str, str]:
    with desk.outside.database.writing() as session:
        return a_staff_key(session, Scope.FINANCE_READ, Scope.FINANCE_WRITE)


def send(client: FlaskClient, key: dict[str, str], content: bytes, **hints: str) -> TestResponse:
    form: dict[str, Any] = {"file": (BytesIO(content), "statement.csv"), **hints}
    return client.post("/v1/finance/bank-statements", data=form, headers=key)


def ask(client: FlaskClient, key: dict[str, str], path: str) -> dict[str, Any]:
    answer = client.get(f"/v1/finance{path}", headers=key)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def test_a_statement_is_uploaded_listed_and_its_lines_matched(
    desk: Desk, client: FlaskClient, key: dict[str, str]
) -> None:
    with desk.outside.database.writing() as session:
        a_payout(session, "po_1")
    answer = send(client, key, as_csv(LINES), account="Main account")
    assert answer.status_code == 201, answer.text
    outcome = answer.json or {}
    assert [outcome[name] for name in ("lines", "known", "matched", "suggested")] == [3, 0, 0, 2]
    (statement,) = outcome["statements"]
    assert (statement["account"], statement["from_on"]) == ("Main account", "2026-05-13")
    assert ask(client, key, "/bank-statements")["data"] == [statement]
    assert ask(client, key, f"/bank-statements/{statement['id']}") == statement

    suggested = ask(client, key, "/bank-lines?status=suggested")["data"]
    first_page = ask(client, key, f"/bank-lines?statement_id={statement['id']}&limit=2")
    second_page = ask(client, key, f"/bank-lines?limit=2&cursor={first_page['next_cursor']}")
    assert (len(first_page["data"]), len(second_page["data"]), second_page["next_cursor"]) == (2, 1, None)

    path = f"/v1/finance/bank-lines/{suggested[0]['id']}"
    chosen = client.post(f"{path}/match", json={"payout_id": "po_1"}, headers=key)
    assert (chosen.status_code, (chosen.json or {})["matched_by"]) == (200, "person")
    other = client.post(f"/v1/finance/bank-lines/{suggested[1]['id']}/match", json={"payout_id": "po_1"}, headers=key)
    assert (other.status_code, (other.json or {})["type"]) == (409, "/problems/payout-at-bank")
    undone = client.post(f"{path}/unmatch", headers=key)
    assert (undone.status_code, (undone.json or {})["status"]) == (200, "suggested")
    assert client.post("/v1/finance/bank-lines/unknown/unmatch", headers=key).status_code == 404
    assert client.get("/v1/finance/bank-statements/unknown", headers=key).status_code == 404


def test_a_bad_file_is_refused_by_line_and_column(client: FlaskClient, key: dict[str, str]) -> None:
    answer = send(client, key, b"Date,Description,Amount\n13/05/2026,Tea,five\n")
    problem = answer.json or {}
    assert (answer.status_code, problem["type"]) == (422, "/problems/bank-file-unreadable")
    assert (problem["line"], problem["column"], problem["errors"][0]["pointer"]) == (2, "Amount", "/file")
    assert problem["detail"] == "Line 2, column Amount: not an amount"
    assert ask(client, key, "/bank-statements")["data"] == []


def test_a_mapping_is_sent_as_json_and_remembered(client: FlaskClient, key: dict[str, str]) -> None:
    content = b"Gebucht;Worte;Soll;Haben\n13.05.2026;Tea;1,00;\n"
    needed = send(client, key, content)
    assert (needed.status_code, (needed.json or {})["columns"]) == (422, ["Gebucht", "Worte", "Soll", "Haben"])
    mapping = '{"date": "Gebucht", "description": "Worte", "money_in": "Haben", "money_out": "Soll"}'
    assert send(client, key, content, mapping=mapping).status_code == 201
    assert send(client, key, content.replace(b"13.", b"14.")).status_code == 201
    for wrong in ("{", '{"date": "Gebucht"}', '{"date": "a", "description": "b", "money_in": "c"}', "[]"):
        assert send(client, key, content, mapping=wrong).status_code == 422, wrong


def test_a_statement_is_taken_back_and_uploaded_as_what_it_is(client: FlaskClient, key: dict[str, str]) -> None:
    content = as_csv(LINES)
    stored = (send(client, key, content).json or {})["statements"][0]["id"]
    otherwise = send(client, key, content, account="Savings")
    problem = otherwise.json or {}
    assert (otherwise.status_code, problem["type"]) == (409, "/problems/bank-file-read-otherwise")
    assert problem["statement_id"] == stored
    path = f"/v1/finance/bank-statements/{stored}"
    assert client.delete(path, headers=key).status_code == 204
    assert client.delete(path, headers=key).status_code == 404
    assert send(client, key, content, account="Savings").status_code == 201


def test_a_statement_may_be_larger_than_other_requests_but_not_endless(
    client: FlaskClient, key: dict[str, str]
) -> None:
    rows = b"13/05/2026,Tea and biscuits for the whole of the committee,-1.00\n" * 2_000
    assert send(client, key, b"Date,Description,Amount\n" + rows).status_code == 201
    endless = {"data": b" " * (LARGEST_FILE + 1), "content_type": "multipart/form-data; boundary=x"}
    answer = client.post("/v1/finance/bank-statements", headers=key, **endless)
    assert (answer.status_code, (answer.json or {})["type"]) == (413, "/problems/payload-too-large")


def test_a_text_is_no_file(client: FlaskClient, key: dict[str, str]) -> None:
    answer = client.post("/v1/finance/bank-statements", data={"file": "a,b,c"}, headers=key)
    assert answer.status_code == 422
    assert client.post("/v1/finance/bank-statements", json={}, headers=key).status_code == 422
