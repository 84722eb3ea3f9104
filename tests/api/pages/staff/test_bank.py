"""The bank's statements on their pages: stored, refused by their place, told which column is which, and confirmed."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path

import pytest

from services.access.keys import Scope
from services.database import Database
from services.finance.bank.reading import LARGEST_FILE
from tests.builders.finance import ARRIVAL, Booked, a_payout, as_camt, as_csv, as_ofx
from tests.builders.treasurer import ROOT, Treasurer, a_treasurer
from tests.worlds import World, a_world

STRIPE = Booked(ARRIVAL, "492.00", "STRIPE PAYMENTS UK")
TEA = Booked(ARRIVAL, "-1.00", "Tea")
DAY = f"{ARRIVAL:%d/%m/%Y}"
ODD = f"Account;Larkfield\nBooked;Text;Haben;Soll\n{DAY};STRIPE;492,00;\n{DAY};Tea;;1,00\n".encode()
COLUMNS = {"date": "Booked", "description": "Text", "money_in": "Haben", "money_out": "Soll", "amount": ""}
HIDDEN = re.compile(r'name="content" value="([^"]*)"')


@pytest.fixture
def treasurer(database: Database, tmp_path: Path) -> Treasurer:
    """Over books with payouts that Stripe does not know, of which the promises say nothing."""
    return a_treasurer(a_world(database, tmp_path))


def payouts(world: World, *ids: str) -> None:
    with world.database.writing() as session:
        for payout_id in ids:
            a_payout(session, payout_id)


def leads_to(treasurer: Treasurer, content: bytes, **said: str) -> str:
    answer = treasurer.uploads(content, **said)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removeprefix(ROOT)


@pytest.mark.parametrize("write", [as_csv, as_ofx, as_camt])
def test_a_statement_in_each_form_is_stored_and_its_payout_found(treasurer: Treasurer, write) -> None:  # type: ignore[no-untyped-def]
    payouts(treasurer.world, "po_1")
    page = treasurer.read(leads_to(treasurer, write([STRIPE, TEA]), account="Main account"))
    assert "The statement is stored." in page
    assert "Main account, GBP" in page
    assert "by Grace Lee" in page
    assert "matched by rule" in page
    assert "/staff/finance/payouts/po_1" in page
    listed = treasurer.read("/bank")
    assert "Main account, GBP" in listed


def test_the_same_file_again_changes_nothing(treasurer: Treasurer) -> None:
    first = leads_to(treasurer, as_csv([STRIPE, TEA]))
    again = leads_to(treasurer, as_csv([STRIPE, TEA]))
    assert first.partition("?")[0] == again.partition("?")[0]
    assert "nothing has changed" in treasurer.read(again)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "The file is empty. Nothing was stored."),
        (b"%PDF-1.7", "It is a spreadsheet or PDF"),
        (
            b"Date,Description,Amount\n13/05/2026,Tea,many\n",
            "Line 2, column Amount: not an amount",
        ),
        (b"Hello\n", "no row of it has a day, words and an amount"),
    ],
)
def test_a_file_that_is_wrong_is_refused_beside_its_field(treasurer: Treasurer, content: bytes, told: str) -> None:
    answer = treasurer.uploads(content)
    assert answer.status_code == 422
    assert told.lower() in answer.text.lower()
    assert 'href="#file"' in answer.text
    assert "None yet." in treasurer.read("/bank")


def test_no_file_and_bad_hints_are_named(treasurer: Treasurer) -> None:
    answer = treasurer.send("/bank", account="x" * 41, currency="pounds")
    assert answer.status_code == 422
    for field in ("file", "account", "currency"):
        assert f'href="#{field}"' in answer.text


def test_a_file_that_is_too_large_is_refused_in_words(treasurer: Treasurer) -> None:
    answer = treasurer.browser.client.post(
        f"{ROOT}/bank", data=b" " * (LARGEST_FILE + 100_000), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 413
    assert "larger than 10 MB" in answer.text


def test_columns_without_names_are_chosen_by_number(treasurer: Treasurer) -> None:
    payouts(treasurer.world, "po_1")
    asked = treasurer.uploads(f"{DAY},STRIPE,492.00\n{DAY},Tea,-1.00\n".encode())
    assert asked.status_code == 200
    assert "Column 3" in asked.text
    content = HIDDEN.findall(asked.text)[0]
    by_number = {"date": "1", "description": "2", "amount": "3"}
    assert "matched by rule" in treasurer.does("/bank/upload/columns", content=content, **by_number)


def test_columns_are_chosen_once(treasurer: Treasurer) -> None:
    payouts(treasurer.world, "po_1")
    asked = treasurer.uploads(ODD, account="Main")
    assert asked.status_code == 200
    for words in ("Which column is which?", "Haben", "492,00", "Nothing is stored yet."):
        assert words in asked.text
    content = HIDDEN.findall(asked.text)[0]
    missing = treasurer.send("/bank/upload/columns", content=content, account="Main", currency="")
    assert missing.status_code == 422
    for field in ("date", "description", "amount"):
        assert f'href="#{field}"' in missing.text
    page = treasurer.does("/bank/upload/columns", content=content, account="Main", currency="", **COLUMNS)
    assert "matched by rule" in page
    assert "Main, GBP" in page
    assert "nothing has changed" in treasurer.read(leads_to(treasurer, ODD, account="Main"))


def test_columns_that_say_something_else_come_back_with_the_file(treasurer: Treasurer) -> None:
    wrong = COLUMNS | {"date": "Text", "description": "Booked"}
    content = b64encode(ODD).decode()
    answer = treasurer.send("/bank/upload/columns", content=content, **wrong)
    assert answer.status_code == 422
    assert "column Text" in answer.text
    assert HIDDEN.findall(answer.text) == [content]
    twice = b64encode(ODD.replace(b"Text", b"Booked")).decode()
    answer = treasurer.send("/bank/upload/columns", content=twice, **(COLUMNS | {"description": "Booked"}))
    assert answer.status_code == 422
    assert "must be there once" in answer.text


@pytest.mark.parametrize("content", ["", "not base64!"])
def test_columns_without_a_file_lead_back_to_the_upload(treasurer: Treasurer, content: str) -> None:
    answer = treasurer.send("/bank/upload/columns", content=content, **COLUMNS)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{ROOT}/bank")


def test_what_the_rule_leaves_open_is_confirmed_and_undone(treasurer: Treasurer) -> None:
    payouts(treasurer.world, "po_1", "po_2")
    statement = leads_to(treasurer, as_csv([STRIPE, Booked(ARRIVAL, "492.00", "STRIPE")])).partition("?")[0]
    page = treasurer.read(f"{statement}?show=suggested")
    assert page.count("Which of these payouts?") == 2
    assert "Please say what these are" in treasurer.read("/bank")
    first, second = dict.fromkeys(re.findall(r"/bank-lines/(\w+)/match", page))
    page = treasurer.does(f"/bank-lines/{first}/match", payout_id="po_1")
    assert "that line is the payout" in page
    taken = treasurer.does(f"/bank-lines/{second}/match", payout_id="po_1")
    assert "This line of the bank is another payout already. Nothing has changed." in taken
    page = treasurer.does(f"/bank-lines/{first}/unmatch")
    assert "the line is no payout now" in page


def test_a_statement_that_was_read_wrongly_is_taken_back(treasurer: Treasurer) -> None:
    path = leads_to(treasurer, as_csv([TEA])).partition("?")[0]
    otherwise = leads_to(treasurer, as_csv([TEA]), account="Savings")
    assert otherwise == f"{path}?refused=bank-file-read-otherwise"
    page = treasurer.read(otherwise)
    assert "This file is stored already" in page
    assert "Take this statement back" in page
    later = leads_to(treasurer, as_csv([TEA, STRIPE])).partition("?")[0]
    assert "A later bank statement shows lines of this one." in treasurer.does(f"{path}/taking-back")
    for each in (later, path):
        assert "the statement and its lines are forgotten" in treasurer.does(f"{each}/taking-back")
    treasurer.read(path, 404)
    assert "Savings, GBP" in treasurer.read(leads_to(treasurer, as_csv([TEA]), account="Savings"))


def test_a_statement_whose_line_is_a_payout_cannot_be_taken_back(treasurer: Treasurer) -> None:
    payouts(treasurer.world, "po_1")
    path = leads_to(treasurer, as_csv([STRIPE])).partition("?")[0]
    assert "Take this statement back" not in treasurer.read(path)
    assert "Lines of this bank statement are payouts." in treasurer.does(f"{path}/taking-back")


def test_lines_come_page_by_page_and_by_how_they_stand(treasurer: Treasurer) -> None:
    lines = [Booked(ARRIVAL, f"-{number}.00", f"Tea {number}") for number in range(1, 53)]
    statement = leads_to(treasurer, as_csv(lines)).partition("?")[0]
    first = treasurer.read(statement)
    cursor = first.partition("cursor=")[2].partition('"')[0]
    second = treasurer.read(f"{statement}?cursor={cursor}")
    assert (first.count("No payout"), second.count("No payout")) == (50, 2)
    assert "None." in treasurer.read(f"{statement}?show=matched")
    treasurer.read("/bank/statement_x", 404)


def test_whoever_may_only_read_uploads_nothing(world: World) -> None:
    reader = a_treasurer(world, Scope.FINANCE_READ)
    assert "Upload a statement" not in reader.read("/bank")
    assert reader.uploads(as_csv([STRIPE])).status_code == 403
    assert reader.send("/bank/upload/columns", content="", **COLUMNS).status_code == 403
    assert "None yet." in reader.read("/bank")
