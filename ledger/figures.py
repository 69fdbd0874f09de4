"""What the desks' queues have done in a period, counted by the database.

A period is `since <= moment < until`. Waits belong to the period in which they ended. Canary calls
(`ledger.canaries`) are in none of the figures.

- **offered**: waits at a desk that ended. A call that overflowed is offered to each desk where it waited; one
  that was cut off with its line is not counted, nobody having had a chance to answer it.
- **answered**: waits that ended with an operator.
- **service level**: answered within the desk's `service_level_s` (as it was then) of all offered. Callers who
  gave up count against it, however soon they did.
- **abandoned**: waits whose caller left before an operator picked up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from ledger.canaries import called_us, no_canary_waits
from ledger.clock import now
from ledger.states import Place
from ledger.statistics.measures import BRIDGED, GAVE_UP, IN_TIME, OFFERED, OVERFLOWED
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


def queue_figures(session: Session, since: datetime, until: datetime) -> tuple[QueueFigure, ...]:
    """Each desk's queue, by the desk's id."""
    query = (
        select(
            WaitingRow.desk.label("desk"),
            func.count().label("offered"),
            _count(BRIDGED).label("answered"),
            _count(IN_TIME).label("answered_in_time"),
            _count(GAVE_UP).label("abandoned"),
            _count(OVERFLOWED).label("overflowed"),
            func.avg(case((BRIDGED, WaitingRow.waited_s))).label("mean_wait_s"),
            func.max(WaitingRow.waited_s).label("longest_wait_s"),
        )
        .where(
            WaitingRow.left_at >= since,
            WaitingRow.left_at < until,
            OFFERED,
            no_canary_waits(),
        )
        .group_by(WaitingRow.desk)
        .order_by(WaitingRow.desk)
    )
    return tuple(QueueFigure(**row) for row in session.execute(query).mappings())


def recent_handling_s(session: Session, desk: str, *, at: datetime | None = None) -> float | None:
    """How long operators of a desk lately talked to a caller, on the average; None where nobody called."""
    moment = at or now()
    query = (
        select(CallRow.marks)
        .where(
            CallRow.desk == desk,
            CallRow.operator.is_not(None),
            CallRow.ended_at > moment - timedelta(seconds=RECENT_S),
            called_us(),
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
