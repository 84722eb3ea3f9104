"""`setlist staff`."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.commands import staff
from services.audit.models import AuditEntry
from services.database import Database
from services.people.models import StaffMember
from tests.builders.staff import GRACE

ADD = ["add", GRACE, "--name", "Grace Lee", "--scopes", "finance:read,finance:write"]


@pytest.fixture(autouse=True)
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "a secret for tests, 32 characters")
    monkeypatch.setenv("ADDRESS_PEPPER", "a pepper for tests, 32 characters")


def scopes(database: Database) -> list[str]:
    with database.reading() as session:
        return session.scalars(select(StaffMember.scopes).where(StaffMember.left_at.is_(None))).one()


def test_a_member_is_added_listed_and_removed(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert staff.main(ADD) == 0
    assert scopes(database) == ["finance:read", "finance:write"]
    capsys.readouterr()
    assert staff.main(["list"]) == 0
    assert capsys.readouterr().out == f"{GRACE}  Grace Lee  finance:read,finance:write\n"
    assert staff.main(["remove", GRACE]) == 0
    capsys.readouterr()
    assert staff.main(["list"]) == 0
    assert capsys.readouterr().out == ""


def test_adding_somebody_again_changes_their_scopes(database: Database) -> None:
    staff.main(ADD)
    staff.main(["add", GRACE.upper(), "--name", "Grace Lee", "--scopes", "sets:read"])
    assert scopes(database) == ["sets:read"]


def test_whoever_is_not_on_the_list_cannot_be_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert staff.main(["remove", GRACE]) == 1
    assert "not on the staff list" in capsys.readouterr().err


def test_the_audit_log_says_that_the_operator_did_it_and_keeps_no_address(database: Database) -> None:
    staff.main(ADD)
    with database.reading() as session:
        entry = session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.action) == ("operator", "staff.added")
    assert GRACE not in str(vars(entry))


@pytest.mark.parametrize(
    "wrong",
    [
        ["add", "grace", "--name", "Grace", "--scopes", "all"],
        ["add", GRACE, "--name", "Grace\nLee", "--scopes", "all"],
        ["add", GRACE, "--name", "Grace", "--scopes", "finance"],
        ["add", GRACE, "--name", "Grace"],
        [],
    ],
)
def test_what_is_wrong_is_said_and_nothing_done(
    database: Database, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        staff.main(wrong)
    assert "usage" in capsys.readouterr().err
    with database.reading() as session:
        assert session.scalars(select(StaffMember)).all() == []
