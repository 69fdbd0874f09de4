"""Sealed recordings, the chain that proves them, and what the nightly check said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


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
    key_id: Mapped[str | None] = mapped_column(String(16), default=None)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None, index=True)


class ChainRow(Base):
    """One entry of the chain (`recorder.chain`). Rows are only ever added.

    No foreign keys: an entry outlives whatever it tells of.
    """

    __tablename__ = "chain"
    __table_args__ = (Index("ix_chain_call_id", "call_id"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)  # UTC
    number: Mapped[int] = mapped_column(Integer, primary_key=True)  # in the day; the opening is 0
    kind: Mapped[str] = mapped_column(String(16))
    call_id: Mapped[str | None] = mapped_column(String(40))  # None: an opening
    audio_sha256: Mapped[str | None] = mapped_column(String(64))  # None: no recording after this entry
    facts_sha256: Mapped[str | None] = mapped_column(String(64))  # None: an opening
    prev_sha256: Mapped[str] = mapped_column(String(64))  # the link before; of the first opening, zeros
    link_sha256: Mapped[str] = mapped_column(String(64))  # over all of the above and `at`
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SealedFactsRow(Base):
    """The facts of one entry of the chain, byte for byte as they were hashed; can be removed, not changed."""

    __tablename__ = "sealed_facts"
    __table_args__ = (Index("ix_sealed_facts_call_id", "call_id"),)

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    call_id: Mapped[str] = mapped_column(String(40))
    document: Mapped[str] = mapped_column(Text)  # canonical JSON


class CheckRow(Base):
    """What a check of the whole installation found (`hotline reconcile`), newest last."""

    __tablename__ = "checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    clean: Mapped[bool] = mapped_column()
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
