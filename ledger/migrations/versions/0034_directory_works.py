"""Long work on the directory beside requests, and enquiries that are collected by themselves."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "directory_works",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("made_id", sa.Integer(), nullable=True),
        sa.Column("is_partial", sa.Boolean(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=True),
        sa.Column("delimiter", sa.String(length=1), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("is_stopping", sa.Boolean(), nullable=False),
        sa.Column("problem", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["directory_imports.id"], name="fk_directory_works_import_id_directory_imports"
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["directory_batches.id"], name="fk_directory_works_batch_id_directory_batches"
        ),
        sa.ForeignKeyConstraint(
            ["made_id"], ["directory_batches.id"], name="fk_directory_works_made_id_directory_batches"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_directory_works_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_directory_works"),
    )
    for column in ("state", "import_id", "batch_id"):
        op.create_index(f"ix_directory_works_{column}", "directory_works", [column])
    op.create_table(
        "directory_searches",
        sa.Column("conversation_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_directory_searches_conversation_id_conversations",
        ),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_directory_searches"),
    )
    with op.batch_alter_table("directory_hard_cases") as table:
        table.add_column(sa.Column("collected", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("directory_hard_asked") as table:
        table.add_column(sa.Column("is_collected", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("directory_hard_asked") as table:
        table.drop_column("is_collected")
    with op.batch_alter_table("directory_hard_cases") as table:
        table.drop_column("collected")
    op.drop_table("directory_searches")
    op.drop_table("directory_works")
