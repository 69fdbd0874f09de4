"""What each move changes of a ticket besides its state, and what its step keeps of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from desks.tickets import lists
from desks.tickets.calendar import working_hours
from desks.tickets.errors import BadTicket
from desks.tickets.guards import Asked
from desks.tickets.limits import Due, due_from, first_due, minutes_of, next_alarm
from desks.tickets.states import ALARMS, CallPart, Closing, Counting, Move, TicketState
from ledger.tables import TicketKindRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """Of one move."""

    changes: dict[str, Any] = field(default_factory=dict)  # columns
    details: dict[str, Any] = field(default_factory=dict)  # of the step, JSON
    part: CallPart = CallPart.TOLD  # what the named call has to do with it


def effect_of(asked: Asked) -> Effect:
    """What a move changes. Raises BadTicket where what it names does not exist."""
    return _EFFECTS[asked.move](asked)


def _noted(asked: Asked) -> Effect:
    reason = asked.wish.overdue_reason
    if reason is None:
        return Effect()
    return Effect(changes={"overdue_reason": reason}, details={"overdue_reason": reason})


def _urged(asked: Asked) -> Effect:
    return Effect(changes={"urged": asked.ticket.urged + 1}, part=CallPart.URGED)


def _taken(asked: Asked) -> Effect:
    return Effect(changes={"holder_id": asked.by.user_id})


def _assigned(asked: Asked) -> Effect:
    crew = lists.crew_of(asked.session, asked.wish.crew_id) if asked.wish.crew_id is not None else None
    branch_id = asked.wish.branch_id or (crew.branch_id if crew else None)
    branch = lists.branch_of(asked.session, branch_id) if branch_id is not None else None
    kind = asked.session.get_one(TicketKindRow, asked.ticket.kind_id)
    counting = Counting.CLOCK if crew and crew.around_the_clock else Counting(kind.counting)
    changes: dict[str, Any] = {"branch_id": branch_id, "crew_id": asked.wish.crew_id, "arranged_until": None}
    if asked.ticket.holder_id is None:
        changes["holder_id"] = asked.by.user_id
    return Effect(
        changes={**changes, **_running(asked, counting)},
        details={"branch": branch.name if branch else None, "crew": crew.name if crew else None},
    )


def _running(asked: Asked, counting: Counting) -> dict[str, Any]:
    """The limit runs from now on: a later time that was arranged is over, or the hours are others."""
    ticket = asked.ticket
    if counting is ticket.counting and ticket.state is not TicketState.ARRANGED:
        return {}
    return _due(due_from(asked.hours, ticket, asked.at, runs_from=asked.at, counting=counting))


def _going_on(asked: Asked) -> Effect:
    """Started or resumed."""
    return Effect(changes={"arranged_until": None, **_running(asked, asked.ticket.counting)})


def _arranged(asked: Asked) -> Effect:
    until, ticket = asked.wish.until, asked.ticket
    assert until is not None  # the guards have seen to it
    assert asked.wish.pause_reason is not None
    due = due_from(asked.hours, ticket, asked.at, runs_from=until, counting=ticket.counting)
    return Effect(
        changes={**_due(due), "arranged_until": until, "alarm_at": until},
        details={"until": until.isoformat(), "reason": asked.wish.pause_reason},
    )


def _solved(asked: Asked) -> Effect:
    ticket = asked.ticket
    assert asked.wish.cause_id is not None
    cause = lists.cause_of(asked.session, asked.wish.cause_id)
    left = asked.left
    late_minutes = max(0, minutes_of(-left))
    reason = asked.wish.overdue_reason or ticket.overdue_reason
    changes = {
        **_running(asked, ticket.counting),
        "cause_id": cause.id,
        "overdue_reason": reason if late_minutes else None,
        "solved_at": asked.at,
        "handled_minutes": max(0, ticket.limit_minutes - minutes_of(left)),
        "late_minutes": late_minutes,
        "arranged_until": None,
        "alarm_at": None,
        "attempts": 0,
        "satisfied": None,
    }
    return Effect(
        changes=changes, details={"cause": f"{cause.group}: {cause.name}", "late_minutes": late_minutes}
    )


def _confirmed(asked: Asked) -> Effect:
    changes = {**_closing(asked, Closing.CONFIRMED), "satisfied": asked.wish.answers.get("satisfied", True)}
    return Effect(changes=changes, details=_heard(asked), part=CallPart.CALL_BACK)


def _denied(asked: Asked) -> Effect:
    """It was never solved: the limit has been running all the time."""
    ticket = asked.ticket
    alarm_at = next_alarm(
        asked.hours, ticket.due_at, ticket.limit_minutes, ticket.counting, alarms=ticket.alarms
    )
    changes = {**_UNSOLVED, "satisfied": asked.wish.answers.get("satisfied", False), "alarm_at": alarm_at}
    return Effect(changes=changes, details=_heard(asked), part=CallPart.CALL_BACK)


def _not_reached(asked: Asked) -> Effect:
    return Effect(
        changes={"attempts": asked.ticket.attempts + asked.wish.attempts},
        details=_heard(asked),
        part=CallPart.CALL_BACK,
    )


def _gave_up(asked: Asked) -> Effect:
    return Effect(changes=_closing(asked, Closing.UNREACHABLE), details={"attempts": asked.ticket.attempts})


def _withdrawn(asked: Asked) -> Effect:
    return Effect(changes=_closing(asked, Closing.WITHDRAWN))


def _reopened(asked: Asked) -> Effect:
    """The same case, with its limit from the beginning; the step keeps what was before."""
    ticket = asked.ticket
    kind = asked.session.get_one(TicketKindRow, ticket.kind_id)
    hours = working_hours(asked.session, kind.calendar_id)
    due = first_due(hours, asked.at, ticket.limit_minutes, Counting(kind.counting))
    before = {
        "closing": ticket.closing,
        "late_minutes": ticket.late_minutes,
        "handled_minutes": ticket.handled_minutes,
        "cause_id": ticket.cause_id,
    }
    changes = {
        **_UNSOLVED,
        **_due(due),
        "calendar_id": kind.calendar_id,
        "counted_from": asked.at,
        "alarms": 0,
        "closed_at": None,
        "closing": None,
        "satisfied": None,
        "cause_id": None,
        "reopened": ticket.reopened + 1,
    }
    return Effect(changes=changes, details=before, part=CallPart.URGED)


def _alarm(asked: Asked) -> Effect:
    ticket, alarms = asked.ticket, ALARMS[asked.move]
    alarm_at = next_alarm(asked.hours, ticket.due_at, ticket.limit_minutes, ticket.counting, alarms=alarms)
    return Effect(
        changes={"alarms": alarms, "alarm_at": alarm_at}, details={"due_at": ticket.due_at.isoformat()}
    )


def _closing(asked: Asked, closing: Closing) -> dict[str, Any]:
    return {
        "closed_at": asked.at,
        "closing": closing,
        "arranged_until": None,
        "alarm_at": None,
    }


def _heard(asked: Asked) -> dict[str, Any]:
    """What a call-back heard; by hand where it was made by another telephone."""
    by_hand = {} if asked.wish.call_id else {"by_hand": True}
    return {**asked.wish.answers, **by_hand}


def _due(due: Due) -> dict[str, Any]:
    return {"due_at": due.due_at, "alarm_at": due.alarm_at, "counting": due.counting}


def _nothing(_asked: Asked) -> Effect:
    raise BadTicket("a ticket is opened once; use open_ticket")


_UNSOLVED: dict[str, Any] = {
    "solved_at": None,
    "handled_minutes": None,
    "late_minutes": None,
    "overdue_reason": None,
    "attempts": 0,
}
_EFFECTS: dict[Move, Callable[[Asked], Effect]] = {
    Move.OPENED: _nothing,
    Move.NOTED: _noted,
    Move.URGED: _urged,
    Move.TAKEN: _taken,
    Move.ASSIGNED: _assigned,
    Move.STARTED: _going_on,
    Move.ARRANGED: _arranged,
    Move.RESUMED: _going_on,
    Move.SOLVED: _solved,
    Move.CONFIRMED: _confirmed,
    Move.DENIED: _denied,
    Move.NOT_REACHED: _not_reached,
    Move.GAVE_UP: _gave_up,
    Move.WITHDRAWN: _withdrawn,
    Move.REOPENED: _reopened,
    Move.WARNED: _alarm,
    Move.ESCALATED: _alarm,
    Move.REPORTED: _alarm,
}
