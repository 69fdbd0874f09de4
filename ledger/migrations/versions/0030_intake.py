"""Intake by web form, mail and fax: messages, files, answers."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.create_table(
        "intake_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=255), nullable=False),
        sa.Column("ticket", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_intake_messages"),
        sa.UniqueConstraint("source", name="uq_intake_messages_source"),
    )
    op.create_index("ix_intake_messages_sender", "intake_messages", ["sender"])
    op.create_index("ix_intake_messages_ticket", "intake_messages", ["ticket"])
    op.create_table(
        "intake_files",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("problem", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["intake_messages.id"], name="fk_intake_files_message_id_intake_messages"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_intake_files"),
    )
    op.create_index("ix_intake_files_message_id", "intake_files", ["message_id"])
    op.create_table(
        "intake_replies",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=255), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["intake_messages.id"], name="fk_intake_replies_message_id_intake_messages"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_intake_replies"),
        sa.UniqueConstraint("message_id", name="uq_intake_replies_message_id"),
        sa.UniqueConstraint("reference", name="uq_intake_replies_reference"),
    )
    op.create_index("ix_intake_replies_due_at", "intake_replies", ["due_at"])


def downgrade() -> None:
    for table in ("intake_replies", "intake_files", "intake_messages"):
        op.drop_table(table)
