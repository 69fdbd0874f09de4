"""Sealed recordings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Integer, String, Text
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
