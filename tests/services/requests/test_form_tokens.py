"""A form token proves where a form stood, for a day, to one request and its repeats."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from services.clock import Clock
from services.database import Database
from services.requests.errors import FormTokenInvalid, FormTokenMissing, FormTokenSpent
from services.requests.form_tokens import (
    Form,
    FormToken,
    forget_old,
    give_back,
    make_form_token,
    open_form_token,
    serving,
    spend,
)
from services.requests.models import SpentNonce
from services.tokens import Keyring, Purpose
from tests.offset import FakeOffset

FORM = Form("site:larkfield", "https://larkfield.example")


@pytest.fixture
def token(keyring: Keyring, clock: Clock) -> FormToken:
    _, made = make_form_token(keyring, FORM, now=clock.now())
    return made


def test_it_opens_for_its_form_for_a_day(keyring: Keyring, clock: Clock, offset: FakeOffset) -> None:
    text, made = make_form_token(keyring, FORM, now=clock.now())
    offset.move(hours=23, minutes=59)
    assert open_form_token(keyring, text, FORM, now=clock.now()).nonce == made.nonce
    offset.move(minutes=2)
    with pytest.raises(FormTokenInvalid):
        open_form_token(keyring, text, FORM, now=clock.now())


@pytest.mark.parametrize("other", [Form("site:other", FORM.origin), Form(FORM.name, "https://other.example")])
def test_it_opens_for_no_other_form_and_no_other_origin(keyring: Keyring, clock: Clock, other: Form) -> None:
    text, _ = make_form_token(keyring, FORM, now=clock.now())
    with pytest.raises(FormTokenInvalid):
        open_form_token(keyring, text, other, now=clock.now())


def test_what_is_no_form_token_is_refused(keyring: Keyring, clock: Clock) -> None:
    for forged in ("", "x", "a" * 75, "\x00", "é" * 40, keyring.sign(Purpose.HOLDER, b"x" * 40)):
        with pytest.raises(FormTokenInvalid):
            open_form_token(keyring, forged, FORM, now=clock.now())


def test_it_serves_one_request_and_its_repeats(database: Database, token: FormToken) -> None:
    with database.writing() as session:
        assert spend(session, token, "first")
    with database.writing() as session:
        assert not spend(session, token, "first")
        with pytest.raises(FormTokenSpent):
            spend(session, token, "second")


def test_given_back_it_serves_another(database: Database, token: FormToken) -> None:
    with database.writing() as session:
        spend(session, token, "refused")
        give_back(session, token)
        assert spend(session, token, "corrected")


def test_nonces_are_kept_until_their_tokens_expire(
    database: Database, token: FormToken, clock: Clock, offset: FakeOffset
) -> None:
    with database.writing() as session:
        spend(session, token, "first")
    for hours, left in ((23, 1), (2, 0)):
        offset.move(hours=hours)
        with database.writing() as session:
            forget_old(session, now=clock.now())
            assert session.scalar(select(func.count()).select_from(SpentNonce)) == left


def test_what_is_refused_may_be_corrected_and_what_broke_may_only_be_repeated(
    database: Database, token: FormToken
) -> None:
    with pytest.raises(FormTokenMissing), serving(database, token, "refused"):
        raise FormTokenMissing
    with pytest.raises(RuntimeError), serving(database, token, "broke"):
        raise RuntimeError
    with pytest.raises(FormTokenSpent), serving(database, token, "another"):
        pytest.fail("the token serves one request")
    with serving(database, token, "broke"):
        pass


def test_a_refused_repeat_does_not_give_back_what_the_first_has_used(database: Database, token: FormToken) -> None:
    with serving(database, token, "first"):
        pass
    with pytest.raises(FormTokenMissing), serving(database, token, "first"):
        raise FormTokenMissing
    with pytest.raises(FormTokenSpent), serving(database, token, "second"):
        pytest.fail("the token serves one request")
