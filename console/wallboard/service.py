"""Puts the wallboard together from what the ledger says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from console.switchboard import Switchboard
from console.wallboard import repository
from console.wallboard.schemas import DeskDay, DeskNow, LinesNow, Snapshot, StaffNow, Today, WholeDay
from ledger.figures import QueueFigure
from ledger.lines import LineRecord
from ledger.states import LineState, OperatorState, Result


def look_back(session: Session, switchboard: Switchboard, since: datetime, until: datetime) -> Today:
    """What has happened since midnight."""
    tallies = repository.calls_since(session, since)
    figures = {figure.desk: figure for figure in repository.queue_figures(session, since, until)}
    return Today(
        whole=WholeDay(
            received=sum(tally.received for tally in tallies),
            answered=sum(tally.answered for tally in tallies),
            abandoned=sum(tally.received for tally in tallies if tally.result == Result.ABANDONED),
            surveys_asked=sum(tally.surveys_asked for tally in tallies),
            surveys_answered=sum(tally.surveys_answered for tally in tallies),
        ),
        desks={desk.id: _desk_day(figures.get(desk.id)) for desk in switchboard.desks},
    )


def _desk_day(figure: QueueFigure | None) -> DeskDay:
    if figure is None:
        return DeskDay()
    return DeskDay(
        waits=figure.offered,
        answered=figure.answered,
        answered_in_time=figure.answered_in_time,
        abandoned=figure.abandoned,
    )


def look_now(session: Session, switchboard: Switchboard, at: datetime, today: Today) -> Snapshot:
    """The present moment, with the day's figures beside it."""
    waits_s: dict[str, list[float]] = {}
    for caller in repository.waiting_now(session):
        waits_s.setdefault(caller.desk, []).append(max(0.0, (at - caller.joined_at).total_seconds()))
    people = switchboard.staff(repository.list_operators(session))
    staff = tuple(StaffNow(number=one.number, state=one.state) for one in people)
    calls = repository.calls_in_progress(session)
    return Snapshot(
        at=at,
        desks=tuple(
            DeskNow(
                id=desk.id,
                name=desk.name,
                service_level_s=desk.service_level_s,
                waits_s=tuple(waits_s.get(desk.id, ())),
                staff=frozenset(desk.operators),
                operators=count_states(one for one in staff if one.number in desk.operators),
                day=today.desks.get(desk.id, DeskDay()),
            )
            for desk in switchboard.desks
        ),
        staff=staff,
        operators=count_states(staff),
        lines=_lines(repository.list_lines(session), calls),
        in_progress=sum(calls.values()),
        today=today,
    )


def count_states(operators: Iterable[StaffNow]) -> Mapping[OperatorState, int]:
    """How many are in each state; every state has its number."""
    counts = Counter(operator.state for operator in operators)
    return {state: counts[state] for state in OperatorState}


def _lines(lines: Sequence[LineRecord], calls: Mapping[str | None, int]) -> LinesNow:
    states = Counter(line.state for line in lines)
    serving = [(calls.get(line.name, 0), line.places) for line in lines if line.state is LineState.SERVING]
    full = sum(taken >= places for taken, places in serving)
    free = sum(taken == 0 for taken, _places in serving)
    return LinesNow(
        free=free,
        busy=len(serving) - full - free,
        full=full,
        draining=states[LineState.DRAINING],
        starting=states[LineState.STARTING],
        dead=states[LineState.DEAD],
        calls=sum(taken for taken, _places in serving),
        places=sum(places for _taken, places in serving),
    )
