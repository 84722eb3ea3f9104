"""The canary notices another pepper."""

from __future__ import annotations

import pytest

from services.database import Database
from services.suppression.canary import find_proof, require_same_pepper, touch
from services.suppression.errors import PepperChanged


def test_the_first_pepper_is_noted_and_any_other_refused(database: Database) -> None:
    with database.writing() as session:
        assert find_proof(session) is None
        require_same_pepper(session, "one")
        require_same_pepper(session, "one")
        with pytest.raises(PepperChanged):
            require_same_pepper(session, "other")
        touch(session)
        assert find_proof(session) == "one"
