"""Applying an import as it was shown, piece by piece; what has changed meanwhile is told, not overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Table, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from desks.directory import entries, imports
from desks.directory.changes import Deed, change_many
from desks.directory.checking import Fault
from desks.directory.documents import NOTHING, written_over
from desks.directory.history import Source
from desks.directory.import_records import Import, ImportLine, ImportState, LineKind
from desks.directory.records import Entry
from desks.directory.watching import UNWATCHED, Watch
from desks.directory.work_records import WorkStep
from ledger.database import Ledger
from ledger.records import User
from ledger.tables import DirectoryImportLineRow, DirectoryImportRow, DirectoryKeyRow
from ledger.turns import Turn, take_turns

AT_ONCE = 500  # lines in one transaction
LINES = cast("Table", DirectoryImportLineRow.__table__)
_APPLICABLE = or_(
    LINES.c.kind.in_([LineKind.ADDED.value, LineKind.CHANGED.value, LineKind.REMOVED.value]),
    and_(LINES.c.kind == LineKind.CONFLICT.value, LINES.c.accepted),
)
_MARK = (
    update(LINES)
    .where(LINES.c.id == bindparam("of"))
    .values(done=True, kind=bindparam("is_now"), problem=bindparam("why"), detail=bindparam("told"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Applied:
    """What an import did."""

    batch_id: int | None
    done: int
    meanwhile: int  # lines whose entry had changed since they were shown


def count_left(session: Session, import_id: int) -> int:
    """How many lines are to be applied and are not yet."""
    wanted = (LINES.c.import_id == import_id, ~LINES.c.done, _APPLICABLE)
    return session.scalar(select(func.count()).select_from(LINES).where(*wanted)) or 0


def apply(ledger: Ledger, user: User | str, import_id: int, watch: Watch = UNWATCHED) -> Applied:
    """Apply what was shown; one that was broken off goes on. Raises NotFound, NotShown, Stopped."""
    found = _begin(ledger, user, import_id)
    with ledger.reading() as session:
        fresh = _made_since(session, found)
        was, left = _count_done(session, import_id), count_left(session, import_id)
    watch.begin(WorkStep.APPLYING, was + left, was)
    done, meanwhile, last = 0, 0, 0
    while True:
        with ledger.transaction() as session:
            take_turns(session, Turn.DIRECTORY)
            some = _next(session, import_id, last)
            if not some:
                break
            refused = _apply(session, user, found, some, fresh)
            watch.note(session, len(some), refused=refused)
        done, meanwhile, last = done + len(some) - refused, meanwhile + refused, some[-1].id
        watch.rest()
    with ledger.transaction() as session:
        imports.move(session, import_id, ImportState.APPLYING, ImportState.APPLIED)
        return Applied(batch_id=imports.get(session, import_id).batch_id, done=done, meanwhile=meanwhile)


def _count_done(session: Session, import_id: int) -> int:
    wanted = (LINES.c.import_id == import_id, LINES.c.done)
    return session.scalar(select(func.count()).select_from(LINES).where(*wanted)) or 0


def _begin(ledger: Ledger, user: User | str, import_id: int) -> Import:
    with ledger.transaction() as session:
        found = imports.get(session, import_id)
        if found.state is not ImportState.APPLYING:
            imports.move(session, import_id, ImportState.SHOWN, ImportState.APPLYING)
            imports.note(session, user, import_id, "applied")
        return found


def _made_since(session: Session, found: Import) -> dict[tuple[str, str], int]:
    """Name and number of listed entries that were written since the file was shown, by others."""
    place = entries.Place(changed_seq=int(found.told["seq"]), id=int(found.told["seq_id"]))
    fresh: dict[tuple[str, str], int] = {}
    while page := entries.changed_since(session, place):
        for entry in page:
            fresh |= {(entry.name, each.number): entry.id or 0 for each in entry.numbers}
        place = entries.place_of(page[-1])
    return fresh


def _next(session: Session, import_id: int, last: int) -> list[ImportLine]:
    wanted = (LINES.c.import_id == import_id, LINES.c.id > last, ~LINES.c.done, _APPLICABLE)
    query = select(LINES).where(*wanted).order_by(LINES.c.id).limit(AT_ONCE)
    return [imports.line_of(row) for row in session.execute(query)]


def _apply(
    session: Session,
    user: User | str,
    found: Import,
    lines: Sequence[ImportLine],
    fresh: Mapping[tuple[str, str], int],
) -> int:
    """Apply some lines; returns how many could not be, because their entry had changed."""
    now_are = entries.get_many(session, [line.entry_id for line in lines if line.entry_id])
    late = {line.id: why for line in lines if (why := _changed_meanwhile(line, now_are, fresh))}
    good = [line for line in lines if line.id not in late]
    wanted = [
        written_over(now_are[line.entry_id] if line.entry_id else NOTHING, line.after or {}) for line in good
    ]
    deed = Deed(user=user, why=found.why, source=Source.IMPORT, title=found.title)
    row = session.get_one(DirectoryImportRow, found.id, populate_existing=True)
    made = change_many(session, deed, wanted, batch_id=row.batch_id)
    row.batch_id = made.batch_id
    _keep_keys(session, good, made.entries)
    session.execute(_MARK, [_marked(line, late.get(line.id)) for line in lines])
    return len(late)


def _changed_meanwhile(
    line: ImportLine, now_are: Mapping[int, Entry], fresh: Mapping[tuple[str, str], int]
) -> str | None:
    """What has changed of what was shown, or None."""
    if line.entry_id:
        is_now = now_are[line.entry_id].changed_seq
        return None if is_now == line.changed_seq else f"{line.changed_seq} → {is_now}"
    after = line.after or {}
    same = [fresh.get((after["name"], each["number"])) for each in after["numbers"]]
    return next((str(entry_id) for entry_id in same if entry_id), None)


def _marked(line: ImportLine, late: str | None) -> dict[str, object]:
    if late:
        told = {"is_now": LineKind.CONFLICT.value, "why": Fault.MEANWHILE.value, "told": late}
        return {"of": line.id, **told}
    return {"of": line.id, "is_now": line.kind.value, "why": line.fault or "", "told": line.detail}


def _keep_keys(session: Session, lines: Sequence[ImportLine], written: Sequence[Entry]) -> None:
    named = {line.key: entry.id for line, entry in zip(lines, written, strict=True) if line.key}
    known = set(session.scalars(select(DirectoryKeyRow.key).where(DirectoryKeyRow.key.in_(named))))
    new = [{"key": key, "entry_id": entry_id} for key, entry_id in named.items() if key not in known]
    if new:
        session.execute(insert(DirectoryKeyRow), new)
