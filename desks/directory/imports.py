"""Repository of imports: files that were read and shown, then applied as they were shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.orm import Session

from desks.directory.checking import Fault
from desks.directory.import_records import ACCEPTABLE, Import, ImportLine, ImportState, LineKind, Mode
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict, NotFound
from ledger.records import User
from ledger.tables import DirectoryImportLineRow, DirectoryImportRow

LINES = cast("Table", DirectoryImportLineRow.__table__)


class NotShown(Conflict):
    """The import was applied or discarded meanwhile: load it again, or upload the file anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ImportWish:
    """Who brings a file, and what it is."""

    user: User | str
    title: str  # the file's name
    why: str
    mode: Mode


def begin(session: Session, wish: ImportWish) -> int:
    """An import whose file is not read yet; returns its id."""
    row = DirectoryImportRow(
        title=wish.title[:200],
        sha256="",
        told={},
        mode=wish.mode.value,
        why=wish.why,
        state=ImportState.READING.value,
        lines=0,
        same=0,
        user=wish.user if isinstance(wish.user, str) else wish.user.name,
        user_id=None if isinstance(wish.user, str) else wish.user.id,
        made_at=now(),
    )
    session.add(row)
    session.flush()
    note(session, wish.user, row.id, "shown")
    return row.id


def get(session: Session, import_id: int) -> Import:
    """Raises NotFound."""
    row = session.get(DirectoryImportRow, import_id, populate_existing=True)
    if row is None:
        raise NotFound(f"there is no import {import_id}; /directory/imports lists them")
    return _import(row)


def list_all(session: Session, limit: int = 50) -> list[Import]:
    """The newest first."""
    query = select(DirectoryImportRow).order_by(DirectoryImportRow.id.desc()).limit(limit)
    return [_import(row) for row in session.scalars(query)]


def count_lines(session: Session, import_id: int) -> dict[LineKind, int]:
    """How many lines of each kind; lines that change nothing are the import's `same`."""
    query = select(LINES.c.kind, func.count()).where(LINES.c.import_id == import_id).group_by(LINES.c.kind)
    found = {LineKind(kind): count for kind, count in session.execute(query)}
    return {kind: found.get(kind, 0) for kind in LineKind}


def count_applied(session: Session, import_id: int) -> dict[LineKind, int]:
    """How many lines of each kind were applied; conflicts: those that somebody accepted."""
    wanted = (LINES.c.import_id == import_id, LINES.c.done, LINES.c.problem != Fault.MEANWHILE.value)
    query = select(LINES.c.kind, func.count()).where(*wanted).group_by(LINES.c.kind)
    return {LineKind(kind): count for kind, count in session.execute(query)}


def lines_of(
    session: Session, import_id: int, kinds: Sequence[LineKind], *, after: int = 0, limit: int = 100
) -> list[ImportLine]:
    """Lines of some kinds in the order of the file; those after one of them."""
    wanted = (LINES.c.import_id == import_id, LINES.c.kind.in_(kinds), LINES.c.id > after)
    query = select(LINES).where(*wanted).order_by(LINES.c.id).limit(limit)
    return [line_of(row) for row in session.execute(query)]


def accept(
    session: Session,
    user: User | str,
    import_id: int,
    line_ids: Sequence[int] | None,
    *,
    accepted: bool,
) -> None:
    """Have conflicts applied all the same, or not; None: all that can be. Raises NotFound, NotShown."""
    _require_shown(session, import_id)
    wanted = (
        _acceptable(import_id) if line_ids is None else (*_acceptable(import_id), LINES.c.id.in_(line_ids))
    )
    session.execute(update(LINES).where(*wanted).values(accepted=accepted))
    note(session, user, import_id, "accepted" if accepted else "refused")


def count_acceptable(session: Session, import_id: int) -> int:
    """How many conflicts somebody may have applied all the same, and has not yet."""
    wanted = (*_acceptable(import_id), ~LINES.c.accepted)
    return session.scalar(select(func.count()).select_from(LINES).where(*wanted)) or 0


def discard(session: Session, user: User | str, import_id: int) -> None:
    """Have it never be applied; what it showed stays. Raises NotFound, NotShown."""
    get(session, import_id)
    move(session, import_id, ImportState.SHOWN, ImportState.DISCARDED)
    note(session, user, import_id, "discarded")


def note(session: Session, user: User | str, import_id: int, step: str) -> None:
    """In the audit log."""
    details = {"import": str(import_id), "step": step}
    audit.write(session, audit.Act(user=user, action=AuditAction.DIRECTORY_DECIDED, details=details))


def line_of(row: SqlRow[Any]) -> ImportLine:
    """A line as it was kept."""
    return ImportLine(
        id=row.id,
        line=row.line,
        kind=LineKind(row.kind),
        fault=Fault(row.problem) if row.problem else None,
        detail=row.detail,
        name=row.name,
        entry_id=row.entry_id,
        changed_seq=row.changed_seq,
        key=row.key,
        before=row.before,
        after=row.after,
        accepted=row.accepted,
        done=row.done,
    )


def require_applicable(session: Session, import_id: int) -> None:
    """Raises NotFound, and NotShown where it is not shown, or done."""
    if get(session, import_id).state not in {ImportState.SHOWN, ImportState.APPLYING}:
        raise NotShown(f"import {import_id} is applied or discarded; upload the file anew")


def _acceptable(import_id: int) -> tuple[ColumnElement[bool], ...]:
    problems = LINES.c.problem.in_([fault.value for fault in ACCEPTABLE])
    return LINES.c.import_id == import_id, problems, LINES.c.after.is_not(None)


def _require_shown(session: Session, import_id: int) -> None:
    if get(session, import_id).state is not ImportState.SHOWN:
        raise NotShown(f"import {import_id} is applied or discarded; upload the file anew")


def move(session: Session, import_id: int, state: ImportState, then: ImportState, **values: object) -> None:
    """From one state to another, with other values. Raises NotShown where it is not in the first."""
    row = session.get(DirectoryImportRow, import_id, with_for_update=True, populate_existing=True)
    if row is None or row.state != state:
        raise NotShown(f"import {import_id} was applied or discarded meanwhile; load it again")
    row.state = then.value
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def _import(row: DirectoryImportRow) -> Import:
    return Import(
        id=row.id,
        title=row.title,
        sha256=row.sha256,
        told=row.told,
        mode=Mode(row.mode),
        why=row.why,
        state=ImportState(row.state),
        lines=row.lines,
        same=row.same,
        user=row.user,
        made_at=row.made_at,
        batch_id=row.batch_id,
    )
