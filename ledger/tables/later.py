"""What the norms say of the conversations of a transferred call after its first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime

_FLAGGED = text("flag_count > 0")


class LaterScorecardRow(Base):
    """One judgement of one later conversation; a newer one does not destroy an older one.

    The call's own score and flags are those of `ScorecardRow`: nothing here is copied into the call.
    """

    __tablename__ = "later_scorecards"
    __table_args__ = (
        Index("ix_later_scorecards_conversation_id_id", "conversation_id", "id"),  # which one is the newest
        Index("ix_later_scorecards_operator_id", "operator", "id"),  # an operator's own, the newest first
        Index(
            "ix_later_scorecards_flagged",
            "conversation_id",
            "id",
            sqlite_where=_FLAGGED,
            postgresql_where=_FLAGGED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id"))
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"))
    operator: Mapped[str] = mapped_column(String(64))
    desk: Mapped[str] = mapped_column(String(64))
    team: Mapped[str | None] = mapped_column(String(64))  # the operator's when it was first judged
    pack: Mapped[str] = mapped_column(String(64))
    pack_version: Mapped[str] = mapped_column(String(32))
    score: Mapped[float] = mapped_column(Float)
    flags: Mapped[list[str]] = mapped_column(JSON)
    flag_count: Mapped[int] = mapped_column(Integer)
    limits: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)  # by dimension
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # `ledger.records.Finding`
    undecided: Mapped[int] = mapped_column(Integer, server_default="0")  # failed, for a person
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LaterReviewRow(Base):
    """A decision on a finding of a later part. The newest one that was not undone counts, the others stay."""

    __tablename__ = "later_reviews"
    __table_args__ = (Index("ix_later_reviews_scorecard_id_number", "scorecard_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("later_scorecards.id"))
    number: Mapped[int] = mapped_column(Integer)  # which of the scorecard's findings, from 1
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(16), default="")  # `ledger.states.RejectReason`, or nothing
    comment: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by who decided
