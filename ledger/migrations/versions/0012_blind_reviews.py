"""Blind reviews: rounds, their calls, who judges which, what was submitted."""

import sqlalchemy as sa
from alembic import op

import ledger.tables

revision = "0012"
down_revision = "0011"

TIME = ledger.tables.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "blind_rounds",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("opens_at", TIME, nullable=False),
        sa.Column("closes_at", TIME, nullable=True),
        sa.Column("closed_at", TIME, nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.Column("expert_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["expert_id"], ["users.id"], name=op.f("fk_blind_rounds_expert_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_rounds")),
    )
    op.create_table(
        "blind_calls",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_blind_calls_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["blind_rounds.id"], name=op.f("fk_blind_calls_round_id_blind_rounds")
        ),
        sa.PrimaryKeyConstraint("round_id", "call_id", name=op.f("pk_blind_calls")),
    )
    op.create_index(op.f("ix_blind_calls_call_id"), "blind_calls", ["call_id"])
    op.create_table(
        "blind_tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_blind_tasks_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["blind_rounds.id"], name=op.f("fk_blind_tasks_round_id_blind_rounds")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_blind_tasks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_tasks")),
        sa.UniqueConstraint("round_id", "call_id", "user_id", "occasion", name="uq_blind_tasks_occasion"),
    )
    op.create_index(op.f("ix_blind_tasks_call_id"), "blind_tasks", ["call_id"])
    op.create_index("ix_blind_tasks_user_id_round_id", "blind_tasks", ["user_id", "round_id"])
    op.create_table(
        "blind_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("verdicts", sa.JSON(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.Column("machine", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["task_id"], ["blind_tasks.id"], name=op.f("fk_blind_reviews_task_id_blind_tasks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blind_reviews")),
    )
    op.create_index(op.f("ix_blind_reviews_task_id"), "blind_reviews", ["task_id"])
    op.create_index(op.f("ix_blind_reviews_submitted_at"), "blind_reviews", ["submitted_at"])


def downgrade() -> None:
    for table in ("blind_reviews", "blind_tasks", "blind_calls", "blind_rounds"):
        op.drop_table(table)
