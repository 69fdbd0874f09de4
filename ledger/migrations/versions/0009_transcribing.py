"""Transcription: since when a claim stands, who waits for a call, another model for it; throughput by time."""

import sqlalchemy as sa
from alembic import op

import ledger.tables

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("calls", sa.Column("claimed_at", ledger.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("wanted_at", ledger.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("asked_at", ledger.tables.UtcDateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("asked_model", sa.String(length=128), nullable=True))
    op.create_index("ix_stages_started_at", "stages", ["started_at"])


def downgrade() -> None:
    op.drop_index("ix_stages_started_at", "stages")
    for column in ("asked_model", "asked_at", "wanted_at", "claimed_at"):
        op.drop_column("calls", column)
