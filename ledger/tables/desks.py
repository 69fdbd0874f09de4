"""Operators, waiting callers, and what callers leave behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class OperatorRow(Base):
    """What an operator does now. `ledger.operators` says who may change it, `ledger.waiting` reserves."""

    __tablename__ = "operators"

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str | None] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # of the state
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of a wrap-up, or of an idle one's rest
    after_call: Mapped[str | None] = mapped_column(String(16))  # what a person wants once the call is over
    away_reason: Mapped[str] = mapped_column(String(64), default="")
    misses: Mapped[int] = mapped_column(Integer, default=0)  # rings in a row that nobody answered
    calls: Mapped[int] = mapped_column(Integer, default=0)  # talked to since the sign-on
    last_call_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of the last reservation
    registers: Mapped[bool] = mapped_column(default=False)  # the phone must be registered at the edge
    registered_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class OperatorTeamRow(Base):
    """Which team (班组) an operator is in now, as the plan says. Calls keep the team of their day."""

    __tablename__ = "operator_teams"

    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    team: Mapped[str] = mapped_column(String(64))


class WaitingRow(Base):
    """A caller's wait at a desk; the row stays when the wait is over."""

    __tablename__ = "waiting"
    __table_args__ = (Index("ix_waiting_left_at_desk", "left_at", "desk"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    desk: Mapped[str] = mapped_column(String(64))
    caller: Mapped[str | None] = mapped_column(String(64), index=True)
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_at: Mapped[datetime] = mapped_column(
        UtcDateTime
    )  # the place in the queue: earlier if it was kept
    head_start_s: Mapped[float] = mapped_column(Float, default=0.0)
    language: Mapped[str | None] = mapped_column(String(8))
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    service_level_s: Mapped[float] = mapped_column(Float)  # what the desk promised at the time
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: waits now
    outcome: Mapped[str | None] = mapped_column(String(16))
    waited_s: Mapped[float | None] = mapped_column(Float)  # from joining to leaving


class VoicemailRow(Base):
    """A message that a caller left for a desk: a span of the call's recording."""

    __tablename__ = "voicemails"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    desk: Mapped[str] = mapped_column(String(64), index=True)
    start_s: Mapped[float] = mapped_column(Float)
    end_s: Mapped[float] = mapped_column(Float)
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(128), default="", server_default="")  # name, as shown


class CallBackRow(Base):
    """A caller's wish to be called back by a desk."""

    __tablename__ = "call_backs"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    desk: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(128), default="", server_default="")  # name, as shown
