"""The one table of tickets: from which state which move leads where, who may take it, what it needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from desks.tickets import guards
from desks.tickets.errors import NoSuchWay
from desks.tickets.guards import Guard
from desks.tickets.states import Move, Party, TicketState

_ANYBODY = frozenset({Party.DESK, Party.MACHINE})
_DISPATCH = frozenset({Party.DISPATCHER})
_CALLS_BACK = frozenset({Party.DESK, Party.MACHINE})
_LEAD = frozenset({Party.LEAD})
_TIME = frozenset({Party.CLOCK})

OPEN, ASSIGNED, WORKING = TicketState.OPEN, TicketState.ASSIGNED, TicketState.WORKING
ARRANGED, SOLVED, CLOSED = TicketState.ARRANGED, TicketState.SOLVED, TicketState.CLOSED
RUNNING = (OPEN, ASSIGNED, WORKING)  # the limit runs
UNSOLVED = (*RUNNING, ARRANGED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """Where a move leads."""

    to: TicketState
    by: frozenset[Party]
    guards: tuple[Guard, ...] = ()


def _staying(
    move: Move, states: Iterable[TicketState], by: frozenset[Party], *needs: Guard
) -> dict[tuple[TicketState, Move], Way]:
    """Of a move that leaves a ticket where it is."""
    return {(state, move): Way(to=state, by=by, guards=needs) for state in states}


def _leading(move: Move, states: Iterable[TicketState], way: Way) -> dict[tuple[TicketState, Move], Way]:
    return {(state, move): way for state in states}


_ASSIGNING = Way(to=ASSIGNED, by=_DISPATCH, guards=(guards.names_somebody,))
_ARRANGING = Way(to=ARRANGED, by=_DISPATCH, guards=(guards.names_later_time,))
_SOLVING = Way(to=SOLVED, by=_DISPATCH, guards=(guards.names_cause, guards.explains_lateness))
_WITHDRAWING = Way(to=CLOSED, by=_ANYBODY, guards=(guards.is_callers_wish, guards.is_with_customer))

TABLE: dict[tuple[TicketState, Move], Way] = {
    **_staying(Move.NOTED, TicketState, _ANYBODY, guards.says_something),
    **_staying(Move.URGED, UNSOLVED, _ANYBODY),
    **_staying(Move.TAKEN, (*UNSOLVED, SOLVED), _DISPATCH, guards.is_not_own),
    **_leading(Move.ASSIGNED, UNSOLVED, _ASSIGNING),
    **_leading(Move.STARTED, (ASSIGNED, ARRANGED), Way(to=WORKING, by=_DISPATCH)),
    **_leading(Move.ARRANGED, (ASSIGNED, WORKING, ARRANGED), _ARRANGING),
    (ARRANGED, Move.RESUMED): Way(to=ASSIGNED, by=_DISPATCH | _TIME, guards=(guards.is_time,)),
    **_leading(Move.SOLVED, UNSOLVED, _SOLVING),
    **_leading(Move.WITHDRAWN, UNSOLVED, _WITHDRAWING),
    (SOLVED, Move.CONFIRMED): Way(
        to=CLOSED, by=_CALLS_BACK, guards=(guards.was_called_back, guards.is_with_customer)
    ),
    (SOLVED, Move.DENIED): Way(to=OPEN, by=_CALLS_BACK, guards=(guards.is_told,)),
    (SOLVED, Move.NOT_REACHED): Way(to=SOLVED, by=_CALLS_BACK, guards=(guards.is_with_customer,)),
    (SOLVED, Move.GAVE_UP): Way(to=CLOSED, by=_LEAD, guards=(guards.was_tried_often, guards.has_note)),
    (CLOSED, Move.REOPENED): Way(to=OPEN, by=_ANYBODY, guards=(guards.is_recent,)),
    **_staying(Move.WARNED, RUNNING, _TIME, guards.is_alarm),
    **_staying(Move.ESCALATED, RUNNING, _TIME, guards.is_alarm),
    **_staying(Move.REPORTED, RUNNING, _TIME, guards.is_alarm),
}


def way_of(number: str, state: TicketState, move: Move) -> Way:
    """Where a move leads. Raises NoSuchWay."""
    way = TABLE.get((state, move))
    if way is None:
        raise NoSuchWay(f"ticket {number} is {state}: it cannot be {move} now; load it again")
    return way
