"""Places asked for and never paid keep others out: one address, and one network, may ask for so many an hour."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.outside import Outside
from services.requests.counts import Quota, count

HOUR = timedelta(hours=1)


def count_places(
    session: Session, outside: Outside, email: str, network: str | None, places: int, *, now: datetime
) -> None:
    """Count what a booking asks for; raises TooManyPlacesAsked."""
    settings, keyring = outside.settings, outside.keyring
    subjects = {Quota("places_of_address", settings.limit_places_an_hour, HOUR): keyring.address_hash(email)}
    if network is not None:
        everybody_there = Quota("places_of_network", settings.limit_network_places_an_hour, HOUR)
        subjects[everybody_there] = keyring.network_hash(network)
    count(session, subjects, places, now=now)
