"""The working calendars: each its week, holidays (节假日), adjusted working days (调休)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desks.tickets import lists
from desks.tickets.errors import BadTicket
from desks.tickets.lists import DEFAULT_CALENDAR, Draft
from desks.tickets.records import By
from desks.tickets.working_hours import ALL_DAYS, Span, WorkingHours
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict
from ledger.tables import WorkingDayRow, WorkingWeekRow
from ledger.tables.ticket_lists import Listed
from ledger.working_days import SHANGHAI, WorkingDays

_SPAN = re.compile(r"(?P<opens>\d\d:\d\d)-(?P<closes>\d\d:\d\d)")
_MIDNIGHT = "24:00"


@dataclass(frozen=True, kw_only=True, slots=True)
class WeekDay:
    """The hours of a day of the week, and who set them when."""

    weekday: int  # Monday is 0
    spans: str
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecialDay:
    """A holiday or an adjusted working day."""

    day: date
    works: bool
    name: str
    changed_by: str
    changed_at: datetime


def working_hours(session: Session, calendar_id: int = DEFAULT_CALENDAR) -> WorkingHours:
    """What limits are counted by."""
    found = special_days(session, calendar_id)
    week = {each.weekday: spans_of(each.spans) for each in week_of(session, calendar_id)}
    days = WorkingDays(
        weekdays=ALL_DAYS & {weekday for weekday, spans in week.items() if spans},
        holidays=frozenset(each.day for each in found if not each.works),
        extra_days=frozenset(each.day for each in found if each.works),
        zone=SHANGHAI,
    )
    return WorkingHours(days=days, week=week)


def week_of(session: Session, calendar_id: int = DEFAULT_CALENDAR) -> list[WeekDay]:
    """All seven days, Monday first."""
    query = select(WorkingWeekRow).where(WorkingWeekRow.calendar_id == calendar_id)
    return [
        WeekDay(weekday=row.weekday, spans=row.spans, **_changed(row))
        for row in session.scalars(query.order_by(WorkingWeekRow.weekday))
    ]


def special_days(session: Session, calendar_id: int = DEFAULT_CALENDAR) -> list[SpecialDay]:
    """The newest first."""
    query = select(WorkingDayRow).where(WorkingDayRow.calendar_id == calendar_id)
    return [
        SpecialDay(day=row.day, works=row.works, name=row.name, **_changed(row))
        for row in session.scalars(query.order_by(WorkingDayRow.day.desc()))
    ]


def set_week_day(
    session: Session,
    weekday: int,
    spans: str,
    by: By,
    *,
    calendar_id: int = DEFAULT_CALENDAR,
    seen: str | None = None,
) -> None:
    """Set the hours of a day of the week. Raises BadTicket; Conflict where they are not as they were seen."""
    if weekday not in ALL_DAYS:
        raise BadTicket(f"weekday: {weekday} is no day of the week; Monday is 0, Sunday 6")
    spans_of(spans)
    lists.calendar_of(session, calendar_id, is_locked=True)
    row = session.get(WorkingWeekRow, (calendar_id, weekday))
    row = row or WorkingWeekRow(calendar_id=calendar_id, weekday=weekday, spans="")
    if seen is not None and row.spans != seen:
        raise Conflict(f"{row.changed_by} has set these hours to {row.spans!r}; look, and save again")
    row.spans, row.changed_at, row.changed_by = " ".join(spans.split()), now(), by.name
    session.add(row)
    _audit(session, by, {"calendar": str(calendar_id), "weekday": str(weekday), "spans": spans})


def set_day(
    session: Session,
    day: date,
    *,
    works: bool,
    name: str,
    by: By,
    calendar_id: int = DEFAULT_CALENDAR,
) -> None:
    """Make a day a holiday or an adjusted working day. Raises BadTicket."""
    lists.calendar_of(session, calendar_id, is_locked=True)
    row = session.get(WorkingDayRow, (calendar_id, day)) or WorkingDayRow(calendar_id=calendar_id, day=day)
    row.works, row.name, row.changed_at, row.changed_by = works, name.strip()[:64], now(), by.name
    session.add(row)
    _audit(session, by, {"calendar": str(calendar_id), "day": f"{day:%Y-%m-%d}", "works": str(works)})


def unset_day(session: Session, day: date, by: By, *, calendar_id: int = DEFAULT_CALENDAR) -> None:
    """Make a day like its day of the week again."""
    session.execute(
        delete(WorkingDayRow).where(WorkingDayRow.calendar_id == calendar_id, WorkingDayRow.day == day)
    )
    _audit(session, by, {"calendar": str(calendar_id), "day": f"{day:%Y-%m-%d}", "works": "as the week"})


def add_calendar(session: Session, table: type[Listed], draft: Draft, by: By) -> int:
    """A new calendar, as the default one is until somebody changes it; its id. Raises BadTicket."""
    calendar_id = lists.add(session, table, draft, by)
    for day in week_of(session):
        set_week_day(session, day.weekday, day.spans, by, calendar_id=calendar_id)
    for special in special_days(session):
        set_day(session, special.day, works=special.works, name=special.name, by=by, calendar_id=calendar_id)
    return calendar_id


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of a text like 08:30-12:00 13:30-18:00. Raises BadTicket."""
    found: list[Span] = []
    for word in text.split():
        match = _SPAN.fullmatch(word)
        if match is None:
            raise BadTicket(f"spans: {word!r} is no span of hours; write them like 08:30-12:00 13:30-18:00")
        opens, closes = _clock(match["opens"]), _clock(match["closes"])
        previous = found[-1][1] if found else time.min
        if opens is None or (closes is not None and closes <= opens) or previous is None or opens < previous:
            raise BadTicket(f"spans: {text!r} must go forward through the day without overlap")
        found.append((opens, closes))
    return tuple(found)


def _changed(row: WorkingWeekRow | WorkingDayRow) -> dict[str, Any]:
    return {"changed_by": row.changed_by, "changed_at": row.changed_at}


def _clock(text: str) -> time | None:
    """None: the end of the day. Raises BadTicket."""
    if text == _MIDNIGHT:
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise BadTicket(f"spans: {text} is no time of day; write 00:00 to 24:00") from None


def _audit(session: Session, by: By, details: dict[str, str]) -> None:
    act = Act(user=by.user or by.name, action=AuditAction.TICKET_LISTS_CHANGED, details=details)
    write(session, act)
