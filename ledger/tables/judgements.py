"""What was heard in a call, what the norms said of it, what monitors decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class TranscriptRow(Base):
    """One transcript of a call; a newer one does not destroy an older one."""

    __tablename__ = "transcripts"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    model: Mapped[str] = mapped_column(String(128))
    model_sha256: Mapped[str] = mapped_column(String(64))
    recording_sha256: Mapped[str] = mapped_column(String(64))
    settings: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    turns: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(Text)  # all turns, one a line
    secrets: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # `ledger.records.Secret`
    finder: Mapped[int] = mapped_column(
        Integer, default=0
    )  # which `ledger.redaction.finding.FINDER` found them
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SearchTextRow(Base):
    """What is searched of a call: its newest transcript without secrets (`ledger.search`).

    Beside it stands `search_grams`, an FTS5 table on SQLite and one with arrays on PostgreSQL.
    """

    __tablename__ = "search_texts"

    id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True, unique=True)
    characters: Mapped[str] = mapped_column(Text)  # a line for each stretch without a gap
    sounds: Mapped[str] = mapped_column(Text)  # its syllables, with a blank before and after each


class ScorecardRow(Base):
    """One judgement of a call; a newer one does not destroy an older one."""

    __tablename__ = "scorecards"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    transcript_id: Mapped[int] = mapped_column(ForeignKey("transcripts.id"))
    pack: Mapped[str] = mapped_column(String(64))
    pack_version: Mapped[str] = mapped_column(String(32))
    score: Mapped[float] = mapped_column(Float)
    flags: Mapped[list[str]] = mapped_column(JSON)
    limits: Mapped[dict[str, float]] = mapped_column(JSON, default=dict)  # by dimension
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FindingRow(Base):
    """One rule's finding on one scorecard."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id"), index=True)
    rule: Mapped[str] = mapped_column(String(64), index=True)
    verdict: Mapped[str] = mapped_column(String(16))
    start_s: Mapped[float | None] = mapped_column(Float)
    end_s: Mapped[float | None] = mapped_column(Float)
    text: Mapped[str | None] = mapped_column(Text)
    likeness: Mapped[float | None] = mapped_column(Float)
    phrase: Mapped[str] = mapped_column(Text, default="")
    sound: Mapped[str] = mapped_column(String(16), default="")
    more: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # `ledger.records.Evidence`
    reason: Mapped[str] = mapped_column(Text)
    points: Mapped[float] = mapped_column(Float)
    dimension: Mapped[str] = mapped_column(String(8), default="")
    is_fatal: Mapped[bool] = mapped_column(Boolean, default=False)
    rule_hash: Mapped[str | None] = mapped_column(String(16))  # of the rule's content; None: from before it
    held: Mapped[bool] = mapped_column(default=False)  # a fail that deducts nothing: the rule is not trusted


class ReviewRow(Base):
    """A decision on a finding. The newest one that was not undone counts, the others stay."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(16), default="")  # `ledger.states.RejectReason`, or nothing
    comment: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
