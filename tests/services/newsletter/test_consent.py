"""The consent record: complete, append-only, and a chain in which any change shows."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from services.database.models import PurgePermit
from services.database.triggers import create_all_triggers, trigger_names
from services.ids import new_id
from services.newsletter.consent import find_broken_chains
from services.newsletter.models import ConsentRecord
from services.newsletter.words import ConsentAction, ConsentMethod, LawfulBasis
from services.tokens import sha256_hex
from tests.newsletter_desk import Desk


def records(desk: Desk) -> list[ConsentRecord]:
    with desk.outside.database.reading() as session:
        return list(session.scalars(select(ConsentRecord).order_by(ConsentRecord.number)))


def broken(desk: Desk) -> int:
    with desk.outside.database.reading() as session:
        return len(find_broken_chains(session))


def test_a_record_says_who_when_how_and_what_they_were_told(desk: Desk) -> None:
    desk.subscribe("news")
    confirmed = records(desk)[-1]
    assert confirmed.subject_hash == desk.outside.keyring.address_hash("ada@example.org")
    assert (confirmed.channel, confirmed.topic) == ("email", "news")
    assert confirmed.lawful_basis is LawfulBasis.CONSENT
    assert confirmed.action is ConsentAction.CONFIRMED
    assert confirmed.at == desk.subscription().confirmed_at
    assert (confirmed.wording_id, confirmed.privacy_notice_version) == (desk.wording_id, "2026-01")
    assert (confirmed.form_id, confirmed.page_origin) == ("api:a-site", "https://larkfield.example")
    assert (confirmed.method, confirmed.actor) == (ConsentMethod.DOUBLE_OPT_IN, "subscriber")
    assert confirmed.token_sha256 == sha256_hex(desk.token())


def test_each_record_carries_the_hash_of_the_one_before(desk: Desk) -> None:
    desk.subscribe("news", "events")
    desk.leave()
    chain = records(desk)
    assert [record.number for record in chain] == [1, 2, 3, 4, 5, 6]
    assert [record.previous_sha256 for record in chain] == [None, *(record.record_sha256 for record in chain[:-1])]


def test_whole_chains_are_not_broken(desk: Desk) -> None:
    desk.subscribe("news", "events")
    desk.subscribe("training", email="ben@example.org")
    desk.leave()
    assert broken(desk) == 0


def test_the_database_refuses_to_change_a_record(desk: Desk) -> None:
    desk.subscribe()
    with pytest.raises(DBAPIError), desk.outside.database.writing() as session:
        session.execute(update(ConsentRecord).values(topic="events"))
    with pytest.raises(DBAPIError), desk.outside.database.writing() as session:
        session.execute(delete(ConsentRecord))


@pytest.mark.parametrize("change", [{"topic": "events"}, {"actor": "staff"}, {"number": 7}, {"page_origin": None}])
def test_a_record_altered_behind_our_back_shows(desk: Desk, change: dict[str, object]) -> None:
    desk.subscribe("news")
    desk.subscribe("news", email="ben@example.org")
    updated, _ = trigger_names("consent_records")
    with desk.outside.database.writing() as session:
        on = "" if desk.outside.database.is_sqlite else " ON consent_records"
        session.execute(text(f"DROP TRIGGER {updated}{on}"))
        first = session.scalars(select(ConsentRecord.id).where(ConsentRecord.number == 1)).first()
        session.execute(update(ConsentRecord).where(ConsentRecord.id == first).values(**change))
        create_all_triggers(session.connection())
    assert broken(desk) == 1


def test_a_record_taken_out_of_the_middle_shows(desk: Desk) -> None:
    desk.subscribe("news", "events")
    with desk.outside.database.writing() as session:
        session.add(PurgePermit(id=new_id(), reason="test", cut_off_at=desk.outside.clock.now()))
        session.flush()
        session.execute(delete(ConsentRecord).where(ConsentRecord.number == 2))
        session.execute(delete(PurgePermit))
    assert broken(desk) == 1
