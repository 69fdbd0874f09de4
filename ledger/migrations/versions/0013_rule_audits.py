"""The measured error of rules: what content of a rule judged, standings, canary calls."""

import sqlalchemy as sa
from alembic import op

import ledger.tables

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("findings", sa.Column("rule_hash", sa.String(length=16), nullable=True))
    op.add_column("findings", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "rule_standings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pack", sa.String(length=64), nullable=False),
        sa.Column("pack_version", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("rule_hash", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=True),
        sa.Column("flagged", sa.Integer(), nullable=False),
        sa.Column("rightly", sa.Integer(), nullable=False),
        sa.Column("lower_bound", sa.Float(), nullable=True),
        sa.Column("precision_floor", sa.Float(), nullable=False),
        sa.Column("since", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("counted_from", ledger.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_standings")),
    )
    op.create_index("ix_rule_standings_pack_rule", "rule_standings", ["pack", "rule"])
    op.create_table(
        "canary_calls",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sip_call_id", sa.String(length=255), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("dialogue", sa.String(length=64), nullable=False),
        sa.Column("hotline", sa.String(length=64), nullable=False),
        sa.Column("truth", sa.JSON(), nullable=False),
        sa.Column("placed_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("settled_at", ledger.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("missed", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_canary_calls_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canary_calls")),
        sa.UniqueConstraint("call_id", name=op.f("uq_canary_calls_call_id")),
        sa.UniqueConstraint("sip_call_id", name=op.f("uq_canary_calls_sip_call_id")),
    )
    for column in ("dialogue", "outcome", "placed_at"):
        op.create_index(op.f(f"ix_canary_calls_{column}"), "canary_calls", [column])


def downgrade() -> None:
    op.drop_table("canary_calls")
    op.drop_table("rule_standings")
    with op.batch_alter_table("findings") as table:
        table.drop_column("held")
        table.drop_column("rule_hash")
