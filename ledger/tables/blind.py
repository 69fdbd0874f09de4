"""Rounds in which monitors judge the same calls without knowing of each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class BlindRoundRow(Base):
    """One round. Columns mirror `ledger.blind_rounds.Round`."""

    __tablename__ = "blind_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16))
    seed: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: when somebody closes it
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(64))
    expert_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # whose reviews are the reference


class BlindCallRow(Base):
    """A call of a round, and the rules that are asked of everybody who judges it."""

    __tablename__ = "blind_calls"

    round_id: Mapped[int] = mapped_column(ForeignKey("blind_rounds.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True, index=True)
    rules: Mapped[list[str]] = mapped_column(JSON)


class BlindTaskRow(Base):
    """One call that one person is to judge in a round."""

    __tablename__ = "blind_tasks"
    __table_args__ = (
        UniqueConstraint("round_id", "call_id", "user_id", "occasion", name="uq_blind_tasks_occasion"),
        Index("ix_blind_tasks_user_id_round_id", "user_id", "round_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("blind_rounds.id"))
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    occasion: Mapped[int] = mapped_column(Integer)  # 2: the same call once more
    place: Mapped[int] = mapped_column(Integer)  # in the person's order


class BlindReviewRow(Base):
    """What somebody submitted. Rows are only ever added: the newest of a task counts.

    Beside it stands what the machine had found at that moment, since scorecards do not outlive their call.
    """

    __tablename__ = "blind_reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("blind_tasks.id"), index=True)
    verdicts: Mapped[dict[str, str]] = mapped_column(JSON)  # by rule
    marks: Mapped[dict[str, int]] = mapped_column(JSON)  # by standard
    score: Mapped[float] = mapped_column(Float)
    comment: Mapped[str] = mapped_column(Text)
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    machine: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # `ledger.blind_reviews.Machine`
