"""Calls, and how long their stages took."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class CallRow(Base):
    """One INVITE or import. Columns mirror `ledger.records.Call`."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_state_claimed_until", "state", "claimed_until"),
        Index("ix_calls_flag_count_received_at_id", "flag_count", "received_at", "id"),  # the list's order
        Index("ix_calls_operator_received_at", "operator", "received_at"),  # an operator's calls of the day
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    origin: Mapped[str] = mapped_column(String(16))
    sip_call_id: Mapped[str | None] = mapped_column(String(255), index=True)
    hotline: Mapped[str] = mapped_column(String(64), index=True)
    caller: Mapped[str | None] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(16))
    line: Mapped[str | None] = mapped_column(String(64))  # the line process that has it
    received_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str | None] = mapped_column(String(32))
    place: Mapped[str | None] = mapped_column(String(16))
    desk: Mapped[str | None] = mapped_column(String(64), index=True)
    operator: Mapped[str | None] = mapped_column(String(64))
    queue_wait_s: Mapped[float | None] = mapped_column(Float)
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    score: Mapped[float | None] = mapped_column(Float, index=True)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    flag_count: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(Integer, default=0)  # of the stage that is due
    claimed_by: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # nobody's: from when it is due again
    wanted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # since when somebody waits for it
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # to go through once more; done: None
    asked_model: Mapped[str | None] = mapped_column(String(128))  # to transcribe with instead of the plan's


class StageRow(Base):
    """How long each stage of a call took."""

    __tablename__ = "stages"
    __table_args__ = (Index("ix_stages_started_at", "started_at"),)  # the throughput of the last minutes

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    took_s: Mapped[float] = mapped_column(Float)
