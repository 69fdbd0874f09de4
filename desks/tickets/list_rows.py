"""Rows of the lists as records."""

from __future__ import annotations

from typing import Any

from desks.tickets.records import AlarmPerson, Cause, Crew, Kind, Named
from desks.tickets.states import Counting, Nature
from ledger.tables import (
    AlarmPersonRow,
    BranchRow,
    CalendarRow,
    CrewRow,
    TicketCauseRow,
    TicketKindRow,
    TicketServiceRow,
)
from ledger.tables.ticket_lists import Listed


def to_kind(row: TicketKindRow) -> Kind:
    """A kind as its row has it."""
    return Kind(
        id=row.id,
        desk=row.desk,
        nature=Nature(row.nature),
        name=row.name,
        limit_minutes=row.limit_minutes,
        counting=Counting(row.counting),
        reopen_days=row.reopen_days,
        calendar_id=row.calendar_id,
        **_listed(row),
    )


def to_named(row: TicketServiceRow | BranchRow | CalendarRow) -> Named:
    """A service, a branch or a calendar as its row has it."""
    return Named(id=row.id, name=row.name, **_listed(row))


def to_cause(row: TicketCauseRow) -> Cause:
    """A cause as its row has it."""
    return Cause(id=row.id, group=row.cause_group, name=row.name, **_listed(row))


def to_crew(row: CrewRow) -> Crew:
    """A crew as its row has it."""
    return Crew(
        id=row.id,
        name=row.name,
        branch_id=row.branch_id,
        around_the_clock=row.around_the_clock,
        is_rescue=row.is_rescue,
        **_listed(row),
    )


def to_alarm_person(row: AlarmPersonRow) -> AlarmPerson:
    """Somebody to be told as its row has it."""
    return AlarmPerson(
        id=row.id,
        name=row.name,
        address=row.address,
        desk=row.desk,
        branch_id=row.branch_id,
        least_alarm=row.least_alarm,
        **_listed(row),
    )


def _listed(row: Listed) -> dict[str, Any]:
    return {
        "place": row.place,
        "version": row.version,
        "is_retired": row.retired_at is not None,
        "changed_at": row.changed_at,
        "changed_by": row.changed_by,
    }
