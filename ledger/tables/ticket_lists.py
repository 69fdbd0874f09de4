"""The lists that tickets are made of, which a desk edits: kinds, services, causes, branches, crews, hours.

What is not used any more is retired and never deleted, so that old tickets keep their words.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from ledger.tables.base import Base, UtcDateTime


class Listed:
    """What every entry of a list has."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    place: Mapped[int] = mapped_column(Integer, default=0)  # in the list, the first is the lowest
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # nobody is offered it since
    version: Mapped[int] = mapped_column(Integer, default=1)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(128))  # a display name, as it was


class TicketKindRow(Listed, Base):
    """A kind of a desk's tickets, and how long each may take."""

    __tablename__ = "ticket_kinds"
    __table_args__ = (Index("uq_ticket_kinds_desk_name", "desk", "name", unique=True),)

    desk: Mapped[str] = mapped_column(String(64))
    nature: Mapped[str] = mapped_column(String(16))  # `desks.tickets.Nature`: what figures group by
    limit_minutes: Mapped[int] = mapped_column(Integer)  # from the opening until it is solved
    counting: Mapped[str] = mapped_column(String(16))  # `desks.tickets.Counting`
    reopen_days: Mapped[int] = mapped_column(Integer)  # within these a closed ticket is the same case
    calendar_id: Mapped[int] = mapped_column(
        Integer, default=1, server_default="1"
    )  # whose working hours count


class TicketServiceRow(Listed, Base):
    """A service that tickets are about: 固话, 宽带."""

    __tablename__ = "ticket_services"
    __table_args__ = (Index("uq_ticket_services_name", "name", unique=True),)


class TicketCauseRow(Listed, Base):
    """A cause that was found."""

    __tablename__ = "ticket_causes"
    __table_args__ = (Index("uq_ticket_causes_cause_group_name", "cause_group", "name", unique=True),)

    cause_group: Mapped[str] = mapped_column(String(64))  # 电缆, 用户终端, 设备


class BranchRow(Listed, Base):
    """A branch (经营部) that answers for an area."""

    __tablename__ = "branches"
    __table_args__ = (Index("uq_branches_name", "name", unique=True),)


class BranchLinesRow(Base):
    """Lines in service of a branch in a month: what the fault rate per thousand is counted over."""

    __tablename__ = "branch_lines"

    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)  # 2026-11
    service: Mapped[str] = mapped_column(String(64), primary_key=True, default="")  # empty: of all services
    lines: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(128))


class CrewRow(Listed, Base):
    """A crew that goes out, e.g. the rescue team (抢险队)."""

    __tablename__ = "crews"
    __table_args__ = (Index("uq_crews_name", "name", unique=True),)

    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))  # None: for all branches
    around_the_clock: Mapped[bool] = mapped_column(default=False)  # its limits count every hour
    is_rescue: Mapped[bool] = mapped_column(default=False)  # 抢险队


class AlarmPersonRow(Listed, Base):
    """Somebody who is told by mail when the limits of tickets pass."""

    __tablename__ = "alarm_people"

    address: Mapped[str] = mapped_column(String(255))
    desk: Mapped[str] = mapped_column(String(64), default="")  # empty: of all desks
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))  # None: of all branches
    least_alarm: Mapped[int] = mapped_column(Integer)  # 1 from the warning on, 2 overdue, 3 by half the limit


class CalendarRow(Listed, Base):
    """A working calendar; each has its hours of the week and its days that are not like them."""

    __tablename__ = "calendars"
    __table_args__ = (Index("uq_calendars_name", "name", unique=True),)


class WorkingWeekRow(Base):
    """The hours in which limits count on a day of the week."""

    __tablename__ = "calendar_weeks"

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"), primary_key=True)
    weekday: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)  # Monday is 0
    spans: Mapped[str] = mapped_column(String(64))  # "08:30-12:00 13:30-18:00"; empty: none
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(128))


class WorkingDayRow(Base):
    """A day that is not like its day of the week: a holiday (节假日) or an adjusted working day (调休)."""

    __tablename__ = "calendar_days"

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    works: Mapped[bool] = mapped_column()  # True: like a Monday
    name: Mapped[str] = mapped_column(String(64), default="")  # 国庆节
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(128))
