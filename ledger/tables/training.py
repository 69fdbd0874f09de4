"""Training: playlists of clips, what people say of them, and colleagues' marks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class PlaylistRow(Base):
    """Clips for a team to hear together. Columns mirror `ledger.training.Playlist`."""

    __tablename__ = "playlists"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text)
    team: Mapped[str | None] = mapped_column(String(64))  # None: for all teams
    month: Mapped[str | None] = mapped_column(String(7))  # 2026-11: these are the month's typical cases
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClipRow(Base):
    """A span of a call's recording in a playlist. It keeps no sound: what is deleted is gone here too."""

    __tablename__ = "clips"
    __table_args__ = (Index("ix_clips_playlist_id_place", "playlist_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    playlist_id: Mapped[int] = mapped_column(ForeignKey("playlists.id"))
    place: Mapped[int] = mapped_column(Integer)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    start_s: Mapped[float] = mapped_column(Float)
    end_s: Mapped[float] = mapped_column(Float)
    title: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClipNoteRow(Base):
    """What somebody says of a clip. Withdrawn ones stay, unseen."""

    __tablename__ = "clip_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clips.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ClipMarkRow(Base):
    """A colleague's marks of a clip (互评); setting them again replaces them."""

    __tablename__ = "clip_marks"
    __table_args__ = (UniqueConstraint("clip_id", "user_id", name="uq_clip_marks_clip_id_user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clip_id: Mapped[int] = mapped_column(ForeignKey("clips.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    marks: Mapped[dict[str, Any]] = mapped_column(JSON)  # 1 to 5 by standard
    at: Mapped[datetime] = mapped_column(UtcDateTime)
