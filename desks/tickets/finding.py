"""Looking tickets up: the dispatcher's queues, filters, pages by keyset, a ticket's steps and calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from desks.tickets.numbers import NUMBER, tail_of
from desks.tickets.records import LinkedCall, Pause, Step, Ticket
from desks.tickets.rows import to_call, to_pause, to_step, to_ticket
from desks.tickets.states import Nature, TicketState
from desks.tickets.table import RUNNING, UNSOLVED
from ledger.states import FactKey
from ledger.tables import CallRow, TicketCallRow, TicketPauseRow, TicketRow, TicketStepRow

LONGEST_PAGE = 200
AT_ONCE = 500  # numbers that one query asks for


class Queue(StrEnum):
    """What a dispatcher works through."""

    NEW = "new"  # nobody was given it yet
    MINE = "mine"
    DUE_SOON = "due_soon"  # 80 % of the limit are gone
    OVERDUE = "overdue"
    ARRANGED = "arranged"
    CALL_BACK = "call_back"  # solved, waits for the call-back
    OPEN = "open"  # everything that is not closed
    ALL = "all"


_TELEPHONE = re.compile(r"[+\d\s()-]+")  # a number and nothing else
BY_OPENING = frozenset({Queue.ALL})  # the newest first; the others by when they are due


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which tickets somebody looks for; what is None or empty does not matter."""

    queue: Queue = Queue.OPEN
    user_id: int | None = None  # whose, for `mine`
    desks: frozenset[str] = frozenset()  # which somebody may see; empty: all
    nature: Nature | None = None
    branch_id: int | None = None
    crew_id: int | None = None
    is_reopened: bool = False  # only those that were reopened
    text: str = ""  # a ticket's number, a line's, or words of the text


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """The last one of a page: the next begins behind it."""

    at: datetime  # its due time, or its opening
    id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Some of the tickets that were found."""

    tickets: tuple[Ticket, ...]
    next: Cursor | None  # None: there are no more


def find(
    session: Session, wanted: Wanted, at: datetime, *, after: Cursor | None = None, limit: int = 50
) -> Page:
    """A page of tickets at a moment."""
    is_by_opening = wanted.queue in BY_OPENING
    moment = TicketRow.opened_at if is_by_opening else TicketRow.due_at
    query = select(TicketRow).where(*_conditions(wanted, at))
    if after is not None:
        keys, here = tuple_(moment, TicketRow.id), tuple_(after.at, after.id)
        query = query.where(keys < here if is_by_opening else keys > here)
    order = (moment.desc(), TicketRow.id.desc()) if is_by_opening else (moment, TicketRow.id)
    most = min(limit, LONGEST_PAGE)
    query = query.order_by(*order).limit(most + 1).execution_options(populate_existing=True)
    found = [to_ticket(row) for row in session.scalars(query)]
    shown = found[:most]
    if len(found) <= most:
        return Page(tickets=tuple(shown), next=None)
    last = shown[-1]
    return Page(
        tickets=tuple(shown),
        next=Cursor(at=last.opened_at if is_by_opening else last.due_at, id=last.id),
    )


def waiting_for_call_back(session: Session) -> list[Ticket]:
    """Every ticket that is solved and not confirmed yet, the oldest first."""
    query = select(TicketRow).where(TicketRow.state == TicketState.SOLVED).order_by(TicketRow.id)
    return [to_ticket(row) for row in session.scalars(query)]


def languages_of(session: Session, numbers: Sequence[str]) -> Mapping[str, str]:
    """What was chosen (zh, yue, en) in the calls that tickets were opened from, by the ticket's number."""
    spoken = CallRow.facts[FactKey.LANGUAGE].as_string()
    query = select(TicketRow.number, spoken).join(CallRow, CallRow.id == TicketRow.call_id)
    groups = (numbers[first : first + AT_ONCE] for first in range(0, len(numbers), AT_ONCE))
    return {
        number: language
        for group in groups
        for number, language in session.execute(query.where(TicketRow.number.in_(group), spoken.is_not(None)))
    }


def count_queues(session: Session, wanted: Wanted, at: datetime) -> Mapping[Queue, int]:
    """How many tickets each queue has, of those that the filters leave."""
    queues = [queue for queue in Queue if queue is not Queue.ALL]
    counted = [func.count().filter(_in_queue(queue, wanted.user_id, at)) for queue in queues]
    rest = [*_filters(wanted), TicketRow.state != TicketState.CLOSED]
    row = session.execute(select(*counted).select_from(TicketRow).where(*rest)).one()
    return dict(zip(queues, row, strict=True))


