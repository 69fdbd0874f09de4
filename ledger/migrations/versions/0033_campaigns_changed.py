"""Campaigns can be changed, and people have a language.

A person's event was kept only as the first moment of calling: it is that moment less the campaign's pause before it.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0033"
down_revision = "0032"

UNTOLD = sa.text("told_at IS NULL")
CAMPAIGNS = sa.table("campaigns", sa.column("id", sa.Integer), sa.column("earliest_s", sa.Float))
PEOPLE = sa.table(
    "campaign_people",
    sa.column("id", sa.Integer),
    sa.column("campaign_id", sa.Integer),
    sa.column("due_from", UtcDateTime()),
    sa.column("happened_at", UtcDateTime()),
)


def upgrade() -> None:
    with op.batch_alter_table("campaign_people") as table:
        table.add_column(sa.Column("language", sa.String(length=8), nullable=False, server_default=""))
        table.add_column(sa.Column("happened_at", UtcDateTime(), nullable=True))
    _fill_events()
    with op.batch_alter_table("campaign_people") as table:
        table.alter_column("happened_at", existing_type=UtcDateTime(), nullable=False)
    op.add_column("campaign_attempts", sa.Column("terms", sa.JSON(), nullable=True))
    op.create_table(
        "campaign_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(length=128), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name="fk_campaign_changes_campaign_id_campaigns"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_campaign_changes"),
    )
    op.create_index("ix_campaign_changes_campaign_id", "campaign_changes", ["campaign_id"])
    op.create_index(
        "ix_campaign_people_state_ticket",
        "campaign_people",
        ["state", "ticket"],
        sqlite_where=UNTOLD,
        postgresql_where=UNTOLD,
    )


def downgrade() -> None:
    op.drop_index("ix_campaign_people_state_ticket", "campaign_people")
    op.drop_table("campaign_changes")
    op.drop_column("campaign_attempts", "terms")
    with op.batch_alter_table("campaign_people") as table:
        table.drop_column("happened_at")
        table.drop_column("language")


def _fill_events() -> None:
    bind, mine = op.get_bind(), PEOPLE.c
    bind.execute(PEOPLE.update().values(happened_at=mine.due_from))
    for campaign, earliest_s in bind.execute(
        sa.select(CAMPAIGNS.c.id, CAMPAIGNS.c.earliest_s).where(CAMPAIGNS.c.earliest_s != 0)
    ).all():
        people = bind.execute(sa.select(mine.id, mine.due_from).where(mine.campaign_id == campaign)).all()
        told = [{"of": who, "at": due - timedelta(seconds=earliest_s)} for who, due in people]
        if told:
            change = PEOPLE.update().where(mine.id == sa.bindparam("of"))
            bind.execute(change.values(happened_at=sa.bindparam("at")), told)
