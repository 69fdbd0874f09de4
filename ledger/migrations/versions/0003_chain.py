"""The recordings' chain, the sealed facts, what checks found."""

import sqlalchemy as sa
from alembic import op

import ledger.tables

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "chain",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("audio_sha256", sa.String(length=64), nullable=True),
        sa.Column("facts_sha256", sa.String(length=64), nullable=True),
        sa.Column("prev_sha256", sa.String(length=64), nullable=False),
        sa.Column("link_sha256", sa.String(length=64), nullable=False),
        sa.Column("at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "number", name=op.f("pk_chain")),
    )
    op.create_index("ix_chain_call_id", "chain", ["call_id"], unique=False)
    op.create_table(
        "sealed_facts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", "number", name=op.f("pk_sealed_facts")),
    )
    op.create_index("ix_sealed_facts_call_id", "sealed_facts", ["call_id"], unique=False)
    op.create_table(
        "checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("clean", sa.Boolean(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checks")),
    )
    op.create_index("ix_checks_at", "checks", ["at"], unique=False)


def downgrade() -> None:
    op.drop_table("checks")
    op.drop_table("sealed_facts")
    op.drop_table("chain")
