"""How the directory is kept current: changes, imports, proposals, hard cases."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.create_table(
        "directory_batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_directory_batches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_batches")),
    )
    op.create_index(op.f("ix_directory_batches_at"), "directory_batches", ["at"], unique=False)
    op.create_table(
        "directory_hard_cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("sound", sa.String(length=1000), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=1000), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("answered_by", sa.String(length=128), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_hard_cases_entry_id_directory_entries"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_hard_cases")),
        sa.UniqueConstraint("sound", name=op.f("uq_directory_hard_cases_sound")),
    )
    op.create_index(
        op.f("ix_directory_hard_cases_answered_at"), "directory_hard_cases", ["answered_at"], unique=False
    )
    op.create_index(
        op.f("ix_directory_hard_cases_last_at"), "directory_hard_cases", ["last_at"], unique=False
    )
    op.create_table(
        "directory_keys",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["directory_entries.id"], name=op.f("fk_directory_keys_entry_id_directory_entries")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_directory_keys")),
    )
    op.create_index(op.f("ix_directory_keys_entry_id"), "directory_keys", ["entry_id"], unique=False)
    op.create_table(
        "directory_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["directory_batches.id"],
            name=op.f("fk_directory_changes_batch_id_directory_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_changes_entry_id_directory_entries"),
        ),
        sa.ForeignKeyConstraint(
            ["undoes"], ["directory_changes.id"], name=op.f("fk_directory_changes_undoes_directory_changes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_changes")),
    )
    op.create_index(op.f("ix_directory_changes_at"), "directory_changes", ["at"], unique=False)
    op.create_index(op.f("ix_directory_changes_batch_id"), "directory_changes", ["batch_id"], unique=False)
    op.create_index(op.f("ix_directory_changes_entry_id"), "directory_changes", ["entry_id"], unique=False)
    op.create_index(op.f("ix_directory_changes_undoes"), "directory_changes", ["undoes"], unique=False)
    op.create_table(
        "directory_hard_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.String(length=200), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=True),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_directory_hard_asked_call_id_calls")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["directory_hard_cases.id"],
            name=op.f("fk_directory_hard_asked_case_id_directory_hard_cases"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_hard_asked")),
    )
    op.create_index(
        op.f("ix_directory_hard_asked_call_id"), "directory_hard_asked", ["call_id"], unique=False
    )
    op.create_index(
        op.f("ix_directory_hard_asked_case_id"), "directory_hard_asked", ["case_id"], unique=False
    )
    op.create_table(
        "directory_imports",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("same", sa.Integer(), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["directory_batches.id"],
            name=op.f("fk_directory_imports_batch_id_directory_batches"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_directory_imports_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_imports")),
    )
    op.create_table(
        "directory_planned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("effective_at", UtcDateTime(), nullable=False),
        sa.Column("why", sa.String(length=500), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["directory_batches.id"],
            name=op.f("fk_directory_planned_batch_id_directory_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_planned_entry_id_directory_entries"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_directory_planned_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_planned")),
    )
    op.create_index(op.f("ix_directory_planned_entry_id"), "directory_planned", ["entry_id"], unique=False)
    op.create_index(
        "ix_directory_planned_state_effective_at",
        "directory_planned",
        ["state", "effective_at"],
        unique=False,
    )
    op.create_table(
        "directory_proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("user", sa.String(length=128), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decided_by", sa.String(length=128), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["directory_batches.id"],
            name=op.f("fk_directory_proposals_batch_id_directory_batches"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["directory_entries.id"],
            name=op.f("fk_directory_proposals_entry_id_directory_entries"),
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["directory_proposals.id"],
            name=op.f("fk_directory_proposals_merged_into_directory_proposals"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_directory_proposals_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_proposals")),
    )
    op.create_index(
        op.f("ix_directory_proposals_entry_id"), "directory_proposals", ["entry_id"], unique=False
    )
    op.create_index("ix_directory_proposals_state_id", "directory_proposals", ["state", "id"], unique=False)
    op.create_index(
        "ix_directory_proposals_user_id_made_at", "directory_proposals", ["user_id", "made_at"], unique=False
    )
    op.create_table(
        "directory_import_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("problem", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=True),
        sa.Column("changed_seq", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["directory_imports.id"],
            name=op.f("fk_directory_import_lines_import_id_directory_imports"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_import_lines")),
    )
    op.create_index(
        "ix_directory_import_lines_import_id_kind_id",
        "directory_import_lines",
        ["import_id", "kind", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("directory_import_lines")
    op.drop_table("directory_proposals")
    op.drop_table("directory_planned")
    op.drop_table("directory_imports")
    op.drop_table("directory_hard_asked")
    op.drop_table("directory_changes")
    op.drop_table("directory_keys")
    op.drop_table("directory_hard_cases")
    op.drop_table("directory_batches")
