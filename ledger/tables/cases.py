"""How far people are with a call: the case, every step that it took, what was published, appeals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class CaseRow(Base):
    """A call's way through review, publication and appeal. A call without a row waits for nobody yet."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_holder_id_state", "holder_id", "state"),
        Index("ix_cases_state_since", "state", "since"),
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))  # `ledger.case_states.CaseState`
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # of the state
    version: Mapped[int] = mapped_column(
        Integer, default=1
    )  # counts every change: whoever has an older one is told
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who works on it now
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the holder took it
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # who reviewed it blind
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appeal_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    appealed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseStepRow(Base):
    """One change of a case. Rows are only ever added."""

    __tablename__ = "case_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("cases.call_id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: time did it
    step: Mapped[str] = mapped_column(String(16))  # `ledger.case_states.CaseStep`
    state: Mapped[str] = mapped_column(String(16))  # that it led to
    note: Mapped[str] = mapped_column(Text, default="")  # the reason, where the step needs one


class PublicationRow(Base):
    """What an operator was shown of a review, as it was at that moment. Rows are only ever added.

    It holds figures and decisions, no words: those are asked of the scorecard and the reviews that it names,
    so that what is masked or forgotten later is so here too. No foreign key to the scorecard: the
    publication outlives it.
    """

    __tablename__ = "publications"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("cases.call_id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: the plan's `at_once`
    scorecard_id: Mapped[int] = mapped_column(Integer)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)  # `ledger.publications.Published`
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # by the operator, first
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AppealRow(Base):
    """An appeal against a publication, of which each has one at most, and what was decided."""

    __tablename__ = "appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("cases.call_id"), index=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)
    findings: Mapped[list[int]] = mapped_column(JSON)  # that it is against: `ledger.case_rulings`
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    outcome: Mapped[str | None] = mapped_column(String(16))  # `CaseStep.UPHELD` or `DISMISSED`
    note: Mapped[str] = mapped_column(Text, default="")
    rulings: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # `ledger.appeals.Ruling`
