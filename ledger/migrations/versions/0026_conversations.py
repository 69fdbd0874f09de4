"""Conversations with operators, and what pages ask of running calls."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0026"
down_revision = "0025"

_UNSETTLED = sa.text("outcome IS NULL")


def upgrade() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("known", sa.JSON(), nullable=False),
        sa.Column("wrap_up", sa.String(length=32), nullable=True),
        sa.Column("wrapped_up_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_conversations_call_id_calls"),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
    )
    op.create_index("ix_conversations_call_id", "conversations", ["call_id"])
    op.create_index("ix_conversations_desk_began_at", "conversations", ["desk", "began_at"])
    op.create_index("ix_conversations_operator_id", "conversations", ["operator", "id"])
    op.create_table(
        "call_wishes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_wishes_call_id_calls"),
        sa.PrimaryKeyConstraint("id", name="pk_call_wishes"),
    )
    op.create_index("ix_call_wishes_call_id", "call_wishes", ["call_id"])
    op.create_index(
        "ix_call_wishes_unsettled",
        "call_wishes",
        ["id"],
        sqlite_where=_UNSETTLED,
        postgresql_where=_UNSETTLED,
    )


def downgrade() -> None:
    op.drop_table("call_wishes")
    op.drop_table("conversations")
