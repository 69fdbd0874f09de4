"""Desks and teams that somebody is held to; the team of a call's operator."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "operator_teams",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_operator_teams"),
    )
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("desks", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("teams", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("calls") as table:
        table.add_column(sa.Column("team", sa.String(length=64), nullable=True))
        table.create_index("ix_calls_team", ["team"])
        table.create_index("ix_calls_operator", ["operator"])


def downgrade() -> None:
    op.drop_index("ix_calls_operator", "calls")
    op.drop_index("ix_calls_team", "calls")
    op.drop_column("calls", "team")  # in place: other tables refer to this one
    with op.batch_alter_table("users") as table:
        table.drop_column("teams")
        table.drop_column("desks")
    op.drop_table("operator_teams")
