"""Who settled a message or a wish to be called back, and when: that says of a wish whether it is open.

No wish could be closed before, so that all are open.
"""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0038"
down_revision = "0037"
TABLES = ("voicemails", "call_backs")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("closed_at", UtcDateTime(), nullable=True))
        op.add_column(table, sa.Column("closed_by", sa.String(length=128), nullable=False, server_default=""))
    op.drop_column("call_backs", "state")


def downgrade() -> None:
    op.add_column(
        "call_backs", sa.Column("state", sa.String(length=16), nullable=False, server_default="open")
    )
    for table in TABLES:
        op.drop_column(table, "closed_by")
        op.drop_column(table, "closed_at")
