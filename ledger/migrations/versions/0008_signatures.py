"""Lines sign with what no clock moves. The column stays empty for processes of an earlier release."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("lines", sa.Column("process", sa.String(length=64), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("lines") as batch_op:
        batch_op.drop_column("process")
