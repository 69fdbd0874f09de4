"""The one way in which an entry changes: the entry, its number of change and its history together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import cast

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from desks.directory import entries
from desks.directory.documents import document_of
from desks.directory.history import Source
from desks.directory.records import Entry
from ledger import audit
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.errors import Conflict
from ledger.records import User
from ledger.tables import DirectoryBatchRow, DirectoryChangeRow

TABLE = cast("Table", DirectoryChangeRow.__table__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """Who changes entries, why, and how it comes about."""

    user: User | str  # a name where it is nobody who is signed in
    why: str
    source: Source = Source.HAND
    title: str = ""

    @property
    def name(self) -> str:
        """As the history tells it."""
        return self.user.name if isinstance(self.user, User) else self.user


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What a batch did in this transaction."""

    batch_id: int | None  # None: nothing was to be changed
    entries: tuple[Entry, ...]  # as they are now, those too that stayed as they were


def change(session: Session, deed: Deed, entry: Entry) -> Made:
    """Write one entry, see `change_many`."""
    return change_many(session, deed, [entry])


def change_many(
    session: Session,
    deed: Deed,
    wanted: Sequence[Entry],
    *,
    undoes: Mapping[int, int] | None = None,
    batch_id: int | None = None,
) -> Made:
    """Write entries, each once; those without id are new, the others were read and changed.

    What is as it was is left alone. `undoes`: of entries the change that is taken back; `batch_id`: more of a
    batch that was begun. Raises Conflict where an entry was changed since it was read: give all up then.
    """
    former = entries.get_many(session, [entry.id for entry in wanted if entry.id is not None])
    are_changes = [_is_change(entry, former) for entry in wanted]
    if not any(are_changes):
        return Made(batch_id=batch_id, entries=tuple(wanted))
    written = entries.put_many(session, list(compress(wanted, are_changes)))
    batch_id = _count(session, deed, len(written), batch_id)
    at, taken_back = now(), undoes or {}
    session.execute(
        insert(TABLE),
        [
            {
                "batch_id": batch_id,
                "entry_id": entry.id,
                "before": document_of(former[entry.id]) if entry.id in former else None,
                "after": document_of(entry),
                "undoes": taken_back.get(entry.id or 0),
                "at": at,
            }
            for entry in written
        ],
    )
    _note(session, deed, batch_id, written)
    fresh = iter(written)
    now_are = tuple(
        next(fresh) if changes else former[entry.id or 0]
        for entry, changes in zip(wanted, are_changes, strict=True)
    )
    return Made(batch_id=batch_id, entries=now_are)


def _is_change(entry: Entry, former: Mapping[int, Entry]) -> bool:
    if entry.id is None:
        return True
    known = former.get(entry.id)
    if known is None or known.changed_seq != entry.changed_seq:
        raise Conflict(f"directory entry {entry.id} was changed meanwhile; read it again, then change it")
    return document_of(entry) != document_of(known)


def _count(session: Session, deed: Deed, count: int, batch_id: int | None) -> int:
    """The batch, with so many changes more."""
    if batch_id is None:
        row = DirectoryBatchRow(
            source=deed.source.value,
            title=deed.title[:200],
            why=deed.why,
            user=deed.name,
            user_id=deed.user.id if isinstance(deed.user, User) else None,
            at=now(),
            changes=count,
        )
        session.add(row)
        session.flush()
        return row.id
    more = DirectoryBatchRow.changes + count
    session.execute(
        update(DirectoryBatchRow)
        .where(DirectoryBatchRow.id == batch_id)
        .values(changes=more)
        .execution_options(synchronize_session=False)
    )
    return batch_id


def _note(session: Session, deed: Deed, batch_id: int, written: Sequence[Entry]) -> None:
    details = {"batch": str(batch_id), "source": deed.source.value, "changes": str(len(written))}
    if len(written) == 1:
        details["entry"] = str(written[0].id)
    audit.write(session, audit.Act(user=deed.user, action=AuditAction.DIRECTORY_CHANGED, details=details))
