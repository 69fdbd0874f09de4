"""Archive: recordings wait in a spool until they are safe in the archive, and may be encrypted."""

import sqlalchemy as sa
from alembic import op

import ledger.tables

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("key_id", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("archived_at", ledger.tables.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_recordings_archived_at"), ["archived_at"], unique=False)
    # Until now recordings were sealed where they stay.
    op.execute("UPDATE recordings SET archived_at = sealed_at")


def downgrade() -> None:
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recordings_archived_at"))
        batch_op.drop_column("archived_at")
        batch_op.drop_column("key_id")
