"""What people say of a call beside their decisions on findings. Rows are only added, but for drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class UndoneRow(Base):
    """A decision on a finding that was taken back: the one before it counts again, or none."""

    __tablename__ = "undone_reviews"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewMarksRow(Base):
    """Somebody's marks of a call for the four standards. The newest of a person counts, the others stay."""

    __tablename__ = "review_marks"
    __table_args__ = (Index("ix_review_marks_call_id_user_id", "call_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    marks: Mapped[dict[str, int]] = mapped_column(JSON)  # by standard, 1 to 5; those that were given
    comment: Mapped[str] = mapped_column(Text, default="")
    praise: Mapped[str] = mapped_column(Text, default="")  # what the operator is commended for
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class AddedFindingRow(Base):
    """A breach that the machine missed and a person heard; it is the call's, not a scorecard's."""

    __tablename__ = "added_findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    rule: Mapped[str] = mapped_column(String(64))  # `ledger.added_findings.OTHER`: of no rule
    start_s: Mapped[float] = mapped_column(Float)
    end_s: Mapped[float] = mapped_column(Float)
    text: Mapped[str] = mapped_column(Text)  # the words that were marked; empty: a span without words
    why: Mapped[str] = mapped_column(Text)
    points: Mapped[float] = mapped_column(Float)
    most_points: Mapped[float | None] = mapped_column(Float)  # of all moments of the rule together; None: any
    dimension: Mapped[str] = mapped_column(String(8), default="")
    is_fatal: Mapped[bool] = mapped_column(Boolean, default=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # by its author, or by a decision of its case


class CorrectionRow(Base):
    """What somebody heard in a turn in place of the machine's words. The newest of a turn counts."""

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_transcript_id_turn", "transcript_id", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"))
    turn: Mapped[int] = mapped_column(Integer)  # which of the transcript's turns, from 0
    before: Mapped[str] = mapped_column(Text)  # what stood there until then
    after: Mapped[str] = mapped_column(Text)  # the machine's own text: the correction was taken back
    secrets: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # of the whole corrected text
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DraftRow(Base):
    """What somebody has typed on a call's page and not sent yet."""

    __tablename__ = "drafts"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    fields: Mapped[dict[str, str]] = mapped_column(JSON)  # by the field's name
    at: Mapped[datetime] = mapped_column(UtcDateTime)
