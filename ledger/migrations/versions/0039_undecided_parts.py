"""How many failed findings of a later part nobody has decided on: at none its call leaves the queue."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.add_column(
        "later_scorecards", sa.Column("undecided", sa.Integer(), nullable=False, server_default="0")
    )
    cards = sa.table(
        "later_scorecards", sa.column("id"), sa.column("findings", sa.JSON()), sa.column("undecided")
    )
    reviews = sa.table(
        "later_reviews", sa.column("scorecard_id"), sa.column("number"), sa.column("undone_at")
    )
    link = op.get_bind()
    known = sa.select(reviews.c.scorecard_id, reviews.c.number).where(reviews.c.undone_at.is_(None))
    decided = {tuple(row) for row in link.execute(known)}
    for card_id, findings in link.execute(sa.select(cards.c.id, cards.c.findings)).all():
        failed = {number for number, each in enumerate(findings, 1) if each["verdict"] == "fail"}
        left = sum((card_id, number) not in decided for number in failed)
        if left:
            link.execute(cards.update().where(cards.c.id == card_id).values(undecided=left))


def downgrade() -> None:
    op.drop_column("later_scorecards", "undecided")
