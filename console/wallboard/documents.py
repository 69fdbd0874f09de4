"""What `/api/wallboard` answers."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from console.wallboard.schemas import DeskNow, Snapshot
from ledger.states import OperatorState


class DeskDocument(BaseModel):
    """One desk; waits in seconds, shares 0 to 1, null where nothing has happened yet."""

    id: str
    name: str
    waiting: int
    longest_wait_s: float
    service_level_s: float
    service_level: float | None
    abandonment: float | None
    waits_today: int
    operators: dict[OperatorState, int]


class LinesDocument(BaseModel):
    """Line processes by what they do; `calls` of `places` are taken."""

    free: int
    busy: int
    full: int
    draining: int
    starting: int
    dead: int
    calls: int
    places: int


class WallboardDocument(BaseModel):
    """The wallboard at one moment. What is over all desks is null for somebody who is held to some."""

    at: datetime
    waiting: int
    longest_wait_s: float
    in_progress: int | None
    received_today: int | None
    answered_today: int | None
    abandoned_today: int | None
    service_level: float | None
    abandonment: float | None
    surveys_asked: int | None
    surveys_answered: int | None
    operators: dict[OperatorState, int]
    lines: LinesDocument | None
    desks: list[DeskDocument]


def document_of(board: Snapshot) -> WallboardDocument:
    """A snapshot for programs."""
    today, whole, lines = board.today, board.today.whole, board.lines
    return WallboardDocument(
        at=board.at,
        waiting=board.waiting,
        longest_wait_s=board.longest_wait_s,
        in_progress=board.in_progress,
        received_today=whole.received if whole else None,
        answered_today=whole.answered if whole else None,
        abandoned_today=whole.abandoned if whole else None,
        service_level=today.queue.service_level,
        abandonment=today.queue.abandonment,
        surveys_asked=whole.surveys_asked if whole else None,
        surveys_answered=whole.surveys_answered if whole else None,
        operators=dict(board.operators),
        lines=LinesDocument.model_validate(lines, from_attributes=True) if lines else None,
        desks=[_desk(desk) for desk in board.desks],
    )


def _desk(desk: DeskNow) -> DeskDocument:
    return DeskDocument(
        id=desk.id,
        name=desk.name,
        waiting=len(desk.waits_s),
        longest_wait_s=desk.longest_wait_s,
        service_level_s=desk.service_level_s,
        service_level=desk.day.service_level,
        abandonment=desk.day.abandonment,
        waits_today=desk.day.waits,
        operators=dict(desk.operators),
    )
