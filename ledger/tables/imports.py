"""Recordings made elsewhere that were imported."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class ImportRow(Base):
    """A foreign file by its bytes: the key makes the same file one call, also for two imports at once."""

    __tablename__ = "imports"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    file: Mapped[str] = mapped_column(Text)  # its path when it was imported first
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
