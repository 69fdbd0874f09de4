"""What the wallboard (大屏) and the metrics ask of the ledger: who waits now, and how the day has gone.

Every function that counts takes the first moment that counts, e.g. midnight in Shanghai. Imported recordings
are no calls of the day and are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Float, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import GenericFunction

from ledger.calls import DUE_STATES
from ledger.states import CallState, Origin
from ledger.tables import CallRow, EdgeCountRow, WaitingRow

IN_PROGRESS = (CallState.RECEIVED, CallState.ANSWERED)
ROUNDING_S = 0.001  # SQLite tells times to the millisecond: a wait of just 15 s is within 15 s


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingCaller:
    """A caller who waits at a desk now. Who it is stays in the ledger."""

    desk: str
    joined_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class CallTally:
    """Calls of the day that have come equally far and ended alike. Open sets are None until the call ends."""

    state: str
    result: str | None
    reason: str | None
    place: str | None
    desk: str | None
    received: int
    answered: int  # 200 was sent
    surveys_asked: int
    surveys_answered: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitTally:
    """Waits at one desk that have ended alike."""

    desk: str
    outcome: str
    waits: int
    total_s: float
    within: tuple[int, ...]  # how many took at most each of the bounds that were asked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    """Calls that wait for a stage of the pipeline, or are worked on by it."""

    state: CallState
    calls: int
    oldest_at: datetime  # when the oldest of them ended


def waiting_now(session: Session) -> list[WaitingCaller]:
    """Everybody who waits, by desk; at each desk in the order of the places."""
    query = select(
        WaitingRow.desk, WaitingRow.joined_at, WaitingRow.entered_at, WaitingRow.head_start_s
    ).where(WaitingRow.left_at.is_(None))
    rows = sorted(
        session.execute(query),
        key=lambda row: (row.desk, row.entered_at - timedelta(seconds=row.head_start_s)),
    )
    return [WaitingCaller(desk=row.desk, joined_at=row.joined_at) for row in rows]


def calls_in_progress(session: Session) -> dict[str | None, int]:
    """How many calls each line has now; None: those that no line has."""
    query = select(CallRow.line, func.count()).where(CallRow.state.in_(IN_PROGRESS)).group_by(CallRow.line)
    return dict(session.execute(query).all())


def calls_since(session: Session, since: datetime) -> list[CallTally]:
    """The calls received since then, counted by how far they have come and how they ended."""
    kind = (CallRow.state, CallRow.result, CallRow.reason, CallRow.place, CallRow.desk)
    query = (
        select(
            *kind,
            func.count().label("received"),
            func.count(CallRow.answered_at).label("answered"),
            func.count(CallRow.facts["survey_asked"].as_string()).label("surveys_asked"),
            func.count(CallRow.facts["survey_mark"].as_string()).label("surveys_answered"),
        )
        .where(CallRow.received_at >= since, CallRow.origin == Origin.SIP)
        .group_by(*kind)
    )
    return [CallTally(**row._asdict()) for row in session.execute(query)]


def waits_since(session: Session, since: datetime, bounds_s: Sequence[float]) -> list[WaitTally]:
    """The waits that ended since then, from joining the desk's queue to leaving it."""
    took_s = seconds_between(WaitingRow.joined_at, WaitingRow.left_at).label("took_s")
    ended = (
        select(WaitingRow.desk, WaitingRow.outcome, took_s)
        .where(WaitingRow.left_at >= since, WaitingRow.outcome.is_not(None))
        .cte("ended")
        .prefix_with("MATERIALIZED")  # or each bound would work out the seconds anew
    )
    within = [func.count().filter(ended.c.took_s <= bound_s + ROUNDING_S) for bound_s in bounds_s]
    query = select(ended.c.desk, ended.c.outcome, func.count(), func.sum(ended.c.took_s), *within).group_by(
        ended.c.desk, ended.c.outcome
    )
    return [
        WaitTally(desk=desk, outcome=outcome, waits=waits, total_s=float(total_s), within=tuple(counts))
        for desk, outcome, waits, total_s, *counts in session.execute(query)
    ]


def operator_calls_since(session: Session, since: datetime, operators: Sequence[str]) -> dict[str, int]:
    """How many of the calls received since then each of these operators has talked to; 0 is left out."""
    query = (
        select(CallRow.operator, func.count())
        .where(CallRow.operator.in_(operators), CallRow.received_at >= since, CallRow.origin == Origin.SIP)
        .group_by(CallRow.operator)
    )
    return {str(operator): count for operator, count in session.execute(query)}


def backlogs(session: Session) -> list[Backlog]:
    """What the pipeline has before it, by the calls' state; states without calls are left out."""
    query = (
        select(CallRow.state, func.count(), func.min(func.coalesce(CallRow.ended_at, CallRow.received_at)))
        .where(CallRow.state.in_(DUE_STATES))
        .group_by(CallRow.state)
    )
    return [
        Backlog(state=CallState(state), calls=count, oldest_at=oldest_at)
        for state, count, oldest_at in session.execute(query)
    ]


def count_quarantined(session: Session) -> int:
    """How many calls the pipeline has given up."""
    query = select(func.count()).where(CallRow.state == CallState.QUARANTINED)
    return session.scalar(query) or 0


def edge_counts_since(session: Session, since: datetime) -> dict[str, int]:
    """What the edge dropped since then, by verdict."""
    query = (
        select(EdgeCountRow.verdict, func.sum(EdgeCountRow.count))
        .where(EdgeCountRow.minute >= since)
        .group_by(EdgeCountRow.verdict)
    )
    return {verdict: int(count) for verdict, count in session.execute(query)}


class seconds_between(GenericFunction[float]):  # noqa: N801 - named as SQL functions are
    """Seconds from the first moment to the second, on SQLite and PostgreSQL."""

    type = Float()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"((julianday({end}) - julianday({start})) * 86400.0)"


@compiles(seconds_between, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    start, end = (compiler.process(clause, **options) for clause in element.clauses)
    return f"EXTRACT(EPOCH FROM ({end} - {start}))"
