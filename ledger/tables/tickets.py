"""Tickets (工单): faults and complaints from the first call to the call-back that confirms the end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime

_TO_DO = text("alarm_at IS NOT NULL")
_NOT_MAILED = text("mail_id IS NULL")


class TicketRow(Base):
    """One case. Columns mirror `desks.tickets.Ticket`; `desks.tickets.table` says how its state changes."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_state_due_at_id", "state", "due_at", "id"),
        Index("ix_tickets_opened_at_id", "opened_at", "id"),
        Index("ix_tickets_line_tail", "line_tail"),
        Index("ix_tickets_caller_tail", "caller_tail"),
        Index("ix_tickets_holder_id_state", "holder_id", "state"),
        Index("ix_tickets_branch_id_opened_at", "branch_id", "opened_at"),
        Index("ix_tickets_cause_id_opened_at", "cause_id", "opened_at"),
        Index("ix_tickets_alarm_at", "alarm_at", sqlite_where=_TO_DO, postgresql_where=_TO_DO),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(16), unique=True)  # 20261130-0001, what people say
    version: Mapped[int] = mapped_column(Integer, default=1)  # counts every step
    state: Mapped[str] = mapped_column(String(16))  # `desks.tickets.TicketState`
    since: Mapped[datetime] = mapped_column(UtcDateTime)  # of the state
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)  # by the newest step
    kind_id: Mapped[int] = mapped_column(ForeignKey("ticket_kinds.id"))
    nature: Mapped[str] = mapped_column(String(16))  # the kind's at the opening
    desk: Mapped[str] = mapped_column(String(64))
    service: Mapped[str] = mapped_column(String(64))  # 固话, 宽带
    channel: Mapped[str] = mapped_column(String(16))  # `desks.tickets.Channel`
    line: Mapped[str] = mapped_column(String(32))  # the line that it is about, digits only; may be empty
    line_tail: Mapped[str] = mapped_column(String(7))  # its last digits, by which it is found
    caller: Mapped[str] = mapped_column(String(64))  # the number that called, as the trunk gave it
    caller_tail: Mapped[str] = mapped_column(String(7))
    contact: Mapped[str] = mapped_column(String(128))  # name, address, the number to call back
    text: Mapped[str] = mapped_column(Text)  # what the matter is
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))  # that it was opened from
    opened_by: Mapped[str] = mapped_column(String(128))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    counted_from: Mapped[datetime] = mapped_column(UtcDateTime)  # the opening, or the last reopening
    limit_minutes: Mapped[int] = mapped_column(Integer)  # the kind's at the opening
    counting: Mapped[str] = mapped_column(String(16))  # which minutes: of the kind, or of a crew
    calendar_id: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1"
    )  # the kind's at the opening
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)  # moves on by what was arranged
    alarm_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when the clock has something to do
    alarms: Mapped[int] = mapped_column(Integer, default=0)  # 1 warned, 2 told the lead, 3 told the bureau
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("crews.id"))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # the dispatcher who follows it
    arranged_until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # 预约
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("ticket_causes.id"))
    overdue_reason: Mapped[str | None] = mapped_column(String(16))  # `desks.tickets.OverdueReason`
    solved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handled_minutes: Mapped[int | None] = mapped_column(Integer)  # counted until solved, arranged left out
    late_minutes: Mapped[int | None] = mapped_column(Integer)  # of these after the limit; 0: in time
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closing: Mapped[str | None] = mapped_column(String(16))  # `desks.tickets.Closing`
    satisfied: Mapped[bool | None] = mapped_column()  # what the newest call-back heard
    attempts: Mapped[int] = mapped_column(Integer, default=0)  # call-backs since solved that reached nobody
    urged: Mapped[int] = mapped_column(Integer, default=0)  # 催修
    reopened: Mapped[int] = mapped_column(Integer, default=0)


class TicketStepRow(Base):
    """One step of a ticket. Rows are only ever added; with the version it is a step's only place."""

    __tablename__ = "ticket_steps"
    __table_args__ = (
        Index("uq_ticket_steps_ticket_id_version", "ticket_id", "version", unique=True),
        Index("ix_ticket_steps_move_at", "move", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    version: Mapped[int] = mapped_column(Integer)  # that it led to
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    who: Mapped[str] = mapped_column(String(128))  # a display name, or what machine it was
    move: Mapped[str] = mapped_column(String(16))  # `desks.tickets.Move`
    from_state: Mapped[str | None] = mapped_column(String(16))  # None: the opening
    to_state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # what was set, the answers heard
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.id"))


class TicketCallRow(Base):
    """A call that has to do with a ticket."""

    __tablename__ = "ticket_calls"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(String(16))  # `desks.tickets.CallPart`
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class TicketPauseRow(Base):
    """A time that was arranged (预约): the limit does not run in it, and figures count it apart."""

    __tablename__ = "ticket_pauses"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until_at: Mapped[datetime] = mapped_column(UtcDateTime)  # as it was arranged
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when it was over; None: it is not
    reason: Mapped[str] = mapped_column(String(16))  # `desks.tickets.PauseReason`
    counted_minutes: Mapped[int | None] = mapped_column(Integer)  # of those that the limit counts


class TicketDayRow(Base):
    """How many tickets a day has: their numbers have no gaps."""

    __tablename__ = "ticket_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class AlarmNoticeRow(Base):
    """That somebody is to be told of an alarm; several of one person become one mail."""

    __tablename__ = "alarm_notices"
    __table_args__ = (
        Index("uq_alarm_notices_ticket_version_address", "ticket", "version", "address", unique=True),
        Index("ix_alarm_notices_at", "at", sqlite_where=_NOT_MAILED, postgresql_where=_NOT_MAILED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(String(16))  # its number
    version: Mapped[int] = mapped_column(Integer)  # of the step that raised it
    alarm: Mapped[int] = mapped_column(Integer)  # as `TicketRow.alarms` counts
    address: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("outgoing_mails.id"), index=True)
