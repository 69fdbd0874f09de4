"""Training: playlists, clips, what people say of them, colleagues' marks."""

import sqlalchemy as sa
from alembic import op

from ledger.tables import UtcDateTime

revision = "0022"
down_revision = "0021"


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}")


def upgrade() -> None:
    op.create_table(
        "playlists",
        _id(),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=True),
        sa.Column("month", sa.String(length=7), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        _to("playlists", "made_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_playlists"),
    )
    op.create_table(
        "clips",
        _id(),
        sa.Column("playlist_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=40), nullable=False),
        sa.Column("start_s", sa.Float(), nullable=False),
        sa.Column("end_s", sa.Float(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("removed_at", UtcDateTime(), nullable=True),
        _to("clips", "playlist_id", "playlists"),
        _to("clips", "call_id", "calls"),
        _to("clips", "made_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_clips"),
    )
    op.create_index("ix_clips_playlist_id_place", "clips", ["playlist_id", "place"])
    op.create_index("ix_clips_call_id", "clips", ["call_id"])
    op.create_table(
        "clip_notes",
        _id(),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("withdrawn_at", UtcDateTime(), nullable=True),
        _to("clip_notes", "clip_id", "clips"),
        _to("clip_notes", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_clip_notes"),
    )
    op.create_index("ix_clip_notes_clip_id", "clip_notes", ["clip_id"])
    op.create_table(
        "clip_marks",
        _id(),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _to("clip_marks", "clip_id", "clips"),
        _to("clip_marks", "user_id", "users"),
        sa.PrimaryKeyConstraint("id", name="pk_clip_marks"),
        sa.UniqueConstraint("clip_id", "user_id", name="uq_clip_marks_clip_id_user_id"),
    )


def downgrade() -> None:
    for table in ("clip_marks", "clip_notes", "clips", "playlists"):
        op.drop_table(table)
