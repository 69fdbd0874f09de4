"""Sales and enquiries."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "enquiries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("service", sa.String(length=64), nullable=False),
        sa.Column("branch_id", sa.Integer(), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("entered_by", sa.String(length=128), nullable=False),
        sa.ForeignKeyConstraint(["branch_id"], ["branches.id"], name="fk_enquiries_branch_id_branches"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_enquiries_call_id_calls"),
        sa.PrimaryKeyConstraint("id", name="pk_enquiries"),
    )
    op.create_index("ix_enquiries_at_id", "enquiries", ["at", "id"])
    op.create_index("ix_enquiries_call_id", "enquiries", ["call_id"])


def downgrade() -> None:
    op.drop_table("enquiries")
