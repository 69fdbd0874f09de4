"""What the norms say of the later conversations of a transferred call."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0036"
down_revision = "0035"

_FLAGGED = sa.text("flag_count > 0")


def upgrade() -> None:
    op.create_table(
        "later_scorecards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("transcript_id", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=True),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("pack_version", sa.String(length=32), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.Column("flag_count", sa.Integer(), nullable=False),
        sa.Column("limits", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_later_scorecards_conversation_id_conversations",
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_later_scorecards_call_id_calls"),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcripts.id"], name="fk_later_scorecards_transcript_id_transcripts"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_later_scorecards"),
    )
    op.create_index("ix_later_scorecards_conversation_id_id", "later_scorecards", ["conversation_id", "id"])
    op.create_index("ix_later_scorecards_operator_id", "later_scorecards", ["operator", "id"])
    op.create_index("ix_later_scorecards_call_id", "later_scorecards", ["call_id"])
    op.create_index(
        "ix_later_scorecards_flagged",
        "later_scorecards",
        ["conversation_id", "id"],
        sqlite_where=_FLAGGED,
        postgresql_where=_FLAGGED,
    )


def downgrade() -> None:
    op.drop_table("later_scorecards")
