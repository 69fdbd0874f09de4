"""The lists that a desk edits: kinds, services, causes, branches with their lines, crews.

Entries are retired and never deleted. Whoever changes one is told where somebody else was quicker.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from desks.tickets.errors import BadTicket
from desks.tickets.list_rows import to_alarm_person, to_cause, to_crew, to_kind, to_named
from desks.tickets.records import AlarmPerson, By, Cause, Crew, Kind, Named
from desks.tickets.states import ALARMS, Counting, Nature
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict, NotFound
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

LONGEST_NAME = 64
DEFAULT_CALENDAR = 1
_ADDRESS = re.compile(r"[^@\s<>,;]{1,64}@[^@\s<>,;]{1,180}")
LONGEST_LIMIT_MINUTES = 366 * 24 * 60
LONGEST_REOPEN_DAYS = 366

AnyRow = TypeVar(
    "AnyRow", TicketKindRow, TicketServiceRow, TicketCauseRow, BranchRow, CrewRow, AlarmPersonRow, CalendarRow
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedDraft:
    """A service or a branch as somebody wants it."""

    name: str
    place: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class KindDraft(NamedDraft):
    """A kind as somebody wants it."""

    desk: str
    nature: Nature
    limit_minutes: int
    counting: Counting
    reopen_days: int
    calendar_id: int = DEFAULT_CALENDAR


@dataclass(frozen=True, kw_only=True, slots=True)
class CauseDraft(NamedDraft):
    """A cause as somebody wants it."""

    cause_group: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CrewDraft(NamedDraft):
    """A crew as somebody wants it."""

    branch_id: int | None = None
    around_the_clock: bool = False
    is_rescue: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmDraft(NamedDraft):
    """Somebody to be told of alarms, as somebody wants it."""

    address: str
    least_alarm: int
    desk: str = ""
    branch_id: int | None = None


Draft = NamedDraft | KindDraft | CauseDraft | CrewDraft | AlarmDraft


def kinds(session: Session, desk: str | None = None, *, with_retired: bool = False) -> list[Kind]:
    """Of a desk, or of all."""
    query = _all(TicketKindRow, with_retired=with_retired)
    if desk is not None:
        query = query.where(TicketKindRow.desk == desk)
    return [to_kind(row) for row in session.scalars(query)]


def services(session: Session, *, with_retired: bool = False) -> list[Named]:
    """All of them."""
    return [to_named(row) for row in session.scalars(_all(TicketServiceRow, with_retired=with_retired))]


def causes(session: Session, *, with_retired: bool = False) -> list[Cause]:
    """All of them, each group's together."""
    query = _all(TicketCauseRow, with_retired=with_retired)
    return [to_cause(row) for row in session.scalars(query)]


def branches(session: Session, *, with_retired: bool = False) -> list[Named]:
    """All of them."""
    return [to_named(row) for row in session.scalars(_all(BranchRow, with_retired=with_retired))]


def crews(session: Session, *, with_retired: bool = False) -> list[Crew]:
    """All of them."""
    return [to_crew(row) for row in session.scalars(_all(CrewRow, with_retired=with_retired))]


def alarm_people(session: Session, *, with_retired: bool = False) -> list[AlarmPerson]:
    """All of them."""
    return [to_alarm_person(row) for row in session.scalars(_all(AlarmPersonRow, with_retired=with_retired))]


def calendars(session: Session, *, with_retired: bool = False) -> list[Named]:
    """All of them; their hours are in `desks.tickets.calendar`."""
    return [to_named(row) for row in session.scalars(_all(CalendarRow, with_retired=with_retired))]


def kind_of(session: Session, kind_id: int) -> Kind:
    """A kind that is in use. Raises BadTicket."""
    return to_kind(_in_use(session, TicketKindRow, kind_id, "kind"))


def cause_of(session: Session, cause_id: int) -> Cause:
    """A cause that is in use. Raises BadTicket."""
    return to_cause(_in_use(session, TicketCauseRow, cause_id, "cause"))


def branch_of(session: Session, branch_id: int, *, is_locked: bool = False) -> Named:
    """A branch that is in use; locked, nobody else sets its lines meanwhile. Raises BadTicket."""
    return to_named(_in_use(session, BranchRow, branch_id, "branch", is_locked=is_locked))


def crew_of(session: Session, crew_id: int) -> Crew:
    """A crew that is in use. Raises BadTicket."""
    return to_crew(_in_use(session, CrewRow, crew_id, "crew"))


def calendar_of(session: Session, calendar_id: int, *, is_locked: bool = False) -> Named:
    """A calendar that is in use; locked, nobody else sets its days meanwhile. Raises BadTicket."""
    return to_named(_in_use(session, CalendarRow, calendar_id, "calendar", is_locked=is_locked))


