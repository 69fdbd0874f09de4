"""What the wallboard (大屏) and the metrics ask of the ledger: who waits now, and how the day has gone.

Every function that counts takes the first moment that counts, e.g. midnight in Shanghai. Imported recordings
are no calls of the day and are left out; so are canary calls, except from what the pipeline has to do.
What a desk's queue has done is `ledger.figures.queue_figures`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.calls import DUE_STATES, IN_PROGRESS
from ledger.canaries import no_canary_waits
from ledger.records import User
from ledger.scopes import visible_calls
from ledger.signatures import name_of
from ledger.states import CallState, Origin
from ledger.statistics.measures import MARK, WAS_ASKED
from ledger.tables import CallRow, ImportRow, WaitingRow
from ledger.waiting import Waiting, list_waiting


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
    surveys_asked: int  # heard the question to its end, or answered it before
    surveys_answered: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitTally:
    """Waits at one desk that have ended alike."""

    desk: str
    outcome: str
    waits: int
    total_s: float
    in_time: int  # took at most the service level that the desk had at the time
    within: tuple[int, ...]  # how many took at most each of the bounds that were asked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Backlog:
    """Calls that wait for a stage of the pipeline, or are worked on by it."""

    state: CallState
    calls: int
    oldest_at: datetime  # when the oldest of them ended


def waiting_now(session: Session) -> list[Waiting]:
    """Everybody who waits, by desk; the longest first, a kept place and a head start counted in."""
    return sorted(
        list_waiting(session, canaries=False),
        key=lambda one: (one.desk, one.entered_at - timedelta(seconds=one.head_start_s)),
    )


def calls_in_progress(session: Session) -> dict[str | None, int]:
    """How many calls each line has now, by its name; None: those that no line has."""
    query = select(CallRow.line).where(CallRow.state.in_(IN_PROGRESS), CallRow.origin == Origin.SIP)
    return Counter(process and name_of(process) for process in session.scalars(query))


def calls_since(session: Session, since: datetime) -> list[CallTally]:
    """The calls received since then, counted by how far they have come and how they ended."""
    kind = (CallRow.state, CallRow.result, CallRow.reason, CallRow.place, CallRow.desk)
    query = (
        select(
            *kind,
            func.count().label("received"),
            func.count(CallRow.answered_at).label("answered"),
            func.count().filter(WAS_ASKED).label("surveys_asked"),
            func.count(MARK).label("surveys_answered"),
        )
        .where(CallRow.received_at >= since, CallRow.origin == Origin.SIP)
        .group_by(*kind)
    )
    return [CallTally(**row._asdict()) for row in session.execute(query)]


def waits_since(session: Session, since: datetime, bounds_s: Sequence[float]) -> list[WaitTally]:
    """The waits that ended since then, from joining the desk's queue to leaving it."""
    within = [func.count().filter(WaitingRow.waited_s <= bound_s) for bound_s in bounds_s]
    query = (
        select(
            WaitingRow.desk,
            WaitingRow.outcome,
            func.count(),
            func.sum(WaitingRow.waited_s),
            func.count().filter(WaitingRow.waited_s <= WaitingRow.service_level_s),
            *within,
        )
        .where(WaitingRow.left_at >= since, WaitingRow.outcome.is_not(None), no_canary_waits())
        .group_by(WaitingRow.desk, WaitingRow.outcome)
    )
    return [
        WaitTally(
            desk=desk,
            outcome=str(outcome),
            waits=waits,
            total_s=total_s or 0.0,
            in_time=in_time,
            within=tuple(counts),
        )
        for desk, outcome, waits, total_s, in_time, *counts in session.execute(query)
    ]


def operator_calls_since(
    session: Session, since: datetime, operators: Sequence[str], *, viewer: User | None = None
) -> dict[str, int]:
    """How many of the calls received since then each of these operators has talked to; 0 is left out.

    With a viewer only calls that the viewer may see are counted.
    """
    query = (
        select(CallRow.operator, func.count())
        .where(CallRow.operator.in_(operators), CallRow.received_at >= since, CallRow.origin == Origin.SIP)
        .group_by(CallRow.operator)
    )
    if viewer is not None:
        query = query.where(visible_calls(viewer))
    return {str(operator): count for operator, count in session.execute(query)}


def backlogs(session: Session) -> list[Backlog]:
    """What the pipeline has before it, by the calls' state; states without calls are left out.

    An imported call may be years old: it waits since it was imported. Calls that go through once more keep
    nobody waiting and are left out.
    """
    since = func.coalesce(ImportRow.imported_at, CallRow.ended_at, CallRow.received_at)
    query = (
        select(CallRow.state, func.count(), func.min(since))
        .outerjoin(ImportRow, ImportRow.call_id == CallRow.id)
        .where(CallRow.state.in_(DUE_STATES), CallRow.asked_at.is_(None))
        .group_by(CallRow.state)
    )
    return [
        Backlog(state=CallState(state), calls=count, oldest_at=oldest_at)
        for state, count, oldest_at in session.execute(query)
    ]
