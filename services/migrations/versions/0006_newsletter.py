"""Topics, subscriptions, consent and what visitors asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database.triggers import create_all_triggers

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "address_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("wish", sa.String(length=40), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_requests")),
    )

    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pushed_version", sa.Integer(), nullable=False),
        sa.Column("push_lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_mailchimp_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_subscriptions_address_hash")),
        sa.UniqueConstraint("email", name=op.f("uq_subscriptions_email")),
    )

    op.create_table(
        "topics",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("lawful_basis", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_topics")),
    )

    op.create_table(
        "wordings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("privacy_notice_version", sa.String(length=40), nullable=False),
        sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wordings")),
    )

    op.create_table(
        "confirmations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("wording_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.String(length=80), nullable=False),
        sa.Column("page_origin", sa.String(length=300), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_confirmations_subscription_id_subscriptions")
        ),
        sa.ForeignKeyConstraint(["wording_id"], ["wordings.id"], name=op.f("fk_confirmations_wording_id_wordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmations")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_confirmations_token_sha256")),
    )
    op.create_index(op.f("ix_confirmations_subscription_id"), "confirmations", ["subscription_id"], unique=False)

    op.create_table(
        "consent_records",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("subject_hash", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("lawful_basis", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wording_id", sa.Uuid(), nullable=True),
        sa.Column("privacy_notice_version", sa.String(length=40), nullable=True),
        sa.Column("form_id", sa.String(length=80), nullable=True),
        sa.Column("page_origin", sa.String(length=300), nullable=True),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=True),
        sa.Column("record_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["wording_id"], ["wordings.id"], name=op.f("fk_consent_records_wording_id_wordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_records")),
    )
    op.create_index("uq_consent_records_chain", "consent_records", ["subscription_id", "number"], unique=True)

    op.create_table(
        "leave_links",
        sa.Column("id_sha256", sa.String(length=64), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_leave_links_subscription_id_subscriptions")
        ),
        sa.PrimaryKeyConstraint("id_sha256", name=op.f("pk_leave_links")),
    )
    op.create_index(op.f("ix_leave_links_subscription_id"), "leave_links", ["subscription_id"], unique=False)

    op.create_table(
        "sign_up_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("wording_id", sa.Uuid(), nullable=False),
        sa.Column("form_id", sa.String(length=80), nullable=False),
        sa.Column("page_origin", sa.String(length=300), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["wording_id"], ["wordings.id"], name=op.f("fk_sign_up_requests_wording_id_wordings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_up_requests")),
    )
    op.create_index(
        "ix_sign_up_requests_address_hash", "sign_up_requests", ["address_hash", "requested_at"], unique=False
    )

    op.create_table(
        "subscription_topics",
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("topic_slug", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscriptions.id"], name=op.f("fk_subscription_topics_subscription_id_subscriptions")
        ),
        sa.ForeignKeyConstraint(["topic_slug"], ["topics.slug"], name=op.f("fk_subscription_topics_topic_slug_topics")),
        sa.PrimaryKeyConstraint("subscription_id", "topic_slug", name=op.f("pk_subscription_topics")),
    )

    create_all_triggers(op.get_bind())
