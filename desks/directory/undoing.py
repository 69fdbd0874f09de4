"""Taking changes back. What is taken back is itself a change, which can be taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy.orm import Session

from desks.directory import entries
from desks.directory.changes import Deed, change_many
from desks.directory.documents import document_of, written_over
from desks.directory.history import (
    Batch,
    Change,
    Source,
    changes_of_batch,
    count_changes,
    get_batch,
    get_change,
    last_undone,
    later_changes,
)
from desks.directory.records import Entry, EntryState
from desks.directory.watching import UNWATCHED, Watch
from desks.directory.work_records import WorkStep
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.records import User
from ledger.turns import Turn, take_turns

AT_ONCE = 500  # changes in one transaction: calls are written between two of them


class Hindrance(StrEnum):
    """Why a change cannot be taken back now."""

    UNDONE = "undone"  # it is taken back already
    LATER = "later"  # a later change of the entry stands upon it
    ELSEWHERE = "elsewhere"  # the entry is not what the history says: it was written past it


class CannotUndo(Conflict):
    """A later change stands upon it: take that back first, or take back entry by entry what can be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Undone:
    """What was taken back of a batch, and what could not be."""

    batch_id: int | None  # of the taking back; None: there was nothing
    done: int
    hindered: int


def hindrances(session: Session, changes: Sequence[Change]) -> dict[int, Hindrance]:
    """Why changes cannot be taken back, by their ids; those that can are not in it."""
    later = later_changes(session, changes)
    now_are = entries.get_many(session, [change.entry_id for change in changes])
    found = {}
    for change in changes:
        hindrance = _hindrance(change, later[change.id], now_are[change.entry_id])
        if hindrance:
            found[change.id] = hindrance
    return found


def undo(session: Session, user: User | str, change_id: int, why: str) -> int:
    """Take one change back; returns the new batch. Raises NotFound, CannotUndo."""
    take_turns(session, Turn.DIRECTORY)  # what is looked at stays so until it is taken back
    change = get_change(session, change_id)
    hindrance = hindrances(session, [change]).get(change.id)
    if hindrance:
        raise CannotUndo(_SENTENCES[hindrance].format(f"change {change.id} of entry {change.entry_id}"))
    made = _take_back(session, Deed(user=user, why=why, source=Source.UNDO), [change], None)
    if made is None:
        raise CannotUndo(f"change {change.id} changed nothing; there is nothing to undo")
    return made


def undo_batch(
    ledger: Ledger,
    user: User | str,
    batch_id: int,
    why: str,
    *,
    all_or_none: bool = True,
    made_id: int | None = None,
    watch: Watch = UNWATCHED,
) -> Undone:
    """Take a whole batch back, in several transactions where it is long; begun again it goes on.

    `made_id`: the batch of the undoing that was begun. Raises NotFound, Stopped, and CannotUndo where a later
    change stands upon one of it and `all_or_none`.
    """
    with ledger.reading() as session:
        batch = get_batch(session, batch_id)
    if all_or_none and made_id is None:
        _require_free(ledger, batch, watch)
    deed = Deed(user=user, why=why, source=Source.UNDO, title=batch.title)
    with ledger.reading() as session:
        made, last = made_id, last_undone(session, made_id) if made_id else 0
        watch.begin(WorkStep.UNDOING, batch.changes, count_changes(session, batch_id, last))
    done, hindered = 0, 0
    while True:
        with ledger.transaction() as session:
            take_turns(session, Turn.DIRECTORY)
            some = changes_of_batch(session, batch_id, after=last, limit=AT_ONCE)
            if not some:
                return Undone(batch_id=made, done=done, hindered=hindered)
            hindering = hindrances(session, some)
            can = [change for change in some if change.id not in hindering]
            made = _take_back(session, deed, can, made)
            late = _count_late(hindering)
            watch.note(session, len(some), refused=late, made_id=made)
        hindered, done, last = hindered + late, done + len(can), some[-1].id
        watch.rest()


def _require_free(ledger: Ledger, batch: Batch, watch: Watch) -> None:
    """Raises CannotUndo where later changes stand upon some of a batch."""
    watch.begin(WorkStep.CHECKING, batch.changes)
    hindered, looked_at, last = 0, 0, 0
    while True:
        with ledger.reading() as session:
            some = changes_of_batch(session, batch.id, after=last, limit=AT_ONCE)
            if not some:
                break
            hindered += _count_late(hindrances(session, some))
        looked_at, last = looked_at + len(some), some[-1].id
        watch.count(looked_at)
    if hindered:
        raise CannotUndo(
            f"later changes stand upon {hindered} of the changes of batch {batch.id}; undo those first, "
            "or undo entry by entry what can be undone"
        )


def _count_late(hindering: Mapping[int, Hindrance]) -> int:
    return sum(why is not Hindrance.UNDONE for why in hindering.values())


def _take_back(session: Session, deed: Deed, changes: Sequence[Change], batch_id: int | None) -> int | None:
    now_are = entries.get_many(session, [change.entry_id for change in changes])
    wanted = [_as_before(change, now_are[change.entry_id]) for change in changes]
    undoes = {change.entry_id: change.id for change in changes}
    return change_many(session, deed, wanted, undoes=undoes, batch_id=batch_id).batch_id


def _as_before(change: Change, entry: Entry) -> Entry:
    if change.before is None:
        return replace(entry, state=EntryState.REMOVED)
    return written_over(entry, change.before)


def _hindrance(change: Change, later: Sequence[tuple[int, int | None]], entry: Entry) -> Hindrance | None:
    """`later`: the newest first. What was taken back stands no more, nor does the taking back."""
    ids, gone = {later_id for later_id, _ in later}, set[int]()
    for later_id, undoes in later:
        if later_id in gone:
            continue
        if undoes == change.id:
            return Hindrance.UNDONE
        if undoes not in ids:
            return Hindrance.LATER
        gone.add(undoes)
    return None if document_of(entry) == change.after else Hindrance.ELSEWHERE


_SENTENCES = {
    Hindrance.UNDONE: "{} is undone already; undo the undoing to have it back",
    Hindrance.LATER: "a later change stands upon {}; undo that one first",
    Hindrance.ELSEWHERE: "the entry is not what {} left; correct it by hand",
}
