"""How far rules are trusted, and the canary calls by which they are tried every day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class StandingRow(Base):
    """How one content of a rule stands in one pack. A change of state is a new row, the newest counts."""

    __tablename__ = "rule_standings"
    __table_args__ = (Index("ix_rule_standings_pack_rule", "pack", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str] = mapped_column(String(64))
    pack_version: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str] = mapped_column(String(64))
    rule_hash: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    source: Mapped[str | None] = mapped_column(String(16))  # whose evidence decided; None: a person, or none
    flagged: Mapped[int] = mapped_column(Integer, default=0)  # the rule's fails in that evidence
    rightly: Mapped[int] = mapped_column(Integer, default=0)  # those of them that were right
    lower_bound: Mapped[float | None] = mapped_column(Float)  # of precision, 95 %
    precision_floor: Mapped[float] = mapped_column(Float)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)  # when the counts were last the same or renewed
    counted_from: Mapped[datetime | None] = mapped_column(UtcDateTime)  # older evidence was set aside
    decided_by: Mapped[str] = mapped_column(String(128))
    why: Mapped[str] = mapped_column(Text, default="")


class CanaryRow(Base):
    """One synthetic call. Its SIP Call-ID, told to nobody before the INVITE, is what makes it one."""

    __tablename__ = "canary_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    sip_call_id: Mapped[str] = mapped_column(String(255), unique=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"), unique=True)  # once a line has it
    dialogue: Mapped[str] = mapped_column(String(64), index=True)
    hotline: Mapped[str] = mapped_column(String(64))
    truth: Mapped[dict[str, str]] = mapped_column(JSON)  # verdicts by rule, as the script has them
    placed_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # by when it must be scored
    outcome: Mapped[str] = mapped_column(String(16), index=True)
    problem: Mapped[str] = mapped_column(Text, default="")  # what the phone that called says went wrong
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    missed: Mapped[list[str]] = mapped_column(
        JSON, default=list
    )  # rules that judged otherwise than the truth