def add(session: Session, table: type[Listed], draft: Draft, by: By) -> int:
    """Add an entry; its id. Raises BadTicket."""
    values = _checked(session, draft)
    make: Callable[..., Any] = table
    row = make(**values, version=1, changed_at=now(), changed_by=by.name)
    with _unique(session, draft.name):
        session.add(row)
        session.flush()
    _audit(session, by, table, row.id, values)
    return int(row.id)


def change(
    session: Session, table: type[Listed], entry_id: int, draft: Draft, by: By, *, version: int
) -> None:
    """Change an entry. Raises BadTicket, NotFound, Conflict where somebody was quicker."""
    values = _checked(session, draft)
    with _unique(session, draft.name):
        _update(session, table, entry_id, values, by, version=version)
    _audit(session, by, table, entry_id, values)


def retire(
    session: Session, table: type[Listed], entry_id: int, by: By, *, version: int, is_retired: bool
) -> None:
    """Offer an entry no more, or again. Raises NotFound, Conflict where somebody was quicker."""
    _update(session, table, entry_id, {"retired_at": now() if is_retired else None}, by, version=version)
    _audit(session, by, table, entry_id, {"retired": is_retired})


def _all(table: type[AnyRow], *, with_retired: bool) -> Select[AnyRow]:
    query = select(table).order_by(table.place, table.id)
    return query if with_retired else query.where(table.retired_at.is_(None))


def _in_use(
    session: Session, table: type[AnyRow], entry_id: int, what: str, *, is_locked: bool = False
) -> AnyRow:
    row = session.get(table, entry_id, with_for_update={"key_share": True} if is_locked else None)
    if row is None or row.retired_at is not None:
        raise BadTicket(f"{what}: there is no such {what} in use; choose one of the list")
    return row


def _update(
    session: Session, table: type[Listed], entry_id: int, values: Mapping[str, Any], by: By, *, version: int
) -> None:
    told = {"version": version + 1, "changed_at": now(), "changed_by": by.name}
    found = session.execute(
        update(table)
        .where(table.id == entry_id, table.version == version)
        .values(**values, **told)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).first()
    if found is not None:
        return
    if session.get(table, entry_id) is None:
        raise NotFound(f"there is no entry {entry_id} in this list; load it again")
    raise Conflict("somebody else has changed this entry meanwhile; load the list again")


@contextmanager
def _unique(session: Session, name: str) -> Iterator[None]:
    """Turns a name that the list has already into a sentence."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        raise BadTicket(f"name: the list has {name!r} already; change that entry, or take it back") from None


def _checked(session: Session, draft: Draft) -> dict[str, Any]:
    """The draft as columns."""
    values = {**asdict(draft), "name": draft.name.strip()}
    needed = ("name", "cause_group") if isinstance(draft, AlarmDraft) else ("name", "cause_group", "desk")
    for field in needed:
        if field in values and not 0 < len(str(values[field]).strip()) <= LONGEST_NAME:
            raise BadTicket(f"{field}: write one to {LONGEST_NAME} characters")
    if isinstance(draft, KindDraft):
        _check_kind(draft)
        calendar_of(session, draft.calendar_id)
    if isinstance(draft, AlarmDraft):
        _check_alarm(draft)
    if isinstance(draft, CrewDraft | AlarmDraft) and draft.branch_id is not None:
        branch_of(session, draft.branch_id)
    return values


def _check_kind(draft: KindDraft) -> None:
    if not 0 < draft.limit_minutes <= LONGEST_LIMIT_MINUTES:
        raise BadTicket(f"limit_minutes: give one to {LONGEST_LIMIT_MINUTES} minutes")
    if not 0 <= draft.reopen_days <= LONGEST_REOPEN_DAYS:
        raise BadTicket(f"reopen_days: give none to {LONGEST_REOPEN_DAYS} days")


def _check_alarm(draft: AlarmDraft) -> None:
    if not _ADDRESS.fullmatch(draft.address):
        raise BadTicket("address: write one mail address, such as zhou@hotline.example")
    if draft.least_alarm not in ALARMS.values() or len(draft.desk) > LONGEST_NAME:
        raise BadTicket("least_alarm: choose from which alarm on, and a desk or none")


def _audit(session: Session, by: By, table: type[Listed], entry_id: int, values: Mapping[str, Any]) -> None:
    details = {"list": str(getattr(table, "__tablename__", "")), "entry": str(entry_id)}
    told = {key: str(value) for key, value in values.items()}
    act = Act(user=by.user or by.name, action=AuditAction.TICKET_LISTS_CHANGED, details={**told, **details})
    write(session, act)
