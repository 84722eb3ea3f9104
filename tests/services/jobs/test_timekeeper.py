"""The schedule is kept by one worker, each entry in its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.jobs.leases import lease_maker
from services.jobs.schedule import Scheduled
from services.jobs.timekeeper import Timekeeper
from services.outside import Outside


def test_only_the_holder_of_the_lease_keeps_the_schedule(outside: Outside) -> None:
    lease_of = lease_maker(outside.database, outside.settings.var_dir)
    runs: list[str] = []

    def keeper(name: str) -> Timekeeper:
        entry = Scheduled("often", timedelta(), lambda _: runs.append(name))
        return Timekeeper(outside, [entry], lease_of("schedule"))

    first, second = keeper("first"), keeper("second")
    for each in (first, second, first):
        each.keep()
    assert runs == ["first", "first"]
    first.close()
    third = keeper("third")
    third.keep()
    assert runs[-1] == "third"
    third.close()


def test_an_entry_waits_for_its_interval_and_for_nobodys_trouble(outside: Outside) -> None:
    lease = lease_maker(outside.database, outside.settings.var_dir)("schedule")
    runs: list[str] = []
    rare = Scheduled("rare", timedelta(hours=1), lambda _: runs.append("rare"))
    often = replace(rare, name="often", every=timedelta(), run=lambda _: runs.append("often"))
    broken = replace(often, name="broken", run=lambda _: runs.remove("nothing"))
    keeper = Timekeeper(outside, [broken, rare, often], lease)
    keeper.keep()
    keeper.keep()
    keeper.close()
    assert runs == ["rare", "often", "often"]
