"""The tables (SQLAlchemy 2). Rooms read and write them through the repositories beside this file."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Aware datetimes in, aware UTC datetimes out; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: which zone they were in can never be found out later."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: use ledger.clock.now()")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables."""

    metadata = MetaData(naming_convention=NAMING)


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
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StageRow(Base):
    """How long each stage of a call took."""

    __tablename__ = "stages"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    stage: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    took_s: Mapped[float] = mapped_column(Float)


class RecordingRow(Base):
    """A sealed recording; one for each recorded call."""

    __tablename__ = "recordings"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    duration_s: Mapped[float] = mapped_column(Float)
    sample_rate_hz: Mapped[int] = mapped_column(Integer)
    channels: Mapped[int] = mapped_column(Integer)
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rescued: Mapped[bool] = mapped_column(default=False)


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
    text: Mapped[str] = mapped_column(Text)  # all turns, one a line, for searching
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


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
    reason: Mapped[str] = mapped_column(Text)
    points: Mapped[float] = mapped_column(Float)


class ReviewRow(Base):
    """A decision on a finding. The newest one counts, the older ones stay."""

    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decision: Mapped[str] = mapped_column(String(16))
    comment: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class UserRow(Base):
    """Somebody who signs in; the password only as an argon2id hash."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    display_name: Mapped[str] = mapped_column(String(128))
    role: Mapped[str] = mapped_column(String(32))
    password_hash: Mapped[str] = mapped_column(String(255))
    disabled: Mapped[bool] = mapped_column(default=False)


class SessionRow(Base):
    """A sign-in that is still good. Only the SHA-256 of its token is kept."""

    __tablename__ = "sessions"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


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


class LineRow(Base):
    """A line process, on this machine or another: where it answers, and how many callers it can take."""

    __tablename__ = "lines"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    host: Mapped[str] = mapped_column(String(64))
    port: Mapped[int] = mapped_column(Integer)
    pid: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    places: Mapped[int] = mapped_column(Integer)  # callers at once
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)  # written anew every few seconds while it lives
    starts: Mapped[int] = mapped_column(Integer, default=1)  # how often a process of this name has started


class SipSecretRow(Base):
    """A phone's or trunk's digest password, only as HA1 = MD5(user:realm:password) (RFC 2617)."""

    __tablename__ = "sip_secrets"

    user: Mapped[str] = mapped_column(String(64), primary_key=True)
    realm: Mapped[str] = mapped_column(String(128))
    ha1: Mapped[str] = mapped_column(String(32))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EdgeCountRow(Base):
    """What the edge dropped without a row of its own (scanners, floods, rubbish), counted by the minute."""

    __tablename__ = "edge_counts"

    minute: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    verdict: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


class VoicemailRow(Base):
    """A message that a caller left for a desk: a span of the call's recording."""

    __tablename__ = "voicemails"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    desk: Mapped[str] = mapped_column(String(64), index=True)
    start_s: Mapped[float] = mapped_column(Float)
    end_s: Mapped[float] = mapped_column(Float)
    left_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CallBackRow(Base):
    """A caller's wish to be called back by a desk."""

    __tablename__ = "call_backs"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    desk: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(16), default="open")
