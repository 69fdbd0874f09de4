"""Call centre: lines, queues, operators who come and go, the edge."""

import sqlalchemy as sa
from alembic import op

import ledger.tables

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "edge_counts",
        sa.Column("minute", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "verdict", name=op.f("pk_edge_counts")),
    )
    op.create_table(
        "lines",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("host", sa.String(length=64), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("started_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("starts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lines")),
    )
    op.create_table(
        "sip_secrets",
        sa.Column("user", sa.String(length=64), nullable=False),
        sa.Column("realm", sa.String(length=128), nullable=False),
        sa.Column("ha1", sa.String(length=32), nullable=False),
        sa.Column("set_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_sip_secrets")),
    )
    op.create_table(
        "call_backs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("asked_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_backs_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_backs")),
    )
    with op.batch_alter_table("call_backs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_backs_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_backs_desk"), ["desk"], unique=False)

    op.create_table(
        "voicemails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("left_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_voicemails_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemails")),
    )
    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voicemails_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_voicemails_desk"), ["desk"], unique=False)

    op.create_table(
        "waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=True),
        sa.Column("joined_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("entered_at", ledger.tables.UtcDateTime(timezone=True), nullable=False),
        sa.Column("head_start_s", sa.Float(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("service_level_s", sa.Float(), nullable=False),
        sa.Column("left_at", ledger.tables.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("waited_s", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_waiting_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_call_id"), ["call_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_caller"), ["caller"], unique=False)
        batch_op.create_index("ix_waiting_left_at_desk", ["left_at", "desk"], unique=False)

    with op.batch_alter_table("operators", schema=None) as batch_op:
        batch_op.add_column(sa.Column("until", ledger.tables.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("after_call", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("away_reason", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("misses", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("calls", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("last_call_at", ledger.tables.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("registers", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column("registered_until", ledger.tables.UtcDateTime(timezone=True), nullable=True)
        )

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calls_operator"))
        batch_op.create_index("ix_calls_operator_received_at", ["operator", "received_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_operator_received_at")
        batch_op.create_index(batch_op.f("ix_calls_operator"), ["operator"], unique=False)

    with op.batch_alter_table("operators", schema=None) as batch_op:
        batch_op.drop_column("registered_until")
        batch_op.drop_column("registers")
        batch_op.drop_column("last_call_at")
        batch_op.drop_column("calls")
        batch_op.drop_column("misses")
        batch_op.drop_column("away_reason")
        batch_op.drop_column("after_call")
        batch_op.drop_column("until")

    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.drop_index("ix_waiting_left_at_desk")
        batch_op.drop_index(batch_op.f("ix_waiting_caller"))
        batch_op.drop_index(batch_op.f("ix_waiting_call_id"))

    op.drop_table("waiting")
    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voicemails_desk"))
        batch_op.drop_index(batch_op.f("ix_voicemails_call_id"))

    op.drop_table("voicemails")
    with op.batch_alter_table("call_backs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_backs_desk"))
        batch_op.drop_index(batch_op.f("ix_call_backs_call_id"))

    op.drop_table("call_backs")
    op.drop_table("sip_secrets")
    op.drop_table("lines")
    op.drop_table("edge_counts")
