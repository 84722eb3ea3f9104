"""Stripe's events are found by what they are about."""

from __future__ import annotations

from alembic import op

from services.database.triggers import create_all_triggers

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index(op.f("ix_stripe_events_object_id"), "stripe_events", ["object_id"], unique=False)

    create_all_triggers(op.get_bind())
