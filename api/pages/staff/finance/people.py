"""Who did something, by name: the books and the audit log name people and keys by id alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from services.people.actors import names_of_actors

ITSELF = "Setlist, by itself"


def names_of(session: Session, actors: Iterable[str]) -> Mapping[str, str]:
    """By the actor; what the worker did, nobody did."""
    wanted = set(actors)
    named = names_of_actors(session, wanted)
    return {actor: named.get(actor) or (ITSELF if actor.startswith("worker:") else actor) for actor in wanted}


def name_of(session: Session, actor: str) -> str:
    return names_of(session, [actor])[actor]
