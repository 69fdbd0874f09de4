"""Reasons and undoing of decisions, marks, added findings, corrections of transcripts, drafts."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    with op.batch_alter_table("reviews") as table:
        table.add_column(sa.Column("reason", sa.String(length=16), nullable=False, server_default=""))
    op.create_table(
        "undone_reviews",
        sa.Column("review_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _key("undone_reviews", "review_id", "reviews.id"),
        _key("undone_reviews", "user_id", "users.id"),
        sa.PrimaryKeyConstraint("review_id", name="pk_undone_reviews"),
    )
    op.create_table(
        "review_marks",
        *_made_by_somebody("review_marks"),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("praise", sa.Text(), nullable=False),
    )
    op.create_index("ix_review_marks_call_id_user_id", "review_marks", ["call_id", "user_id"])
    op.create_table(
        "added_findings",
        *_made_by_somebody("added_findings"),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("most_points", sa.Float(), nullable=True),
        sa.Column("dimension", sa.String(length=8), nullable=False),
        sa.Column("is_fatal", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
    )
    op.create_index("ix_added_findings_call_id", "added_findings", ["call_id"])
    op.create_table(
        "corrections",
        *_made_by_somebody("corrections"),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        _key("corrections", "transcript_id", "transcripts.id"),
    )
    op.create_index("ix_corrections_call_id", "corrections", ["call_id"])
    op.create_index("ix_corrections_transcript_id_turn", "corrections", ["transcript_id", "turn"])
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _key("drafts", "user_id", "users.id"),
        _key("drafts", "call_id", "calls.id"),
        sa.PrimaryKeyConstraint("user_id", "call_id", name="pk_drafts"),
    )


def downgrade() -> None:
    for table in ("drafts", "corrections", "added_findings", "review_marks", "undone_reviews"):
        op.drop_table(table)
    with op.batch_alter_table("reviews") as changed:
        changed.drop_column("reason")


def _made_by_somebody(table: str) -> list[sa.Column[Any] | sa.Constraint]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _key(table, "call_id", "calls.id"),
        _key(table, "user_id", "users.id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}_{target.partition('.')[0]}")
