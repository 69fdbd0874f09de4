"""Conversations of callers with operators, and what pages ask of running calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime

_UNSETTLED = text("outcome IS NULL")


class ConversationRow(Base):
    """A caller and one operator, from the bridge on; a call that was transferred has several."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_desk_began_at", "desk", "began_at"),
        Index("ix_conversations_operator_id", "operator", "id"),  # an operator's last one
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    desk: Mapped[str] = mapped_column(String(64))
    operator: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: they talk
    known: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of the caller at the bridge
    wrap_up: Mapped[str | None] = mapped_column(String(32))  # the reason's code, one of the desk's
    wrapped_up_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CallWishRow(Base):
    """What a page asked of a running call, and what came of it."""

    __tablename__ = "call_wishes"
    __table_args__ = (
        Index("ix_call_wishes_unsettled", "id", sqlite_where=_UNSETTLED, postgresql_where=_UNSETTLED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str] = mapped_column(String(64), default="")  # the number to read, the desk to go to
    by: Mapped[str] = mapped_column(String(64))  # the user's name
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))  # None: no line has taken it yet
