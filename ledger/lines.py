"""Repository of line processes: where each answers, and whether it takes callers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import String, cast, delete, func, select, update
from sqlalchemy.orm import Session

from ledger.clock import now
from ledger.signatures import lives, name_of, pid_of
from ledger.states import LineState
from ledger.tables import LineRow

SILENT_S = 15.0  # a line that has not been seen for so long counts as dead
signed_by = func.coalesce(LineRow.process, LineRow.name + ":" + cast(LineRow.pid, String))


@dataclass(frozen=True, kw_only=True, slots=True)
class LineRecord:
    """A line process as the ledger has it."""

    name: str
    host: str
    port: int
    process: str  # its signature
    state: LineState
    places: int  # callers at once
    started_at: datetime
    seen_at: datetime
    starts: int  # how often a process of this name has started

    @property
    def id(self) -> str:
        """Names this start of the line, e.g. line-3.2: a line that comes back is another destination."""
        return f"{name_of(self.process)}.{self.starts}"

    @property
    def is_predecessor(self) -> bool:
        """Whether another process has the line's name by now: this one only lets its callers finish."""
        return self.name != name_of(self.process)

    @property
    def is_silent(self) -> bool:
        """Whether, by the machine's clock, the line has not been seen for too long."""
        return now() - self.seen_at > timedelta(seconds=SILENT_S)

    @property
    def pid(self) -> int:
        """The process's number on its machine."""
        return pid_of(self.process)


def enter_line(session: Session, *, process: str, host: str, port: int, places: int) -> None:
    """A line process of this machine has started and answers from now on; its signature names the line."""
    moment, name = now(), name_of(process)
    known = session.get(LineRow, name)
    starts = known.starts + 1 if known else 1
    if known and known.process != process:
        _step_aside(session, known)
    session.merge(
        LineRow(
            name=name,
            host=host,
            port=port,
            pid=pid_of(process),
            process=process,
            state=LineState.SERVING,
            places=places,
            started_at=moment,
            seen_at=moment,
            starts=starts,
        )
    )


def see_lines(session: Session, names: Collection[str]) -> None:
    """These lines live."""
    session.execute(update(LineRow).where(LineRow.name.in_(names)).values(seen_at=now()))


def set_line_state(session: Session, process: str, state: LineState) -> None:
    """The line's process drains, or is gone. Nothing is changed where another one has taken its place."""
    row = update(LineRow).where(signed_by == process)
    session.execute(row.values(state=state, seen_at=now()))


def add_places(session: Session, process: str, change: int) -> None:
    """The line's process offers callers so many places more or less from now on."""
    session.execute(update(LineRow).where(signed_by == process).values(places=LineRow.places + change))


def remove_lines(session: Session, names: Collection[str]) -> None:
    """These lines are no part of any fleet any more."""
    session.execute(delete(LineRow).where(LineRow.name.in_(names)))


def list_lines(session: Session) -> list[LineRecord]:
    """All lines by name. One that has been silent too long is told as dead, whatever its row says."""
    return [
        replace(line, state=LineState.DEAD) if line.is_silent else line for line in written_lines(session)
    ]


def written_lines(session: Session) -> list[LineRecord]:
    """All lines by name, as their rows say: for who watches the rows by a clock that does not step."""
    return [_record(row) for row in session.scalars(select(LineRow).order_by(LineRow.name))]


def _step_aside(session: Session, row: LineRow) -> None:
    """One whose parent was killed may still have callers: the edge must know it, or none can hang up."""
    before = _record(row)
    if before.state is LineState.DEAD or not lives(before.process):
        return
    session.expunge(row)
    aside = update(LineRow).where(LineRow.name == before.name)
    session.execute(aside.values(name=before.id, state=LineState.DRAINING))


def _record(row: LineRow) -> LineRecord:
    return LineRecord(
        name=row.name,
        host=row.host,
        port=row.port,
        process=row.process or f"{row.name}:{row.pid}",
        state=LineState(row.state),
        places=row.places,
        started_at=row.started_at,
        seen_at=row.seen_at,
        starts=row.starts,
    )
