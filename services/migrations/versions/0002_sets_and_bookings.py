"""People, learning sets and bookings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.database.triggers import create_all_triggers

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "ground_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground_rules")),
    )

    op.create_table(
        "organisations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("income_band", sa.String(length=40), nullable=True),
        sa.Column("charity_number", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )

    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("email", name=op.f("uq_persons_email")),
    )

    op.create_table(
        "terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
    )

    op.create_table(
        "learning_sets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.String(length=500), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("format", sa.String(length=40), nullable=False),
        sa.Column("location", sa.String(length=300), nullable=True),
        sa.Column("joining_link", sa.String(length=500), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("timezone", sa.String(length=60), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=40), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("minimum_numbers", sa.Integer(), nullable=True),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolment_opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("enrolment_closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.Column("ground_rules_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("taken <= capacity", name=op.f("ck_learning_sets_taken_within_capacity")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_learning_sets_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["ground_rules_id"], ["ground_rules.id"], name=op.f("fk_learning_sets_ground_rules_id_ground_rules")
        ),
        sa.ForeignKeyConstraint(["terms_id"], ["terms.id"], name=op.f("fk_learning_sets_terms_id_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learning_sets")),
        sa.UniqueConstraint("slug", name=op.f("uq_learning_sets_slug")),
    )
    op.create_index("ix_learning_sets_listing", "learning_sets", ["status", "starts_at", "id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("token_sha256", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_sign_in_links_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_sign_in_links_token_sha256")),
    )
    op.create_index(op.f("ix_sign_in_links_person_id"), "sign_in_links", ["person_id"], unique=False)

    op.create_table(
        "facilitators",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learning_set_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["learning_set_id"], ["learning_sets.id"], name=op.f("fk_facilitators_learning_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilitators")),
    )

    op.create_table(
        "former_slugs",
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("learning_set_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learning_set_id"], ["learning_sets.id"], name=op.f("fk_former_slugs_learning_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_former_slugs")),
    )
    op.create_index(op.f("ix_former_slugs_learning_set_id"), "former_slugs", ["learning_set_id"], unique=False)

    op.create_table(
        "prices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learning_set_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("gross_minor", sa.Integer(), nullable=False),
        sa.Column("net_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("vat_code", sa.String(length=4), nullable=False),
        sa.Column("vat_rate_percent", sa.String(length=8), nullable=False),
        sa.Column("vat_reason", sa.String(length=200), nullable=True),
        sa.Column("payment_methods", sa.JSON(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nominal_code", sa.String(length=20), nullable=False),
        sa.Column("cost_centre", sa.String(length=20), nullable=True),
        sa.CheckConstraint("gross_minor >= 0", name=op.f("ck_prices_gross_not_negative")),
        sa.CheckConstraint("net_minor >= 0 AND net_minor <= gross_minor", name=op.f("ck_prices_net_within_gross")),
        sa.ForeignKeyConstraint(
            ["learning_set_id"], ["learning_sets.id"], name=op.f("fk_prices_learning_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prices")),
    )
    op.create_index("ix_prices_learning_set_id", "prices", ["learning_set_id"], unique=False)

    op.create_table(
        "set_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learning_set_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["learning_set_id"], ["learning_sets.id"], name=op.f("fk_set_sessions_learning_set_id_learning_sets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_sessions")),
        sa.UniqueConstraint("learning_set_id", "number", name=op.f("uq_set_sessions_learning_set_id_number")),
    )

    op.create_table(
        "bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("learning_set_id", sa.Uuid(), nullable=False),
        sa.Column("price_id", sa.Uuid(), nullable=False),
        sa.Column("booker_id", sa.Uuid(), nullable=False),
        sa.Column("booker_name", sa.String(length=120), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("site_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("payment_method", sa.String(length=40), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("price_name", sa.String(length=120), nullable=False),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("gross_minor", sa.Integer(), nullable=False),
        sa.Column("net_minor", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("vat_code", sa.String(length=4), nullable=False),
        sa.Column("vat_rate_percent", sa.String(length=8), nullable=False),
        sa.Column("vat_reason", sa.String(length=200), nullable=True),
        sa.Column("nominal_code", sa.String(length=20), nullable=False),
        sa.Column("cost_centre", sa.String(length=20), nullable=True),
        sa.Column("terms_id", sa.Uuid(), nullable=True),
        sa.Column("ground_rules_id", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purchase_order", sa.String(length=60), nullable=True),
        sa.Column("return_url", sa.Text(), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_extended", sa.Boolean(), nullable=False),
        sa.Column("payment_pending", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("places >= 1", name=op.f("ck_bookings_places_positive")),
        sa.CheckConstraint("total_minor >= 0", name=op.f("ck_bookings_total_not_negative")),
        sa.ForeignKeyConstraint(["booker_id"], ["persons.id"], name=op.f("fk_bookings_booker_id_persons")),
        sa.ForeignKeyConstraint(
            ["ground_rules_id"], ["ground_rules.id"], name=op.f("fk_bookings_ground_rules_id_ground_rules")
        ),
        sa.ForeignKeyConstraint(
            ["learning_set_id"], ["learning_sets.id"], name=op.f("fk_bookings_learning_set_id_learning_sets")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bookings_organisation_id_organisations")
        ),
        sa.ForeignKeyConstraint(["price_id"], ["prices.id"], name=op.f("fk_bookings_price_id_prices")),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_bookings_site_id_sites")),
        sa.ForeignKeyConstraint(["terms_id"], ["terms.id"], name=op.f("fk_bookings_terms_id_terms")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookings")),
    )
    op.create_index(
        "ix_bookings_held_until",
        "bookings",
        ["held_until"],
        unique=False,
        sqlite_where=sa.text("status = 'awaiting_payment'"),
        postgresql_where=sa.text("status = 'awaiting_payment'"),
    )
    op.create_index("ix_bookings_learning_set_id", "bookings", ["learning_set_id", "status"], unique=False)

    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_enrolments_booking_id_bookings")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_enrolments_person_id_persons")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("booking_id", "person_id", name=op.f("uq_enrolments_booking_id_person_id")),
    )
    op.create_index("ix_enrolments_person_id", "enrolments", ["person_id"], unique=False)

    create_all_triggers(op.get_bind())
