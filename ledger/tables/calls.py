"""Calls, and how long their stages took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from ledger.tables.base import Base, UtcDateTime

FULL_SCORE = 100
_TO_REVIEW = text("case_state = 'open' AND flag_count > 0")
_OURS = text("origin = 'canary'")


class CallRow(Base):
    """One INVITE or import. Columns mirror `ledger.records.Call`.

    Each order of the console's list has an index that ends in the time and the id: a page of it is read from
    there however many calls there are.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_state_claimed_until", "state", "claimed_until"),
        Index("ix_calls_flag_count_received_at_id", "flag_count", "received_at", "id"),
        Index("ix_calls_received_at_id", "received_at", "id"),
        Index("ix_calls_lost_points_received_at_id", "lost_points", "received_at", "id"),
        Index("ix_calls_length_s_received_at_id", "length_s", "received_at", "id"),
        Index("ix_calls_worst_points_received_at_id", "worst_points", "received_at", "id"),
        Index("ix_calls_queue_wait_s_received_at_id", "queue_wait_s", "received_at", "id"),
        Index("ix_calls_operator_received_at", "operator", "received_at"),  # an operator's calls of the day
        Index("ix_calls_desk_operator", "desk", "operator"),  # who sits where, without reading the calls
        Index("ix_calls_team_operator", "team", "operator"),
        Index("ix_calls_survey_mark_received_at", "survey_mark", "received_at"),
        Index("ix_calls_language_received_at", "language", "received_at"),
        Index(
            "ix_calls_to_review",
            "flag_count",
            "received_at",
            "id",
            sqlite_where=_TO_REVIEW,
            postgresql_where=_TO_REVIEW,
        ),
        Index("ix_calls_canaries", "received_at", "id", sqlite_where=_OURS, postgresql_where=_OURS),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    origin: Mapped[str] = mapped_column(String(16))
    sip_call_id: Mapped[str | None] = mapped_column(String(255), index=True)
    hotline: Mapped[str] = mapped_column(String(64), index=True)
    caller: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    line: Mapped[str | None] = mapped_column(String(64))  # the line process that has it
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    place: Mapped[str | None] = mapped_column(String(16))
    desk: Mapped[str | None] = mapped_column(String(64))
    operator: Mapped[str | None] = mapped_column(String(64))
    team: Mapped[str | None] = mapped_column(String(64))  # the operator's at the time
    queue_wait_s: Mapped[float | None] = mapped_column(Float)
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    score: Mapped[float | None] = mapped_column(Float)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    flag_count: Mapped[int] = mapped_column(Integer, default=0)
    # What the list sorts and filters by; kept where the thing itself is kept.
    length_s: Mapped[float | None] = mapped_column(Float)  # of the recording, else of the answered call
    lost_points: Mapped[float | None] = mapped_column(
        Float
    )  # 100 less the score: the worst first, then the newest
    worst_points: Mapped[float] = mapped_column(
        Float, default=0, server_default="0"
    )  # the most one fail takes
    survey_mark: Mapped[int | None] = mapped_column(Integer)  # the fact, where it is a figure
    language: Mapped[str | None] = mapped_column(String(16))  # the fact
    case_state: Mapped[str] = mapped_column(String(16), default="open", server_default="open")  # of its case
    error: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(Integer, default=0)  # of the stage that is due
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # nobody's: from when it is due again
    wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when somebody waits for it
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to go through once more; done: None
    asked_model: Mapped[str | None] = mapped_column(String(128))  # to transcribe with instead of the plan's

    @validates("facts")
    def _note_facts(self, _key: str, facts: dict[str, str]) -> dict[str, str]:
        """Whoever writes the facts writes what is filtered by too."""
        mark, language = facts.get("survey_mark", ""), facts.get("language")
        self.survey_mark = int(mark) if mark.isascii() and mark.isdigit() and len(mark) < 3 else None
        self.language = language[:16] if language else None
        return facts

    @validates("score")
    def _note_score(self, _key: str, score: float | None) -> float | None:
        self.lost_points = None if score is None else FULL_SCORE - score
        return score


class CallVerdictRow(Base):
    """A rule that failed in a call, or could not tell, by its newest scorecard: what the list filters by."""

    __tablename__ = "call_verdicts"

    rule: Mapped[str] = mapped_column(String(64), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True, index=True)
    flagged: Mapped[bool] = mapped_column(Boolean)  # the pack flags it


class StageRow(Base):
    """How long each stage of a call took."""

    __tablename__ = "stages"
    __table_args__ = (Index("ix_stages_started_at", "started_at"),)  # the throughput of the last minutes

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    took_s: Mapped[float] = mapped_column(Float)
