"""What a finding's evidence was compared with, how it sounded, and further moments of it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("findings") as table:
        table.add_column(sa.Column("phrase", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("sound", sa.String(length=16), nullable=False, server_default=""))
        table.add_column(sa.Column("more", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("findings") as table:
        for name in ("more", "sound", "phrase"):
            table.drop_column(name)
