"""The rows of a ticket that went its whole way: opened, assigned, solved, called back, closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from desks.campaigns.states import Kind
from desks.tickets import CallPart, Channel, Closing, Counting, Move, Nature, TicketState
from desks.tickets.numbers import tail_of
from hotline.desk_year import totals
from hotline.desk_year.call_backs import Result, call_back
from hotline.desk_year.causes import Cause
from hotline.desk_year.drafts import Draft, FirstRound
from hotline.desk_year.rows import Rows
from ledger.tables import TicketCallRow, TicketPauseRow, TicketRow, TicketStepRow

DISPATCHER, OPERATOR, LEAD, MACHINE, CLOCK = "调度员", "话务员", "班长", "回访", "hotline"
_BY_HAND = timedelta(hours=2)  # until somebody rang the customer whose call nobody kept, as in 2006
_SOON = timedelta(minutes=9)  # until a ticket is given to a branch
_TALK = timedelta(seconds=50)  # before a caller's matter is entered
_WHAT = {Nature.FAULT: "障碍申告", Nature.COMPLAINT: "投诉"}
_CALL_BACKS = {Nature.FAULT: Kind.REPAIR, Nature.COMPLAINT: Kind.COMPLAINT}


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """Ids of the lists."""

    branches: tuple[tuple[int, str], ...]
    causes: Mapping[Cause, int]
    kinds: Mapping[Nature, tuple[int, str]]
    campaigns: Mapping[Kind, int]


@dataclass(slots=True)
class _Way:
    """A ticket's steps, one after the other."""

    rows: Rows
    ticket_id: int
    at: datetime  # of the last step
    state: TicketState | None = None
    version: int = 0

    def step(
        self,
        move: Move,
        to: TicketState,
        at: datetime,
        who: str,
        *,
        note: str = "",
        call_id: str | None = None,
        **details: Any,
    ) -> None:
        self.version += 1
        self.rows.add(
            TicketStepRow,
            ticket_id=self.ticket_id,
            version=self.version,
            at=at,
            user_id=None,
            who=who,
            move=move,
            from_state=self.state,
            to_state=to,
            note=note,
            details=details,
            call_id=call_id,
        )
        self.state, self.at = to, at


def add_ticket(rows: Rows, known: Known, draft: Draft, number: str, *, with_calls: bool) -> None:
    """A ticket with all that belongs to it; without calls it was called back from another telephone."""
    ticket_id = len(rows.of[TicketRow]) + 1
    line = rows.number()
    call_id = rows.call_in(line, draft.opened_at - _TALK) if with_calls else None
    way = _Way(rows=rows, ticket_id=ticket_id, at=draft.opened_at)
    _, kind = known.kinds[draft.nature]
    way.step(Move.OPENED, TicketState.OPEN, draft.opened_at, OPERATOR, call_id=call_id, kind=kind)
    if draft.first_round:
        _come_again(way, known, draft, draft.first_round, line if with_calls else None)
    counted_from = way.at
    solved_at = counted_from + timedelta(minutes=draft.handled_minutes + draft.pause_minutes)
    due_at = counted_from + timedelta(minutes=draft.limit_minutes + draft.pause_minutes)
    _work(way, known, draft, solved_at=solved_at, due_at=due_at)
    result = (
        call_back(rows, known.campaigns, _CALL_BACKS[draft.nature], line, solved_at, ticket=number)
        if with_calls
        else None
    )
    closing = _close(way, solved_at, result)
    _link(rows, ticket_id, call_id, draft.opened_at, result)
    _add_row(
        way,
        known,
        draft,
        number=number,
        line=line,
        call_id=call_id,
        closing=closing,
        counted_from=counted_from,
        solved_at=solved_at,
        due_at=due_at,
        satisfied=True if result is None else result.satisfied,
        attempts=len(result.attempts) - result.is_reached if result else 0,
    )


def _come_again(way: _Way, known: Known, draft: Draft, first: FirstRound, line: str | None) -> None:
    """It was solved and confirmed by another telephone; then the caller told that it is not."""
    _assign(way, known, draft, _SOON)
    handled, cause_id = first.handled_minutes, known.causes[draft.cause]
    solved_at = draft.opened_at + timedelta(minutes=handled)
    told: dict[str, Any] = {"cause": f"{draft.cause.group}: {draft.cause.name}", "late_minutes": 0}
    way.step(Move.SOLVED, TicketState.SOLVED, solved_at, DISPATCHER, **told)
    way.step(Move.CONFIRMED, TicketState.CLOSED, solved_at + _BY_HAND, OPERATOR, by_hand=True)
    at = way.at + timedelta(minutes=first.closed_minutes)
    call_id = way.rows.call_in(line, at - _TALK) if line else None
    before: dict[str, Any] = {"closing": Closing.CONFIRMED, "late_minutes": 0, "handled_minutes": handled}
    way.step(Move.REOPENED, TicketState.OPEN, at, OPERATOR, call_id=call_id, cause_id=cause_id, **before)
    if call_id:
        way.rows.add(TicketCallRow, ticket_id=way.ticket_id, call_id=call_id, part=CallPart.URGED, at=at)


