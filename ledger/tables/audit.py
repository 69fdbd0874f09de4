"""The audit log: who listened, looked, changed, signed in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class AuditRow(Base):
    """One thing that somebody did (`ledger.audit`). Rows are only ever added.

    No foreign keys: a row outlives the user and the call that it tells of.
    """

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_call_id_user_id", "call_id", "user_id"),)

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # 1, 2, 3 ...
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    user_id: Mapped[int | None] = mapped_column(Integer, index=True)  # None: nobody who is known
    user: Mapped[str] = mapped_column(
        String(128), index=True
    )  # the name at that time; of a command the machine's user
    action: Mapped[str] = mapped_column(String(24), index=True)
    call_id: Mapped[str | None] = mapped_column(String(40))
    details: Mapped[str] = mapped_column(Text)  # canonical JSON, as it was hashed
    prev_sha256: Mapped[str] = mapped_column(String(64))  # the link of the row before; of the first, zeros
    link_sha256: Mapped[str] = mapped_column(String(64))  # over all of the above
