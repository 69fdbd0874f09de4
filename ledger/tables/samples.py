"""Samples of calls: frozen frames, draws, drawn calls, and what people found in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class SampleFrameRow(Base):
    """Every call that a draw speaks for, as a compressed text; never changed."""

    __tablename__ = "sample_frames"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the text
    calls: Mapped[int] = mapped_column(Integer)
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class SampleDrawRow(Base):
    """One draw: all that it takes to repeat it. Never changed."""

    __tablename__ = "sample_draws"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(String(200))
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)  # whole
    first_day: Mapped[date] = mapped_column(Date)  # of the window, in the zone
    end_day: Mapped[date] = mapped_column(Date)  # the day after the last
    zone: Mapped[str] = mapped_column(String(64))
    frame_sha256: Mapped[str] = mapped_column(ForeignKey("sample_frames.sha256"))
    algorithm: Mapped[str] = mapped_column(String(32))
    seed: Mapped[str] = mapped_column(String(128))
    strata: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # `qa_scoring.sampling.StratumDraw`
    cells: Mapped[list[list[Any]]] = mapped_column(JSON)  # [stratum, operator, desk, team, calls]
    gaps: Mapped[dict[str, int]] = mapped_column(JSON)  # calls of the frame that cannot be drawn, by reason
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drawn_by: Mapped[str] = mapped_column(String(64))


class SampledRow(Base):
    """A call that was drawn for a part of a draw; only who listens to it may change."""

    __tablename__ = "sampled"
    __table_args__ = (Index("uq_sampled_draw_id_part_call_id", "draw_id", "part", "call_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(ForeignKey("sample_draws.id"))
    part: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    stratum: Mapped[str] = mapped_column(Text)
    probability: Mapped[float] = mapped_column(Float)  # of inclusion in the part
    operator: Mapped[str] = mapped_column(String(64))  # as the frame has it, and so the next two
    desk: Mapped[str] = mapped_column(String(64))
    team: Mapped[str] = mapped_column(String(64))
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)


class SampleCheckRow(Base):
    """What somebody found in a drawn call. The newest one counts, the older ones stay.

    No words of anybody: a check outlives the recording, so that estimates can be repeated.
    """

    __tablename__ = "sample_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    sampled_id: Mapped[int] = mapped_column(ForeignKey("sampled.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str] = mapped_column(String(16))  # `ledger.samples.Outcome`
    score: Mapped[float | None] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