def _assign(way: _Way, known: Known, draft: Draft, soon: timedelta) -> None:
    branch = known.branches[draft.branch][1]
    at = way.at + soon
    way.step(Move.ASSIGNED, TicketState.ASSIGNED, at, DISPATCHER, branch=branch, crew=None)


def _work(way: _Way, known: Known, draft: Draft, *, solved_at: datetime, due_at: datetime) -> None:
    soon = min(_SOON, timedelta(minutes=draft.handled_minutes) / 3)
    begun_at = way.at + soon * 2
    _assign(way, known, draft, soon)
    if draft.pause_minutes:
        _arrange(way, draft, begun_at)
    way.step(Move.STARTED, TicketState.WORKING, max(way.at, begun_at), DISPATCHER)
    if draft.late_minutes:
        way.step(Move.ESCALATED, TicketState.WORKING, due_at, CLOCK, due_at=due_at.isoformat())
    if draft.is_urged:
        way.step(Move.URGED, TicketState.WORKING, way.at + (solved_at - way.at) / 2, OPERATOR)
    cause = f"{draft.cause.group}: {draft.cause.name}"
    way.step(
        Move.SOLVED, TicketState.SOLVED, solved_at, DISPATCHER, cause=cause, late_minutes=draft.late_minutes
    )


def _arrange(way: _Way, draft: Draft, at: datetime) -> None:
    until = at + timedelta(minutes=draft.pause_minutes)
    reason = draft.pause_reason
    way.step(Move.ARRANGED, TicketState.ARRANGED, at, DISPATCHER, until=until.isoformat(), reason=str(reason))
    way.step(Move.RESUMED, TicketState.ASSIGNED, until, CLOCK)
    way.rows.add(
        TicketPauseRow,
        ticket_id=way.ticket_id,
        began_at=at,
        until_at=until,
        ended_at=until,
        reason=reason,
        counted_minutes=draft.pause_minutes,
    )


def _close(way: _Way, solved_at: datetime, result: Result | None) -> Closing:
    if result is None:
        at = solved_at + _BY_HAND
        way.step(Move.CONFIRMED, TicketState.CLOSED, at, OPERATOR, by_hand=True)
        return Closing.CONFIRMED
    for attempt in result.attempts[: -1 if result.is_reached else None]:
        way.step(Move.NOT_REACHED, TicketState.SOLVED, attempt.ended_at, MACHINE, call_id=attempt.call_id)
    last = result.attempts[-1]
    if result.is_reached:
        way.step(Move.CONFIRMED, TicketState.CLOSED, last.ended_at, MACHINE, call_id=last.call_id)
        return Closing.CONFIRMED
    at = last.ended_at + timedelta(hours=1)
    way.step(
        Move.GAVE_UP, TicketState.CLOSED, at, LEAD, note="三次回访无人接听", attempts=len(result.attempts)
    )
    return Closing.UNREACHABLE


def _link(rows: Rows, ticket_id: int, call_id: str | None, at: datetime, result: Result | None) -> None:
    if call_id is not None:
        rows.add(TicketCallRow, ticket_id=ticket_id, call_id=call_id, part=CallPart.OPENED, at=at)
    for attempt in result.attempts if result else ():
        rows.add(
            TicketCallRow,
            ticket_id=ticket_id,
            call_id=attempt.call_id,
            part=CallPart.CALL_BACK,
            at=attempt.ended_at,
        )


def _add_row(way: _Way, known: Known, draft: Draft, *, line: str, **columns: Any) -> None:
    kind_id, _ = known.kinds[draft.nature]
    way.rows.add(
        TicketRow,
        id=way.ticket_id,
        version=way.version,
        state=TicketState.CLOSED,
        since=way.at,
        changed_at=way.at,
        kind_id=kind_id,
        nature=draft.nature,
        desk=totals.DESK,
        service=draft.service,
        channel=Channel.CALL,
        line=line,
        line_tail=tail_of(line),
        caller=line,
        caller_tail=tail_of(line),
        contact="",
        text=f"{draft.service}{_WHAT[draft.nature]}",
        opened_by=OPERATOR,
        opened_at=draft.opened_at,
        limit_minutes=draft.limit_minutes,
        counting=Counting.CLOCK,
        alarms=2 if draft.late_minutes else 0,
        branch_id=known.branches[draft.branch][0],
        cause_id=known.causes[draft.cause],
        overdue_reason=draft.late_reason,
        handled_minutes=draft.handled_minutes,
        late_minutes=draft.late_minutes,
        closed_at=way.at,
        urged=int(draft.is_urged),
        reopened=int(draft.first_round is not None),
        **columns,
    )
