"""`setlist keys`."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.commands import keys
from services.access.errors import Unauthenticated
from services.access.keys import Scope, get_site, get_staff_key
from services.audit.models import AuditEntry
from services.clock import Clock
from services.database import Database

ORIGIN = "https://www.example.org"
SITE = ["site", "Our website", ORIGIN]
STAFF = ["staff", "The office", "finance:read", "--days", "30"]
NO_ORIGINS = [
    "https://www.example.org/",
    "https://www.example.org/page",
    "*",
    "not an origin",
    "www.example.org",
    "https://",
    "https://www.example.org:443",
    "https://www.example.org:99999",
    "https://WWW.example.org",
    "https://ada@www.example.org",
    "https://b\u00fccher.example",
    "ftp://www.example.org",
    "null",
]


@pytest.fixture(autouse=True)
def settings(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("SECRET_KEY", "a secret for tests, 32 characters")
    monkeypatch.setenv("ADDRESS_PEPPER", "a pepper for tests, 32 characters")


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("origin", NO_ORIGINS)
def test_what_no_browser_calls_a_website_is_refused(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        keys.main([*SITE, origin])
    assert refused.value.code == 2
    assert "not an origin" in capsys.readouterr().err


def test_a_websites_key_works_from_its_origins(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert keys.main([*SITE, "http://localhost:8001"]) == 0
    with database.reading() as session:
        known = get_site(session, capsys.readouterr().out.strip())
    assert known.origins == {ORIGIN, "http://localhost:8001"}


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("days", ["0", "-3", "1.5", "x", "3651", ""])
def test_a_key_for_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(SystemExit) as refused:
        keys.main(["staff", "The office", "all", f"--days={days}"])
    assert refused.value.code == 2


def test_a_revoked_key_opens_nothing_and_the_audit_log_tells_its_life(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    keys.main(SITE)
    keys.main(STAFF)
    site, staff = capsys.readouterr().out.split()
    with database.reading() as session:
        assert get_staff_key(session, staff, now=Clock().now()).scopes == {Scope.FINANCE_READ}
    for name in ("Our website", "The office"):
        assert keys.main(["revoke", name]) == 0
    with database.reading() as session:
        with pytest.raises(Unauthenticated):
            get_site(session, site)
        with pytest.raises(Unauthenticated):
            get_staff_key(session, staff, now=Clock().now())
        audited = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.actor, entry.action, entry.subject_type, entry.facts) for entry in audited] == [
        ("operator", "key.made", "site", {"origins": [ORIGIN]}),
        ("operator", "key.made", "staff", {"scopes": ["finance:read"]}),
        ("operator", "key.revoked", "site", {}),
        ("operator", "key.revoked", "staff", {}),
    ]


def test_a_name_that_no_key_in_use_has_cannot_be_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    keys.main(SITE)
    assert [keys.main(["revoke", "Our website"]), keys.main(["revoke", "Our website"])] == [0, 1]
    assert "No key in use" in capsys.readouterr().err


def test_a_name_is_one_keys_until_that_is_revoked(capsys: pytest.CaptureFixture[str]) -> None:
    keys.main(SITE)
    assert keys.main(["staff", "Our website", "all"]) == 1
    assert "has this name" in capsys.readouterr().err
    keys.main(["revoke", "Our website"])
    assert keys.main(["staff", "Our website", "all"]) == 0


def test_the_list_tells_what_each_key_opens_and_nothing_secret(capsys: pytest.CaptureFixture[str]) -> None:
    keys.main(SITE)
    keys.main(STAFF)
    keys.main(["staff", "The accountant", "finance:read"])
    keys.main(["revoke", "The accountant"])
    capsys.readouterr()
    assert keys.main(["list"]) == 0
    told = capsys.readouterr().out
    site, staff, revoked = told.splitlines()
    assert site == f"site   Our website  {ORIGIN}  in use"
    assert staff.startswith("staff  The office  finance:read  in use until ")
    assert revoked.startswith("staff  The accountant  finance:read  revoked ")
    assert "setlist_" not in told
