"""Campaigns of call-backs (回访), the people to be called, each attempt, and who is not called."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime

_RUNS = text("ended_at IS NULL")
_UNTOLD = text("told_at IS NULL")


class CampaignRow(Base):
    """One campaign. Columns mirror `desks.campaigns.campaign.Campaign`."""

    __tablename__ = "campaigns"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(16))
    desk: Mapped[str] = mapped_column(String(64))
    mode: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    greeting: Mapped[str] = mapped_column(String(64))  # a prompt's id
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    hours: Mapped[dict[str, Any]] = mapped_column(JSON)
    pauses_s: Mapped[dict[str, float]] = mapped_column(JSON)  # by outcome
    most_attempts: Mapped[int] = mapped_column(Integer)
    earliest_s: Mapped[float] = mapped_column(Float)  # from the event
    limit_s: Mapped[float] = mapped_column(Float)
    takes_tickets: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int] = mapped_column(Integer)  # rises with each change
    made_by: Mapped[str] = mapped_column(String(128))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # for the first time
    stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CampaignPersonRow(Base):
    """Somebody to be called in a campaign."""

    __tablename__ = "campaign_people"
    __table_args__ = (
        Index("ix_campaign_people_state_next_at", "state", "next_at"),  # who may be called now
        Index("ix_campaign_people_campaign_id_state", "campaign_id", "state"),
        Index("uq_campaign_people_campaign_id_number_ticket", "campaign_id", "number", "ticket", unique=True),
        Index("ix_campaign_people_ticket", "ticket"),
        Index(  # whose ticket is still to be told
            "ix_campaign_people_state_ticket",
            "state",
            "ticket",
            sqlite_where=_UNTOLD,
            postgresql_where=_UNTOLD,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[str] = mapped_column(String(32))
    ticket: Mapped[str] = mapped_column(String(32))  # its number; empty: of none
    note: Mapped[str] = mapped_column(String(200))  # for the operator, e.g. a name
    language: Mapped[str] = mapped_column(String(8))  # zh, yue or en; empty: not known
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the event that the limit counts from
    due_from: Mapped[datetime] = mapped_column(UtcDateTime)
    due_until: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)  # the next attempt is not before
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str | None] = mapped_column(String(16))  # of the newest attempt
    reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answers: Mapped[dict[str, str]] = mapped_column(JSON)  # the key pressed, by question
    satisfied: Mapped[bool | None] = mapped_column(Boolean)  # None: not asked, or not answered
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the ticket has the result


class CampaignAttemptRow(Base):
    """One call to a person. No number has two that run: the index sees to it."""

    __tablename__ = "campaign_attempts"
    __table_args__ = (
        Index(
            "uq_campaign_attempts_number", "number", unique=True, sqlite_where=_RUNS, postgresql_where=_RUNS
        ),
        Index("ix_campaign_attempts_person_id", "person_id"),
        Index("ix_campaign_attempts_campaign_id", "campaign_id"),
    )

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("campaign_people.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    number: Mapped[str] = mapped_column(String(32))
    operator: Mapped[str | None] = mapped_column(String(64))  # reserved for it
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(16))  # None: under way
    answers: Mapped[dict[str, str]] = mapped_column(JSON)
    remark: Mapped[str] = mapped_column(Text)  # the operator's
    # Hours, pauses and attempts as they held when it began; None: it began before campaigns could change.
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class CampaignChangeRow(Base):
    """What somebody changed of a campaign, in one save."""

    __tablename__ = "campaign_changes"
    __table_args__ = (Index("ix_campaign_changes_campaign_id", "campaign_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(128))
    fields: Mapped[dict[str, list[str]]] = mapped_column(JSON)  # from and to, by field


class DoNotCallRow(Base):
    """A number that is not called (免打扰), since when and until when."""

    __tablename__ = "do_not_call"

    number: Mapped[str] = mapped_column(String(32), primary_key=True)
    why: Mapped[str] = mapped_column(String(200))
    added_by: Mapped[str] = mapped_column(String(128))  # empty: by key in a call
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: for ever
