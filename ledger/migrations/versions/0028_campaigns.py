"""Campaigns of call-backs, the people to be called, each attempt, and who is not called."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0028"
down_revision = "0027"

RUNS = sa.text("ended_at IS NULL")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("greeting", sa.String(length=64), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("pauses_s", sa.JSON(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("earliest_s", sa.Float(), nullable=False),
        sa.Column("limit_s", sa.Float(), nullable=False),
        sa.Column("takes_tickets", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=128), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
    )
    op.create_table(
        "campaign_people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("due_from", UtcDateTime(), nullable=False),
        sa.Column("due_until", UtcDateTime(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reached_at", UtcDateTime(), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("told_at", UtcDateTime(), nullable=True),
        _to("campaign_people", "campaign_id", "campaigns"),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_people"),
    )
    op.create_index("ix_campaign_people_state_next_at", "campaign_people", ["state", "next_at"])
    op.create_index("ix_campaign_people_campaign_id_state", "campaign_people", ["campaign_id", "state"])
    op.create_index("ix_campaign_people_ticket", "campaign_people", ["ticket"])
    op.create_index(
        "uq_campaign_people_campaign_id_number_ticket",
        "campaign_people",
        ["campaign_id", "number", "ticket"],
        unique=True,
    )
    op.create_table(
        "campaign_attempts",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        _to("campaign_attempts", "call_id", "calls"),
        _to("campaign_attempts", "person_id", "campaign_people"),
        _to("campaign_attempts", "campaign_id", "campaigns"),
        sa.PrimaryKeyConstraint("call_id", name="pk_campaign_attempts"),
    )
    op.create_index(
        "uq_campaign_attempts_number",
        "campaign_attempts",
        ["number"],
        unique=True,
        sqlite_where=RUNS,
        postgresql_where=RUNS,
    )
    op.create_index("ix_campaign_attempts_person_id", "campaign_attempts", ["person_id"])
    op.create_index("ix_campaign_attempts_campaign_id", "campaign_attempts", ["campaign_id"])
    op.create_table(
        "do_not_call",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.String(length=128), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        _to("do_not_call", "call_id", "calls"),
        sa.PrimaryKeyConstraint("number", name="pk_do_not_call"),
    )


def downgrade() -> None:
    for table in ("do_not_call", "campaign_attempts", "campaign_people", "campaigns"):
        op.drop_table(table)
