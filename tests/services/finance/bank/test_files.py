"""Files of banks: each form is read to the penny, and what cannot be read is refused by line and column."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.bank.csv_file import CsvHints
from services.finance.bank.csv_mapping import CsvMapping
from services.finance.bank.errors import BankFileUnreadable, BankMappingNeeded
from services.finance.bank.files import read_file
from services.finance.bank.reading import ReadStatement, parse_amount, parse_day
from tests.builders.finance import Booked, as_camt, as_csv, as_ofx

NOTHING_KNOWN = CsvHints("GBP", None, {})
DAY = date(2027, 1, 13)
LINES = (Booked(DAY, "492.00", "STRIPE PAYMENTS UK"), Booked(date(2027, 1, 14), "-12.50", "Tea & biscuits"))
ENTITIES = b"""<?xml version="1.0"?>
<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>&b;</BkToCstmrStmt></Document>"""

minor_units = st.integers(-(10**12), 10**12)


def read(content: bytes, hints: CsvHints = NOTHING_KNOWN) -> ReadStatement:
    (statement,) = read_file(content, hints, currency=None).statements
    return statement


def refusal(content: bytes, hints: CsvHints = NOTHING_KNOWN) -> BankFileUnreadable:
    with pytest.raises(BankFileUnreadable) as refused:
        read(content, hints)
    return refused.value


@given(minor_units)
def test_no_way_of_writing_an_amount_loses_a_penny(minor: int) -> None:
    pounds, pence = divmod(abs(minor), 100)
    sign = "-" if minor < 0 else ""
    for written in (
        f"{sign}{pounds}.{pence:02}",
        f"{sign}{pounds:,}.{pence:02}",
        f"{sign}£{pounds:,}.{pence:02}",
        f"{pounds:,}.{pence:02}{sign}",
        f"{sign}{pounds},{pence:02}",
        f"{sign}{f'{pounds:,}'.replace(',', '.')},{pence:02}",
        f"{sign} {pounds}.{pence:02} GBP",
    ):
        assert parse_amount(written, "GBP") == minor
    if minor < 0:
        assert parse_amount(f"({pounds:,}.{pence:02})", "GBP") == minor


@given(st.text(alphabet="0123456789.,-+()£ e_٣", max_size=12))
def test_what_is_read_as_an_amount_is_all_of_its_digits(text: str) -> None:
    try:
        read_as = parse_amount(text, "JPY")
    except ValueError:
        return
    assert [digit for digit in text.partition(".")[0] if digit.isdecimal()][-len(str(abs(read_as))) :] or read_as == 0


@pytest.mark.parametrize("text", ["", "1.234", "12.345,6.7", "1e5", "1_000", "٣", "five", "--5", "(5", "1,23,456"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|decimals"):
        parse_amount(text, "GBP")


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_a_day_is_read_in_each_of_its_forms(day: date) -> None:
    for written in (
        f"{day}",
        f"{day:%d/%m/%Y}",
        f"{day:%d-%m-%Y}",
        f"{day}T09:30:00",
        f" {day:%d.%m.%Y} ",
        f"{day:%d/%m/%Y %H:%M}",
        f"{day:%d %b %Y}",
        f"{day:%d-%b-%Y}",
        f"{day:%d %B %Y}",
        f"{day:%d %B, %Y}",
        f"{day:%d/%b/%Y}".upper(),
    ):
        assert parse_day(written) == day


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_a_year_may_have_two_digits_where_the_day_comes_first(day: date) -> None:
    for written in (f"{day:%d/%m/%y}", f"{day:%d-%b-%y}", f"{day:%d %b %y}", f"{day:%d.%m.%y}"):
        assert parse_day(written) == day


@pytest.mark.parametrize("text", ["31/02/2027", "2027-13-01", "29 Feb 2027", "00/00/0000", "13 Xyz 2027", "1 Ju1 2027"])
def test_what_is_no_day_is_refused_in_words_of_ours(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a day"):
        parse_day(text)


@pytest.mark.parametrize("text", ["13", "1/2/3", "13/01/202", "131/1/2027", "01/13", "Jan 13 2027x", "2027/01/13", ""])
def test_what_does_not_look_like_a_day_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"^not a day, such as"):
        parse_day(text)


@given(st.lists(st.tuples(st.integers(0, 60), minor_units), min_size=1, max_size=20))
def test_every_form_says_the_same(drawn: list[tuple[int, int]]) -> None:
    booked = [
        Booked(
            DAY + timedelta(days=days), f"{'-' if minor < 0 else ''}{abs(minor) // 100}.{abs(minor) % 100:02}", "Tea"
        )
        for days, minor in drawn
    ]
    expected = [(DAY + timedelta(days=days), minor) for days, minor in drawn]
    for content in (as_csv(booked), as_ofx(booked), as_camt(booked)):
        statement = read(content)
        assert [(line.booked_on, line.amount_minor) for line in statement.lines] == expected
        assert (statement.from_on, statement.until_on) == (min(day for day, _ in expected), max(d for d, _ in expected))


def test_each_form_says_of_which_account_and_currency_it_is() -> None:
    assert [(read(made(LINES)).account, read(made(LINES)).currency) for made in (as_csv, as_ofx, as_camt)] == [
        (None, "GBP"),
        ("12345678", "GBP"),
        ("GB33BUKB20201512345678", "GBP"),
    ]


def test_money_in_and_out_may_stand_in_two_columns_below_a_preamble_between_semicolons() -> None:
    content = (
        "Kontoname;Haupt\r\n\r\nDate;Details;Paid out;Paid in;Balance\r\n"
        "13/01/2027;Stripe;;1.492,00;1.492,00\r\n14/01/2027;Rent, café;12,50;;1.479,50\r\n15/01/2027;Balance;;;1\r\n"
    )
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        lines = read(content.encode(encoding)).lines
        assert [(line.amount_minor, line.description) for line in lines] == [(149200, "Stripe"), (-1250, "Rent, café")]


def test_a_mapping_explains_headings_that_nobody_could_guess() -> None:
    content = b"Gebucht,Worte,Wert,Ref\n2027-01-13,Stripe,5.00,X1\n"
    with pytest.raises(BankMappingNeeded) as needed:
        read(content)
    assert needed.value.facts() == {"columns": ["Gebucht", "Worte", "Wert", "Ref"]}
    mapping = CsvMapping("gebucht", "WORTE", amount="Wert", reference="Ref")
    found = read_file(content, CsvHints("GBP", mapping, {}), currency=None)
    assert found.csv is not None
    assert [(each.amount_minor, each.reference) for each in found.statements[0].lines] == [(500, "X1")]
    again = CsvHints("GBP", None, {found.csv.shape: mapping})
    assert read(content.replace(b"5.00", b"6.00"), again).lines[0].amount_minor == 600


def test_a_file_without_headings_tells_nobody_what_stands_in_it() -> None:
    with pytest.raises(BankMappingNeeded) as needed:
        read(b"13/01/2027,Ada Obi,5.00\n")
    assert needed.value.facts() == {"columns": ["1", "2", "3"]}


BY_NUMBER = CsvHints("GBP", CsvMapping("1", "3", amount="2"), {})


@pytest.mark.parametrize("above", ["", "Larkfield Trust\n\n", "Date;Amount;Amount;Amount\n"])
def test_columns_may_be_named_by_number(above: str) -> None:
    content = f"{above}13/01/2027;5,00;Stripe, London;x\n14/01/2027;-1,00;Tea\n".encode()
    lines = read(content, BY_NUMBER).lines
    assert [(line.amount_minor, line.description) for line in lines] == [(500, "Stripe, London"), (-100, "Tea")]


def test_no_line_is_taken_for_a_heading() -> None:
    refused = refusal(b"32/01/2027,5.00,Stripe\n14/01/2027,-1.00,Tea\n", BY_NUMBER)
    assert (refused.line, refused.column) == (1, "1")


def test_a_file_that_breaks_off_below_its_first_lines_is_refused_by_number_too() -> None:
    assert refusal(b'13/01/2027,5.00,Stripe\n14/01/2027,-1.00,"Tea" x\n', BY_NUMBER).line == 2


@pytest.mark.parametrize("content", [b"13/01/2027,5.00\n", b"Stripe,5.00,13/01/2027\n", b"Hello\n"])
def test_numbers_that_no_line_has_explain_nothing(content: bytes) -> None:
    with pytest.raises(BankMappingNeeded):
        read(content, BY_NUMBER)


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"Date,Description,Amount\n13/01/2027,Stripe,5.00\n31/02/2027,Tea,1.00\n", 3, "Date"),
        (b"Date,Description,Amount\n13/01/2027,Stripe,five\n", 2, "Amount"),
        (b'Date,Description,Amount\n13/01/2027,"two\nlines",5.00\n13/01/2027,Tea\n', 4, "Amount"),
        (b'Date,Description,Amount\n13/01/2027,"Str"ipe,5.00\n', 2, None),
        (b"Date,Description,Paid in,Paid out\n13/01/2027,Stripe,5.00,4.00\n", 2, "Paid out"),
        (b"Date,Description,Amount\n", None, None),
        (as_ofx(LINES).replace(b"492.00", b"4,9,2"), 29, "TRNAMT"),
        (as_ofx(LINES).replace(b"20270113000000", b"20271313"), 29, "STMTTRN"),
        (as_camt(LINES).replace(b"492.00", b"492.001"), 10, "Amt"),
        (as_camt(LINES).replace(b"2027-01-14</Dt>", b"2027-14-01</Dt>"), 16, "BookgDt/Dt"),
        (as_camt(LINES)[:-20], 24, None),
        (b"<html></html>", None, None),
        (b"", None, None),
        (b"%PDF-1.7", None, None),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_place(content: bytes, line: int | None, column: str | None) -> None:
    refused = refusal(content)
    assert (refused.line, refused.column) == (line, column)
    assert "five" not in str(refused.facts())


def test_no_entity_of_an_xml_file_is_expanded() -> None:
    assert "document type" in refusal(ENTITIES).detail


def test_a_booking_that_is_only_pending_is_no_line() -> None:
    assert len(read(as_camt(LINES).replace(b"BOOK", b"PDNG", 1)).lines) == 1


def test_a_batch_is_one_line() -> None:
    details = (
        b"<NtryDtls><TxDtls><Amt Ccy='GBP'>400.00</Amt></TxDtls><TxDtls><Amt Ccy='GBP'>92.00</Amt></TxDtls></NtryDtls>"
    )
    content = as_camt(LINES).replace(b"</BookgDt>", b"</BookgDt>" + details, 1)
    assert [line.amount_minor for line in read(content).lines] == [49200, -1250]


def test_an_ofx_2_file_is_read_whatever_letters_are_in_it() -> None:
    body = as_ofx([Booked(DAY, "5.00", "Café £5")]).partition(b"<OFX>")[2]
    content = b'<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n<OFX>' + body
    assert read(content).lines[0].description == "Café £5"


def test_a_statement_in_another_currency_than_was_said_is_refused() -> None:
    with pytest.raises(BankFileUnreadable, match="EUR"):
        read_file(as_camt(LINES, currency="EUR"), NOTHING_KNOWN, currency="GBP")
