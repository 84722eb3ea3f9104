"""How an import stands, and what keeps it from going on."""

from __future__ import annotations

from services.effects.kinds import EffectKind
from services.effects.models import Effect
from services.finance.imports import find_latest_import, find_trouble, request_import
from services.finance.words import ImportStatus, ImportTrouble
from services.jobs.outcomes import fail, postpone_or_fail
from services.payments.errors import PaymentsUnavailable
from tests.worlds import World


def test_the_latest_import_is_found_with_its_trouble(world: World) -> None:
    with world.database.reading() as session:
        assert find_latest_import(session) is None
    world.imports()
    world.passes(minutes=1)
    with world.database.writing() as session:
        now = world.outside.clock.now()
        asked = request_import(session, requested_by="staff:test", starts_over=False, now=now)
        assert find_latest_import(session) == asked
        assert (asked.status, asked.requested_by) == (ImportStatus.QUEUED, "staff:test")
        assert find_trouble(session, asked.id) is None
        effect = session.get_one(Effect, f"{EffectKind.IMPORT_FROM_STRIPE}:{asked.id}")
        postpone_or_fail(session, effect, PaymentsUnavailable(), now=now)
        assert find_trouble(session, asked.id) is ImportTrouble.TRYING_AGAIN
        fail(session, effect, "KeyError", now=now)
        assert find_trouble(session, asked.id) is ImportTrouble.GIVEN_UP
