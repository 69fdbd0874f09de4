"""When a ticket is due, what moves that on, and when the clock has something to do.

What is left of a limit is counted in minutes of the ticket's `counting`, and is negative once it is overdue.
The only law: arranging a later time, and another calendar of a crew, change the moment and not what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from desks.tickets.records import Ticket
from desks.tickets.states import Counting, TicketState
from desks.tickets.working_hours import WorkingHours

ALARMS_AT = (0.8, 1.0, 1.5)  # of the limit: warned, the lead told, the bureau told
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Due:
    """By when, and when the clock acts next."""

    due_at: datetime
    alarm_at: datetime | None
    counting: Counting


def first_due(hours: WorkingHours, at: datetime, limit_minutes: int, counting: Counting) -> Due:
    """Of a ticket that is opened, or reopened, at a moment."""
    due_at = hours.add(at, limit_minutes * _MINUTE, counting)
    alarm_at = next_alarm(hours, due_at, limit_minutes, counting, alarms=0)
    return Due(due_at=due_at, alarm_at=alarm_at, counting=counting)


def left_of(hours: WorkingHours, ticket: Ticket, at: datetime) -> timedelta:
    """What is left of the limit; while a later time is arranged, what will be left then."""
    start = at
    if ticket.state is TicketState.ARRANGED and ticket.arranged_until is not None:
        start = max(at, ticket.arranged_until)
    return hours.between(start, ticket.due_at, ticket.counting)


def due_from(
    hours: WorkingHours, ticket: Ticket, at: datetime, *, runs_from: datetime, counting: Counting
) -> Due:
    """The same time left, counted from another moment or by other hours."""
    left = left_of(hours, ticket, at)
    due_at = hours.add(runs_from, left, counting)
    alarm_at = next_alarm(hours, due_at, ticket.limit_minutes, counting, alarms=ticket.alarms)
    if alarm_at is not None and runs_from > at:
        alarm_at = max(alarm_at, runs_from)
    return Due(due_at=due_at, alarm_at=alarm_at, counting=counting)


def next_alarm(
    hours: WorkingHours, due_at: datetime, limit_minutes: int, counting: Counting, *, alarms: int
) -> datetime | None:
    """When the next alarm is due after so many; None after the last."""
    if alarms >= len(ALARMS_AT):
        return None
    beyond = (ALARMS_AT[alarms] - 1) * limit_minutes
    return hours.add(due_at, timedelta(minutes=beyond), counting)


def minutes_of(length: timedelta) -> int:
    """Whole minutes, a begun one counts."""
    return -(-length // _MINUTE)
