"""What somebody sees of a file whose columns are not known yet."""

from __future__ import annotations

import pytest

from services.finance.bank.csv_preview import preview_csv
from services.finance.bank.errors import BankFileUnreadable


def test_a_heading_is_found_below_what_a_bank_writes_above_it() -> None:
    content = "Account;Larkfield Trust\nBalance;12,50\n\nBooked;Text;Haben;Soll\n13.01.2027;Tea;;1,00\n"
    seen = preview_csv(content.encode())
    assert seen.heading == ("Booked", "Text", "Haben", "Soll")
    assert seen.rows == (("13.01.2027", "Tea", "", "1,00"),)
    assert seen.likely == {}


def test_usual_words_are_taken_for_hints() -> None:
    seen = preview_csv(b"Date,Payee,Amount,Memo text\n13/01/2027,Stripe,492.00,x\n")
    assert seen.likely == {"date": "Date", "description": "Payee", "amount": "Amount"}


def test_where_there_is_no_heading_columns_are_called_by_their_numbers() -> None:
    seen = preview_csv(b"Larkfield Trust\n13/01/2027,Stripe,492.00\n14/01/2027,Tea,-1.00,x\n")
    assert seen.heading == ("1", "2", "3", "4")
    assert seen.rows == (("13/01/2027", "Stripe", "492.00"), ("14/01/2027", "Tea", "-1.00", "x"))
    assert seen.likely == {}


@pytest.mark.parametrize("content", [b"Hello", b"\n\n", b"a,b\n"])
def test_a_file_without_lines_is_refused(content: bytes) -> None:
    with pytest.raises(BankFileUnreadable, match="no row of it has"):
        preview_csv(content)
