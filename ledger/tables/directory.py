"""The directory of the 114 desk (查号台). `desks.directory.entries` reads and writes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class DirectoryEntryRow(Base):
    """Somebody who can be asked for. Rows stay when their entry is removed: a removal can be undone."""

    __tablename__ = "directory_entries"
    __table_args__ = (Index("ix_directory_entries_changed_seq_id", "changed_seq", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    kind: Mapped[str] = mapped_column(String(64), default="")  # a word of the desk's own, e.g. 医院
    district: Mapped[str] = mapped_column(String(64), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    numbers: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # of {"number", "label"}
    remark: Mapped[str] = mapped_column(String(500), default="")
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: always was
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the first moment after; None: no end
    state: Mapped[str] = mapped_column(String(16), default="listed")
    asked: Mapped[int] = mapped_column(Integer, default=0)  # how often callers were given it
    changed_seq: Mapped[int] = mapped_column(BigInteger)  # of the last change; the newest has the greatest
