"""What people decide on the findings of later parts."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.create_table(
        "later_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("undone_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["scorecard_id"], ["later_scorecards.id"], name="fk_later_reviews_scorecard_id_later_scorecards"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_later_reviews_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_later_reviews"),
    )
    op.create_index("ix_later_reviews_scorecard_id_number", "later_reviews", ["scorecard_id", "number"])


def downgrade() -> None:
    op.drop_table("later_reviews")
