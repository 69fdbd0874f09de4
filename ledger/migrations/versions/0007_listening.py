"""Playback and masking: the audit log, waveform peaks, kept originals, files that have to go."""

import sqlalchemy as sa
from alembic import op

import ledger.tables

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("action", sa.String(length=24), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("prev_sha256", sa.String(length=64), nullable=False),
        sa.Column("link_sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"])
    op.create_index(op.f("ix_audit_user_id"), "audit", ["user_id"])
    op.create_index("ix_audit_call_id_user_id", "audit", ["call_id", "user_id"])
    op.create_table(
        "peaks",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("levels", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_peaks_call_id_calls")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_peaks")),
    )
    op.create_table(
        "originals",
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("duration_s", sa.Float(), nullable=False),
        sa.Column("sample_rate_hz", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("sealed_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("rescued", sa.Boolean(), nullable=False),
        sa.Column("key_id", sa.String(length=16), nullable=True),
        sa.Column("archived_at", ledger.tables.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_originals_call_id_calls")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_originals")),
    )
    op.create_index(op.f("ix_originals_archived_at"), "originals", ["archived_at"])
    op.create_table(
        "discarded",
        sa.Column("path", sa.String(length=512), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_discarded")),
    )
    op.create_index(op.f("ix_discarded_call_id"), "discarded", ["call_id"])


def downgrade() -> None:
    for table in ("discarded", "originals", "peaks", "audit"):
        op.drop_table(table)
