"""Passwords to be changed, second factors, users of a provider; sessions that can be told apart."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    with op.batch_alter_table("users") as table:
        table.add_column(sa.Column("must_change", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("totp_secret", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("totp_since", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("totp_step", sa.Integer(), nullable=True))
        table.add_column(sa.Column("oidc_issuer", sa.String(length=255), nullable=True))
        table.add_column(sa.Column("oidc_subject", sa.String(length=255), nullable=True))
        table.create_index("uq_users_oidc_issuer_oidc_subject", ["oidc_issuer", "oidc_subject"], unique=True)
    op.execute(
        "DELETE FROM sessions"
    )  # of which nobody knows where they were opened: everybody signs in anew
    with op.batch_alter_table("sessions") as table:
        table.add_column(sa.Column("created_at", UtcDateTime(), nullable=False))
        table.add_column(sa.Column("seen_at", UtcDateTime(), nullable=False))
        table.add_column(sa.Column("address", sa.String(length=64), nullable=False))
        table.add_column(sa.Column("agent", sa.String(length=255), nullable=False))
        table.add_column(sa.Column("is_pending", sa.Boolean(), nullable=False))
    op.create_table(
        "recovery_codes",
        sa.Column("code_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_recovery_codes_user_id_users"),
        sa.PrimaryKeyConstraint("code_sha256", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])
    op.create_index("ix_audit_user", "audit", ["user"])
    op.create_index("ix_audit_action", "audit", ["action"])


def downgrade() -> None:
    op.drop_index("ix_audit_action", "audit")
    op.drop_index("ix_audit_user", "audit")
    op.drop_table("recovery_codes")
    with op.batch_alter_table("sessions") as table:
        for name in ("is_pending", "agent", "address", "seen_at", "created_at"):
            table.drop_column(name)
    with op.batch_alter_table("users") as table:
        table.drop_index("uq_users_oidc_issuer_oidc_subject")
        for name in ("oidc_subject", "oidc_issuer", "totp_step", "totp_since", "totp_secret", "must_change"):
            table.drop_column(name)