def count_desks(session: Session, at: datetime) -> dict[str, dict[Queue, int]]:
    """The same by desk, of all tickets; `mine` is nobody's here."""
    queues = [queue for queue in Queue if queue not in {Queue.ALL, Queue.MINE}]
    counted = [func.count().filter(_in_queue(queue, None, at)) for queue in queues]
    query = select(TicketRow.desk, *counted).where(TicketRow.state != TicketState.CLOSED)
    rows = session.execute(query.group_by(TicketRow.desk)).all()
    return {desk: dict(zip(queues, counts, strict=True)) for desk, *counts in rows}


def steps_of(session: Session, ticket: Ticket) -> list[Step]:
    """Every step, the oldest first."""
    query = select(TicketStepRow).where(TicketStepRow.ticket_id == ticket.id).order_by(TicketStepRow.version)
    return [to_step(row) for row in session.scalars(query)]


def calls_of(session: Session, ticket: Ticket) -> list[LinkedCall]:
    """The calls that have to do with it, the oldest first."""
    query = select(TicketCallRow).where(TicketCallRow.ticket_id == ticket.id).order_by(TicketCallRow.at)
    return [to_call(row) for row in session.scalars(query)]


def tickets_of_call(session: Session, call_id: str) -> list[Ticket]:
    """The tickets that a call has to do with, the newest first."""
    query = select(TicketRow).join(TicketCallRow, TicketCallRow.ticket_id == TicketRow.id)
    of_call = query.where(TicketCallRow.call_id == call_id).order_by(TicketRow.id.desc())
    return [to_ticket(row) for row in session.scalars(of_call.execution_options(populate_existing=True))]


def pauses_of(session: Session, ticket: Ticket) -> list[Pause]:
    """What was arranged, the oldest first."""
    query = select(TicketPauseRow).where(TicketPauseRow.ticket_id == ticket.id).order_by(TicketPauseRow.id)
    return [to_pause(row) for row in session.scalars(query)]


def _conditions(wanted: Wanted, at: datetime) -> Iterable[ColumnElement[bool]]:
    yield _in_queue(wanted.queue, wanted.user_id, at)
    yield from _filters(wanted)


def _filters(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.desks:
        yield TicketRow.desk.in_(sorted(wanted.desks))
    for column, value in (
        (TicketRow.nature, wanted.nature),
        (TicketRow.branch_id, wanted.branch_id),
        (TicketRow.crew_id, wanted.crew_id),
    ):
        if value is not None:
            yield column == value
    if wanted.is_reopened:
        yield TicketRow.reopened > 0
    if wanted.text.strip():
        yield _about(wanted.text.strip())


def _about(text: str) -> ColumnElement[bool]:
    if NUMBER.fullmatch(text):
        return TicketRow.number == text
    tail = tail_of(text) if _TELEPHONE.fullmatch(text) else ""
    if tail:
        was_left = TicketRow.contact.contains(tail)
        return or_(TicketRow.line_tail == tail, TicketRow.caller_tail == tail, was_left)
    columns = (TicketRow.number, TicketRow.line, TicketRow.text, TicketRow.contact)
    return or_(*(column.contains(text, autoescape=True) for column in columns))


def _in_queue(queue: Queue, user_id: int | None, at: datetime) -> ColumnElement[bool]:
    is_running = TicketRow.state.in_(RUNNING)
    is_late = TicketRow.due_at < at
    conditions: dict[Queue, ColumnElement[bool]] = {
        Queue.NEW: TicketRow.state == TicketState.OPEN,
        Queue.MINE: and_(TicketRow.holder_id == user_id, TicketRow.state != TicketState.CLOSED),
        Queue.DUE_SOON: and_(is_running, TicketRow.alarms > 0, ~is_late),
        Queue.OVERDUE: and_(
            TicketRow.state.in_(UNSOLVED),
            is_late,
            or_(TicketRow.arranged_until.is_(None), TicketRow.arranged_until <= at),
        ),
        Queue.ARRANGED: TicketRow.state == TicketState.ARRANGED,
        Queue.CALL_BACK: TicketRow.state == TicketState.SOLVED,
        Queue.OPEN: TicketRow.state != TicketState.CLOSED,
        Queue.ALL: TicketRow.id > 0,
    }
    return conditions[queue]
