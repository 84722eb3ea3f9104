"""Slugs: one set each, and a slug that was given up leads on to the set that had it."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from services.database.writes import insert_once
from services.sets.catalogue import SHOWN
from services.sets.errors import SlugTaken
from services.sets.models import FormerSlug, LearningSet


def require_free(session: Session, slug: str) -> None:
    """Raises SlugTaken. A former slug that is used again leads nowhere else from now on."""
    if session.scalar(select(LearningSet.id).where(LearningSet.slug == slug)) is not None:
        raise SlugTaken
    session.execute(delete(FormerSlug).where(FormerSlug.slug == slug))


def rename(session: Session, learning_set: LearningSet, slug: str) -> None:
    """Give the set another slug; raises SlugTaken."""
    require_free(session, slug)
    insert_once(session, FormerSlug, slug=learning_set.slug, learning_set_id=learning_set.id)
    learning_set.slug = slug
    flush_slug(session)


def flush_slug(session: Session) -> None:
    """Write the set; raises SlugTaken where another took its slug since `require_free` looked."""
    try:
        session.flush()
    except IntegrityError as error:
        if "slug" in str(error.orig):
            raise SlugTaken from error
        raise


def find_present_slug(session: Session, former: str) -> str | None:
    """By what a published set that once had this slug is found now."""
    query = (
        select(LearningSet.slug)
        .join(FormerSlug, FormerSlug.learning_set_id == LearningSet.id)
        .where(FormerSlug.slug == former, LearningSet.status.in_(SHOWN))
    )
    return session.scalar(query)
