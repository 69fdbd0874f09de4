"""What the desks have done in a period: one definition of each figure, all counted by the database.

A period is `since <= moment < until`. Waits belong to the period in which they ended, and so do calls.
Canary calls (`ledger.canaries`) are in none of them.

- **offered**: waits at a desk that ended. A call that overflowed is offered to each desk where it waited; one
  that was cut off with its line is not counted, nobody having had a chance to answer it.
- **answered**: waits that ended with an operator.
- **service level**: answered within the desk's `service_level_s` (as it was then) of all offered. Callers who
  gave up count against it, however soon they did.
- **abandoned**: calls whose caller left before an operator picked up or the menus had served, by the place
  and the whole second after the answer (fact `left_after_s`, rounded down). At a desk: waits that ended so.
- **asked**: calls in which the survey was heard to its end or answered, of all that an operator talked to.
- **answered the survey**: calls with a mark, of those asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, and_, case, cast, func, select
from sqlalchemy.orm import Session

from ledger.canaries import no_canary_waits, not_canary
from ledger.clock import now
from ledger.states import Place, QueueOutcome, Result
from ledger.tables import CallRow, WaitingRow

RECENT_S = 3600.0  # what "lately" means for a desk's handling time
RECENT_CALLS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueFigure:
    """One desk's queue in a period."""

    desk: str
    offered: int
    answered: int
    answered_in_time: int
    abandoned: int
    overflowed: int
    mean_wait_s: float | None  # of the answered; None where there are none
    longest_wait_s: float | None  # of all offered

    @property
    def service_level(self) -> float | None:
        """Share answered in time, 0 to 1; None where nobody was offered."""
        return self.answered_in_time / self.offered if self.offered else None

    @property
    def abandoned_share(self) -> float | None:
        """Share of callers who gave up, 0 to 1; None where nobody was offered."""
        return self.abandoned / self.offered if self.offered else None


@dataclass(frozen=True, kw_only=True, slots=True)
class AbandonedFigure:
    """How many callers gave up at a place in one second after the answer."""

    place: Place
    second: int  # 3: from 3.0 to 3.999 s after the answer
    calls: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyFigure:
    """The survey of one operator at one desk in a period."""

    desk: str
    operator: str
    talked: int  # calls that the operator talked to
    asked: int
    cut: int  # the caller left during the question
    answered: int
    marks: dict[str, int] = field(default_factory=dict)  # how often each key was given

    @property
    def asked_share(self) -> float:
        """Of all calls talked to, 0 to 1."""
        return self.asked / self.talked

    @property
    def answered_share(self) -> float | None:
        """Of the calls asked, 0 to 1; None where nobody was."""
        return self.answered / self.asked if self.asked else None


def queue_figures(session: Session, since: datetime, until: datetime) -> tuple[QueueFigure, ...]:
    """Each desk's queue, by the desk's id."""
    bridged = WaitingRow.outcome == QueueOutcome.BRIDGED
    in_time = and_(bridged, WaitingRow.waited_s <= WaitingRow.service_level_s)
    query = (
        select(
            WaitingRow.desk.label("desk"),
            func.count().label("offered"),
            _count(bridged).label("answered"),
            _count(in_time).label("answered_in_time"),
            _count(WaitingRow.outcome == QueueOutcome.ABANDONED).label("abandoned"),
            _count(WaitingRow.outcome == QueueOutcome.OVERFLOWED).label("overflowed"),
            func.avg(case((bridged, WaitingRow.waited_s))).label("mean_wait_s"),
            func.max(WaitingRow.waited_s).label("longest_wait_s"),
        )
        .where(
            WaitingRow.left_at >= since,
            WaitingRow.left_at < until,
            WaitingRow.outcome != QueueOutcome.LINE_DIED,
            no_canary_waits(),
        )
        .group_by(WaitingRow.desk)
        .order_by(WaitingRow.desk)
    )
    return tuple(QueueFigure(**row) for row in session.execute(query).mappings())


def abandoned_figures(session: Session, since: datetime, until: datetime) -> tuple[AbandonedFigure, ...]:
    """Abandoned calls by place and second, in this order. Those who left before the answer have no second."""
    left_after_s = CallRow.facts["left_after_s"].as_string()
    second = cast(left_after_s, Integer)
    query = (
        select(CallRow.place, second, func.count())
        .where(
            CallRow.ended_at >= since,
            CallRow.ended_at < until,
            CallRow.result == Result.ABANDONED,
            not_canary(),
            CallRow.place.is_not(None),
            left_after_s.is_not(None),
        )
        .group_by(CallRow.place, second)
        .order_by(CallRow.place, second)
    )
    rows = session.execute(query)
    return tuple(
        AbandonedFigure(place=Place(str(place)), second=at, calls=count) for place, at, count in rows
    )


def survey_figures(session: Session, since: datetime, until: datetime) -> tuple[SurveyFigure, ...]:
    """The survey by desk and operator. Sum what you need: shares of a desk are not means of shares."""
    asked = CallRow.facts["survey_asked"].as_string()
    mark = CallRow.facts["survey_mark"].as_string()
    query = (
        select(
            CallRow.desk,
            CallRow.operator,
            mark,
            func.count(),
            _count(asked == "yes"),
            _count(asked == "cut"),
        )
        .where(
            CallRow.ended_at >= since,
            CallRow.ended_at < until,
            CallRow.desk.is_not(None),
            CallRow.operator.is_not(None),
            asked.is_not(None),
            not_canary(),
        )
        .group_by(CallRow.desk, CallRow.operator, mark)
        .order_by(CallRow.desk, CallRow.operator, mark)
    )
    by_operator: defaultdict[tuple[str, str], list[tuple[str | None, int, int, int]]] = defaultdict(list)
    for desk, operator, key, calls, asked_calls, cut_calls in session.execute(query):
        by_operator[desk, operator].append((key, calls, asked_calls, cut_calls))
    return tuple(
        SurveyFigure(
            desk=desk,
            operator=operator,
            talked=sum(calls for _, calls, _, _ in rows),
            asked=sum(asked_calls for _, _, asked_calls, _ in rows),
            cut=sum(cut_calls for _, _, _, cut_calls in rows),
            answered=sum(calls for key, calls, _, _ in rows if key),
            marks={key: calls for key, calls, _, _ in rows if key},
        )
        for (desk, operator), rows in by_operator.items()
    )


def recent_handling_s(session: Session, desk: str, *, at: datetime | None = None) -> float | None:
    """How long operators of a desk lately talked to a caller, on the average; None where nobody called."""
    moment = at or now()
    query = (
        select(CallRow.marks)
        .where(
            CallRow.desk == desk,
            CallRow.operator.is_not(None),
            CallRow.ended_at > moment - timedelta(seconds=RECENT_S),
            not_canary(),
        )
        .order_by(CallRow.ended_at.desc())
        .limit(RECENT_CALLS)
    )
    talks_s = [
        mark["end_s"] - mark["start_s"]
        for marks in session.scalars(query)
        for mark in marks
        if mark["place"] == Place.OPERATOR
    ]
    return sum(talks_s) / len(talks_s) if talks_s else None


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
