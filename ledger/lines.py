"""Repository of line processes: where each answers, and whether it takes callers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.states import LineState
from ledger.tables import LineRow

SILENT_S = 15.0  # a line that has not been seen for so long counts as dead


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRecord:
    """A line process as the ledger has it."""

    name: str
    host: str
    port: int
    pid: int
    state: LineState
    places: int  # callers at once
    started_at: datetime
    seen_at: datetime
    starts: int  # how often a process of this name has started

    @property
    def id(self) -> str:
        """Names this start of the line, e.g. line-3.2: a line that comes back is another destination."""
        return f"{self.name}.{self.starts}"


def enter_line(session: Session, *, name: str, host: str, port: int, pid: int, places: int) -> None:
    """A line process has started and answers from now on."""
    moment = now()
    known = session.get(LineRow, name)
    starts = known.starts + 1 if known else 1
    session.merge(
        LineRow(
            name=name,
            host=host,
            port=port,
            pid=pid,
            state=LineState.SERVING,
            places=places,
            started_at=moment,
            seen_at=moment,
            starts=starts,
        )
    )


def see_lines(session: Session, names: Sequence[str]) -> None:
    """These lines live."""
    session.execute(update(LineRow).where(LineRow.name.in_(names)).values(seen_at=now()))


def set_line_state(session: Session, name: str, state: LineState, *, pid: int | None = None) -> None:
    """The line drains, or is gone; `pid` says which process of that name: another may serve by now."""
    ours = [LineRow.name == name] + ([LineRow.pid == pid] if pid else [])
    session.execute(update(LineRow).where(*ours).values(state=state, seen_at=now()))


def remove_lines(session: Session, names: Collection[str]) -> None:
    """These lines are no part of any fleet any more."""
    session.execute(delete(LineRow).where(LineRow.name.in_(names)))


def list_lines(session: Session) -> list[LineRecord]:
    """All lines by name. One that has been silent too long is told as dead, whatever its row says."""
    return [_record(row) for row in session.scalars(select(LineRow).order_by(LineRow.name))]


def _record(row: LineRow) -> LineRecord:
    silent = now() - row.seen_at > timedelta(seconds=SILENT_S)
    return LineRecord(
        name=row.name,
        host=row.host,
        port=row.port,
        pid=row.pid,
        state=LineState.DEAD if silent else LineState(row.state),
        places=row.places,
        started_at=row.started_at,
        seen_at=row.seen_at,
        starts=row.starts,
    )
