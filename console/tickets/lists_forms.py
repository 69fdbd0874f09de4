"""Entries of the lists as forms send them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from console.errors import BadInput
from console.texts import HIGHEST_ID, check_signs, checked_day, whole_number
from desks.tickets import By, Counting, Nature, lists
from desks.tickets.calendar import add_calendar
from desks.tickets.lists import AlarmDraft, CauseDraft, CrewDraft, Draft, KindDraft, NamedDraft
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

Form = Mapping[str, str]


class ListName(StrEnum):
    """The lists, as addresses name them."""

    KINDS = "kinds"
    SERVICES = "services"
    CAUSES = "causes"
    BRANCHES = "branches"
    CREWS = "crews"
    ALARMS = "alarms"
    CALENDARS = "calendars"


@dataclass(frozen=True, kw_only=True, slots=True)
class List:
    """A list's table, and how a form becomes an entry."""

    table: type[Listed]
    read: Callable[[Form], Draft]
    add: Callable[[Session, type[Listed], Draft, By], int] = lists.add


def number(form: Form, name: str, *, least: int = 0) -> int:
    """A whole number of a form. Raises BadInput."""
    found = whole_number(form.get(name, "").strip() or "0")
    if found is None or found < least:
        raise BadInput(f"{name}: write a whole number from {least}")
    return found


def calendar_id(form: Form) -> int:
    """Which calendar a form is of; the default one where it names none. Raises BadInput."""
    return number(form, "calendar_id") or lists.DEFAULT_CALENDAR


def day(form: Form) -> date:
    """A day of a form. Raises BadInput."""
    return checked_day(form.get("day", ""), "day")


def checked_form(form: Form) -> Form:
    """The form, where all that it has can be kept. Raises BadInput."""
    check_signs("the form", "".join(form.values()))
    return form


def _hours(form: Form) -> int:
    """A limit is written in hours, with a half where it is one, and kept in minutes."""
    try:
        minutes = round(float(form.get("limit_hours", "")) * 60)
    except (ValueError, OverflowError):  # no number, or none that ends
        minutes = 0
    if not 0 < minutes <= HIGHEST_ID:
        raise BadInput("limit_hours: write the limit in hours, such as 24 or 1.5")
    return minutes


def _kind(form: Form) -> KindDraft:
    try:
        nature, counting = Nature(form.get("nature", "")), Counting(form.get("counting", ""))
    except ValueError:
        raise BadInput("nature: choose what the kind is and how its limit is counted") from None
    return KindDraft(
        name=form.get("name", ""),
        place=number(form, "place"),
        desk=form.get("desk", "").strip(),
        nature=nature,
        limit_minutes=_hours(form),
        counting=counting,
        reopen_days=number(form, "reopen_days"),
        calendar_id=calendar_id(form),
    )


def _named(form: Form) -> NamedDraft:
    return NamedDraft(name=form.get("name", ""), place=number(form, "place"))


def _cause(form: Form) -> CauseDraft:
    group = form.get("cause_group", "").strip()
    return CauseDraft(name=form.get("name", ""), place=number(form, "place"), cause_group=group)


def _crew(form: Form) -> CrewDraft:
    return CrewDraft(
        name=form.get("name", ""),
        place=number(form, "place"),
        branch_id=number(form, "branch_id") or None,
        around_the_clock=form.get("around_the_clock") == "yes",
        is_rescue=form.get("is_rescue") == "yes",
    )


def _alarm(form: Form) -> AlarmDraft:
    return AlarmDraft(
        name=form.get("name", ""),
        place=number(form, "place"),
        address=form.get("address", "").strip(),
        desk=form.get("desk", "").strip(),
        branch_id=number(form, "branch_id") or None,
        least_alarm=number(form, "least_alarm"),
    )


LISTS = {
    ListName.KINDS: List(table=TicketKindRow, read=_kind),
    ListName.SERVICES: List(table=TicketServiceRow, read=_named),
    ListName.CAUSES: List(table=TicketCauseRow, read=_cause),
    ListName.BRANCHES: List(table=BranchRow, read=_named),
    ListName.CREWS: List(table=CrewRow, read=_crew),
    ListName.ALARMS: List(table=AlarmPersonRow, read=_alarm),
    ListName.CALENDARS: List(table=CalendarRow, read=_named, add=add_calendar),
}
