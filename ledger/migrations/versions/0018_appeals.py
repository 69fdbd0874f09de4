"""Publications as operators were shown them, and appeals against them."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("scorecard_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["cases.call_id"], name="fk_publications_call_id_cases"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_publications_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
    )
    op.create_index("ix_publications_call_id", "publications", ["call_id"])
    op.create_table(
        "appeals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("publication_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("rulings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["cases.call_id"], name="fk_appeals_call_id_cases"),
        sa.ForeignKeyConstraint(
            ["publication_id"], ["publications.id"], name="fk_appeals_publication_id_publications"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_appeals_user_id_users"),
        sa.ForeignKeyConstraint(["decided_by_id"], ["users.id"], name="fk_appeals_decided_by_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
        sa.UniqueConstraint("publication_id", name="uq_appeals_publication_id"),
    )
    op.create_index("ix_appeals_call_id", "appeals", ["call_id"])


def downgrade() -> None:
    op.drop_table("appeals")
    op.drop_table("publications")
