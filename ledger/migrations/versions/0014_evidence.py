"""What a finding's evidence was compared with, how it sounded, further moments; how the score comes about."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("findings") as table:
        table.add_column(sa.Column("phrase", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("sound", sa.String(length=16), nullable=False, server_default=""))
        table.add_column(sa.Column("more", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("dimension", sa.String(length=8), nullable=False, server_default=""))
        table.add_column(sa.Column("is_fatal", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("scorecards") as table:
        table.add_column(sa.Column("limits", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    with op.batch_alter_table("scorecards") as table:
        table.drop_column("limits")
    with op.batch_alter_table("findings") as table:
        for name in ("is_fatal", "dimension", "more", "sound", "phrase"):
            table.drop_column(name)
