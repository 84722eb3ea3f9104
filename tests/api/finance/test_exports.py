"""Exports over HTTP: named files, part after part, for whoever may read finance."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.access.keys import Scope
from services.finance.exports.targets import FORMS, Target
from tests.builders import a_staff_key
from tests.builders.ledger import a_ledger
from tests.newsletter_desk import Desk

YEAR = "from=2027-01-01&to=2027-12-31"


@pytest.fixture
def key(desk: Desk) -> dict[str, str]:
    with desk.outside.database.writing() as session:
        a_ledger(session, payments=200, from_on=date(2027, 1, 4), days=60)
        return a_staff_key(session, Scope.FINANCE_READ)


def test_every_target_is_a_file_with_a_name(client: FlaskClient, key: dict[str, str]) -> None:
    for target in Target:
        answer = client.get(f"/v1/finance/exports/{target}?{YEAR}", headers=key)
        assert (answer.status_code, answer.content_type) == (200, FORMS[target].media_type), answer.text
        assert 'attachment; filename="setlist-' in answer.headers["Content-Disposition"]
        assert len(answer.data) > 1000
        answer.close()


def test_parts_lead_on_to_one_another(client: FlaskClient, key: dict[str, str]) -> None:
    address: str | None = f"/v1/finance/exports/xero-journals?{YEAR}"
    names, lines = [], 0
    while address is not None:
        answer = client.get(address, headers=key)
        names.append(answer.headers["Content-Disposition"].partition("v1-")[2])
        lines += answer.text.count("\r\n") - 1
        link = answer.headers.get("Link")
        address = link.partition("<")[2].partition(">")[0] if link else None
    assert names[:2] == ['2027-01-01-2027-12-31.csv"', '2027-01-01-2027-12-31-part-2.csv"']
    assert lines == 200 * 5 + 2 * 2


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (f"nobody?{YEAR}", "export-not-found"),
        ("sage50?from=2027-02-01&to=2027-01-01", "invalid-request"),
        ("sage50?from=0001-01-01&to=2027-01-01", "invalid-request"),
        ("sage50", "invalid-request"),
        (f"sage50?{YEAR}&currency=pounds", "invalid-request"),
        (f"xero-bank?{YEAR}&cursor=mine", "invalid-request"),
    ],
)
def test_what_cannot_be_exported_is_refused(client: FlaskClient, key: dict[str, str], path: str, problem: str) -> None:
    body: Any = client.get(f"/v1/finance/exports/{path}", headers=key).json
    assert body["type"] == f"/problems/{problem}"


def test_a_cursor_is_good_for_its_own_export_alone(client: FlaskClient, key: dict[str, str]) -> None:
    link = client.get(f"/v1/finance/exports/xero-journals?{YEAR}", headers=key).headers["Link"]
    address = link.partition("<")[2].partition(">")[0].replace("xero-journals", "xero-bank")
    assert client.get(address, headers=key).status_code == 422
