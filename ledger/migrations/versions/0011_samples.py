"""Samples: frames, draws, drawn calls, what people found in them."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "sample_frames",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_sample_frames")),
    )
    op.create_table(
        "sample_draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("end_day", sa.Date(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("frame_sha256", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.String(length=128), nullable=False),
        sa.Column("strata", sa.JSON(), nullable=False),
        sa.Column("cells", sa.JSON(), nullable=False),
        sa.Column("gaps", sa.JSON(), nullable=False),
        sa.Column("drawn_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["frame_sha256"],
            ["sample_frames.sha256"],
            name=op.f("fk_sample_draws_frame_sha256_sample_frames"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draws")),
    )
    op.create_table(
        "sampled",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draw_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("operator", sa.String(length=64), nullable=False),
        sa.Column("desk", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["assigned_to"], ["users.id"], name=op.f("fk_sampled_assigned_to_users")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_sampled_call_id_calls")),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["sample_draws.id"], name=op.f("fk_sampled_draw_id_sample_draws")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sampled")),
    )
    op.create_index(op.f("ix_sampled_call_id"), "sampled", ["call_id"])
    op.create_index(op.f("ix_sampled_assigned_to"), "sampled", ["assigned_to"])
    op.create_index("uq_sampled_draw_id_part_call_id", "sampled", ["draw_id", "part", "call_id"], unique=True)
    op.create_table(
        "sample_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sampled_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sampled_id"], ["sampled.id"], name=op.f("fk_sample_checks_sampled_id_sampled")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_sample_checks_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_checks")),
    )
    op.create_index(op.f("ix_sample_checks_sampled_id"), "sample_checks", ["sampled_id"])


def downgrade() -> None:
    for name in ("sample_checks", "sampled", "sample_draws", "sample_frames"):
        op.drop_table(name)
