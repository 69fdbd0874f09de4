"""Repository of long work: asked for by pages and commands, taken by one process at a time.

Whoever does it signs its row; what a dead process had is anybody's at once, and so is what told nothing of
itself for LEASE. A piece and its count are written in one transaction: what was broken off goes on.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from desks.directory import imports
from desks.directory.guarding import write_over
from desks.directory.import_records import ImportState
from desks.directory.work_records import (
    ACTIVE,
    Work,
    WorkKind,
    WorkOrder,
    WorkProblem,
    WorkState,
    WorkStep,
)
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import NotFound
from ledger.records import User
from ledger.signatures import claimant, is_dead
from ledger.tables import DirectoryWorkRow
from ledger.turns import Turn, take_turns

LEASE: Final = timedelta(minutes=5)  # of another machine's process, which cannot be looked at
MOST_TRIES: Final = 3  # without getting on
_IS_ACTIVE = DirectoryWorkRow.state.in_([state.value for state in ACTIVE])


def ask(session: Session, order: WorkOrder) -> int:
    """Have something done, after whatever was asked before; what is asked twice is done once."""
    take_turns(session, Turn.DIRECTORY)
    same = _active(order.import_id, order.batch_id)
    row = session.scalars(same).first()
    if row is None:
        row = DirectoryWorkRow(
            kind=order.kind.value,
            state=WorkState.WAITING.value,
            step=WorkStep.BEGINNING.value,
            **dict.fromkeys(("done", "total", "refused", "tries"), 0),
            import_id=order.import_id,
            batch_id=order.batch_id,
            is_partial=order.is_partial,
            file=order.file,
            delimiter=order.delimiter,
            why=order.why,
            user=order.user.name if isinstance(order.user, User) else order.user,
            user_id=order.user.id if isinstance(order.user, User) else None,
            asked_at=now(),
            is_stopping=False,
            problem="",
            detail="",
        )
        session.add(row)
        session.flush()
    return row.id


def is_free(session: Session) -> bool:
    """Whether nothing waits or goes on."""
    return session.scalars(select(DirectoryWorkRow.id).where(_IS_ACTIVE).limit(1)).first() is None


def is_due(session: Session) -> bool:
    """Whether something waits, or was left by who is gone, and nobody is at work."""
    rows = session.scalars(select(DirectoryWorkRow).where(_IS_ACTIVE)).all()
    return bool(rows) and not any(_is_held(row) for row in rows)


def take(session: Session) -> Work | None:
    """What was left or asked first, signed; None where nothing is to be done, or somebody is at it."""
    take_turns(session, Turn.DIRECTORY)
    rows = session.scalars(select(DirectoryWorkRow).where(_IS_ACTIVE).order_by(DirectoryWorkRow.id)).all()
    if any(_is_held(row) for row in rows):
        return None
    for row in sorted(rows, key=lambda row: (row.state != WorkState.RUNNING, row.id)):
        if row.is_stopping or row.tries >= MOST_TRIES:
            state = WorkState.STOPPED if row.is_stopping else WorkState.FAILED
            _end(session, row, state, None if row.is_stopping else WorkProblem.BROKEN, "")
            continue
        row.state, row.claimed_by, row.seen_at = WorkState.RUNNING.value, claimant(), now()
        row.tries += 1
        session.flush()
        return _work(row)
    return None


def note(session: Session, work_id: int, **values: Any) -> bool:
    """Tell how far the work is that this process has; False where it has it no more."""
    mine = (
        DirectoryWorkRow.id == work_id,
        DirectoryWorkRow.state == WorkState.RUNNING.value,
        DirectoryWorkRow.claimed_by == claimant(),
    )
    return write_over(session, DirectoryWorkRow, *mine, values={"seen_at": now(), **values})


def end(session: Session, work_id: int, state: WorkState, problem: WorkProblem | None, detail: str) -> None:
    """It is over; the file is not kept."""
    row = session.get_one(DirectoryWorkRow, work_id, populate_existing=True)
    if row.claimed_by == claimant():
        _end(session, row, state, problem, detail)
        session.flush()


def stop(session: Session, user: User | str, work_id: int) -> Work:
    """Have it end between two pieces, or never begin. Raises NotFound."""
    take_turns(session, Turn.DIRECTORY)
    row = _row(session, work_id)
    if row.state in ACTIVE:
        row.is_stopping = True
        if not _is_held(row):
            _end(session, row, WorkState.STOPPED, None, "")
        details = {"work": str(work_id), "step": "stopped"}
        audit.write(session, audit.Act(user=user, action=AuditAction.DIRECTORY_DECIDED, details=details))
    session.flush()
    return _work(row)


def get(session: Session, work_id: int) -> Work:
    """Raises NotFound."""
    return _work(_row(session, work_id))


def file_of(session: Session, work_id: int) -> bytes:
    """The file that is to be read. Raises NotFound."""
    row = session.get(DirectoryWorkRow, work_id, options=[undefer(DirectoryWorkRow.file)])
    if row is None or row.file is None:
        raise NotFound(f"the file of work {work_id} is gone; upload it anew")
    return row.file


def of_import(session: Session, import_id: int) -> Work | None:
    """What was asked last of an import."""
    return _newest(session, DirectoryWorkRow.import_id == import_id)


def of_batch(session: Session, batch_id: int) -> Work | None:
    """What was asked last of a batch."""
    return _newest(session, DirectoryWorkRow.batch_id == batch_id)


def waits_for_others(session: Session, work: Work) -> bool:
    """Whether it waits for other work."""
    others = select(DirectoryWorkRow.id).where(_IS_ACTIVE, DirectoryWorkRow.id != work.id)
    return work.state is WorkState.WAITING and session.scalars(others.limit(1)).first() is not None


def active_imports(session: Session) -> dict[int, Work]:
    """What waits or goes on, by its import."""
    query = select(DirectoryWorkRow).where(_IS_ACTIVE, DirectoryWorkRow.import_id.is_not(None))
    return {row.import_id: _work(row) for row in session.scalars(query) if row.import_id}


def _active(import_id: int | None, batch_id: int | None) -> Any:
    query = select(DirectoryWorkRow).where(_IS_ACTIVE)
    if import_id is not None:
        return query.where(DirectoryWorkRow.import_id == import_id)
    return query.where(DirectoryWorkRow.batch_id == batch_id)


def _newest(session: Session, *wanted: Any) -> Work | None:
    query = select(DirectoryWorkRow).where(*wanted).order_by(DirectoryWorkRow.id.desc())
    row = session.scalars(query.limit(1).execution_options(populate_existing=True)).first()
    return _work(row) if row else None


def _row(session: Session, work_id: int) -> DirectoryWorkRow:
    row = session.get(DirectoryWorkRow, work_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no work {work_id} on the directory; /directory/imports lists the imports")
    return row


def _is_held(row: DirectoryWorkRow, at: datetime | None = None) -> bool:
    """Whether a living process has it."""
    if row.state != WorkState.RUNNING or row.claimed_by is None or row.seen_at is None:
        return False
    return not is_dead(row.claimed_by) and row.seen_at > (at or now()) - LEASE


def _end(
    session: Session, row: DirectoryWorkRow, state: WorkState, problem: WorkProblem | None, detail: str
) -> None:
    """A file that was not read to its end can never be applied."""
    if row.kind == WorkKind.READ and row.import_id and state is not WorkState.DONE:
        then = ImportState.DISCARDED if state is WorkState.STOPPED else ImportState.UNREADABLE
        imports.move(session, row.import_id, ImportState.READING, then)
    row.state, row.ended_at, row.claimed_by, row.file = state.value, now(), None, None
    row.problem, row.detail = problem.value if problem else "", detail


def _work(row: DirectoryWorkRow) -> Work:
    return Work(
        id=row.id,
        kind=WorkKind(row.kind),
        state=WorkState(row.state),
        step=WorkStep(row.step),
        done=row.done,
        total=row.total,
        refused=row.refused,
        import_id=row.import_id,
        batch_id=row.batch_id,
        made_id=row.made_id,
        is_partial=row.is_partial,
        delimiter=row.delimiter,
        why=row.why,
        user=row.user,
        user_id=row.user_id,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        is_stopping=row.is_stopping,
        problem=WorkProblem(row.problem) if row.problem else None,
        detail=row.detail,
    )
