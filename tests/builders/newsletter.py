"""Topics and the wording in force."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.ids import new_id
from services.newsletter.models import Topic, Wording
from services.newsletter.words import LawfulBasis
from services.tokens import sha256_hex
from tests.builders.dates import LONG_AGO


def a_topic(session: Session, *, slug: str = "news", name: str = "News", position: int = 1) -> str:
    """The topic's slug."""
    session.add(
        Topic(
            slug=slug,
            name=name,
            description=f"{name} from Larkfield",
            lawful_basis=LawfulBasis.CONSENT,
            position=position,
        )
    )
    session.flush()
    return slug


def a_wording(session: Session, *, text: str = "Send me the newsletter.", in_force_from: datetime = LONG_AGO) -> UUID:
    """The wording's id."""
    wording = Wording(
        id=new_id(),
        text=text,
        text_sha256=sha256_hex(text),
        language="en",
        privacy_notice_version="2026-01",
        in_force_from=in_force_from,
    )
    session.add(wording)
    session.flush()
    return wording.id
