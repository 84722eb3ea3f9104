"""Terms and ground rules: immutable versions, accepted by id."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.ids import Prefix, to_public
from services.sets.errors import TermsOutOfDate


@dataclass(frozen=True)
class Accepted:
    """Which version of each text somebody accepts; None for a text the set lacks."""

    terms_id: UUID | None
    ground_rules_id: UUID | None


def require_in_force(accepted: Accepted, in_force: Accepted) -> None:
    """Refuse unless exactly the versions in force were accepted."""
    if accepted != in_force:
        raise TermsOutOfDate(
            {
                "terms": to_public(Prefix.TERMS, in_force.terms_id) if in_force.terms_id else None,
                "ground_rules": (
                    to_public(Prefix.GROUND_RULES, in_force.ground_rules_id) if in_force.ground_rules_id else None
                ),
            }
        )
