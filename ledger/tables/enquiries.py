"""Sales and enquiries (送卡, 咨询装机): what customers asked for, and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class EnquiryRow(Base):
    """One enquiry. Columns mirror `desks.figures.enquiries.Enquiry`."""

    __tablename__ = "enquiries"
    __table_args__ = (
        Index("ix_enquiries_at_id", "at", "id"),
        Index("ix_enquiries_call_id", "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the customer asked
    desk: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))  # `desks.figures.EnquiryKind`
    service: Mapped[str] = mapped_column(String(64))  # 固话, 宽带; of a card which one: 公话卡
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    result: Mapped[str] = mapped_column(String(16))  # `desks.figures.EnquiryResult`
    reason: Mapped[str | None] = mapped_column(String(16))  # why not: `desks.figures.RefusalReason`
    amount_fen: Mapped[int] = mapped_column(Integer, default=0)  # what the cards are worth; 100 are a yuan
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))
    entered_by: Mapped[str] = mapped_column(String(128))
