"""Repository of directory entries. Every change is numbered, so that indexes in many processes can follow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, func, insert, select, tuple_, update
from sqlalchemy.orm import Session

from desks.directory.documents import document_of, numbers_of
from desks.directory.records import Entry, EntryState
from ledger.errors import Conflict, NotFound
from ledger.tables import DirectoryEntryRow
from ledger.turns import Turn, take_turns

ROWS_AT_ONCE = 10_000
IDS_AT_ONCE = 500  # in one statement
TABLE = cast("Table", DirectoryEntryRow.__table__)
KEPT = ("id", "asked")  # of an entry that changes
_WRITE_OVER = (
    update(TABLE)
    .where(TABLE.c.id == bindparam("of"), TABLE.c.changed_seq == bindparam("read_seq"))
    .values({column.name: bindparam(f"new_{column.name}") for column in TABLE.c if column.name not in KEPT})
)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Place:
    """How far somebody has followed the changes: everything up to and with this one."""

    changed_seq: int = 0
    id: int = 0  # of one put several entries have the same number: their ids order them


def get(session: Session, entry_id: int) -> Entry:
    """One entry, removed ones too. Raises NotFound."""
    found = get_many(session, [entry_id])
    if not found:
        raise NotFound(f"there is no directory entry {entry_id}; search the directory for it")
    return found[entry_id]


def get_many(session: Session, ids: Sequence[int]) -> dict[int, Entry]:
    """Entries by id; ids that are not there are left out."""
    found = {}
    for first in range(0, len(ids), IDS_AT_ONCE):
        wanted = TABLE.c.id.in_(ids[first : first + IDS_AT_ONCE])
        for row in session.execute(select(TABLE).where(wanted)):
            found[row.id] = _entry(row)
    return found


def put(session: Session, entry: Entry) -> Entry:
    """Write one entry, see `put_many`; returns it as it is now."""
    return put_many(session, [entry])[0]


def put_many(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    """Write entries: those without id are new, the others change. They share one number of change.

    `asked` of an entry that changes is left as it is. Raises Conflict where an entry was changed since it was
    read, and the transaction has to be given up.
    """
    seq = _next_seq(session)
    _write_over(session, [entry for entry in entries if entry.id is not None], seq)
    made = iter(_write_new(session, [entry for entry in entries if entry.id is None], seq))
    return [replace(entry, id=entry.id or next(made), changed_seq=seq) for entry in entries]


def load_many(session: Session, entries: Iterable[Entry]) -> int:
    """Bring in many new entries fast, without their ids; returns how many."""
    seq, count, entries = _next_seq(session), 0, iter(entries)
    connection = session.connection()
    while some := [_columns(entry, seq) for entry in islice(entries, ROWS_AT_ONCE)]:
        connection.execute(insert(TABLE), some)
        count += len(some)
    return count


def note_asked(session: Session, entry_id: int) -> None:
    """A caller was given the entry. That is no change of it: indexes learn of it when they are built anew."""
    session.execute(
        update(TABLE).where(TABLE.c.id == entry_id).values(asked=TABLE.c.asked + 1),
    )


def newest(session: Session) -> Place:
    """The newest change."""
    query = select(TABLE.c.changed_seq, TABLE.c.id).order_by(TABLE.c.changed_seq.desc(), TABLE.c.id.desc())
    row = session.execute(query.limit(1)).first()
    return Place(changed_seq=row.changed_seq, id=row.id) if row else Place()


def newest_id(session: Session) -> int:
    """The id of the entry that was added last; 0: there is none."""
    return session.scalar(select(func.max(TABLE.c.id))) or 0


def changed_since(session: Session, place: Place, limit: int = ROWS_AT_ONCE) -> list[Entry]:
    """Entries whose last change comes after the place, in the order of their changes, removed ones too."""
    after = tuple_(TABLE.c.changed_seq, TABLE.c.id) > (place.changed_seq, place.id)
    query = select(TABLE).where(after).order_by(TABLE.c.changed_seq, TABLE.c.id).limit(limit)
    return [_entry(row) for row in session.execute(query)]


def count_since(session: Session, place: Place, most: int) -> int:
    """How many entries have changed since, counted up to so many."""
    after = tuple_(TABLE.c.changed_seq, TABLE.c.id) > (place.changed_seq, place.id)
    some = select(TABLE.c.id).where(after).limit(most).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def place_of(entry: Entry) -> Place:
    """The place of an entry that was read."""
    assert entry.id is not None
    return Place(changed_seq=entry.changed_seq, id=entry.id)


def read_all(session: Session) -> Iterator[Entry]:
    """Every entry by id, removed ones too, without keeping them in memory."""
    query = select(TABLE).order_by(TABLE.c.id).execution_options(yield_per=ROWS_AT_ONCE)
    yield from map(_entry, session.execute(query))


def count(session: Session) -> int:
    """How many entries are listed, now or at another time."""
    query = select(func.count()).select_from(TABLE).where(TABLE.c.state == EntryState.LISTED)
    return session.scalar(query) or 0


def _next_seq(session: Session) -> int:
    """The number of a change that is now made. Whoever comes next waits until it is committed.

    So nobody who follows sees a later change first and then goes past this one.
    """
    take_turns(session, Turn.DIRECTORY)
    return (session.scalar(select(func.max(TABLE.c.changed_seq))) or 0) + 1


def _write_new(session: Session, entries: Sequence[Entry], seq: int) -> list[int]:
    """The ids that they get, in their order."""
    if not entries:
        return []
    statement = insert(TABLE).returning(TABLE.c.id, sort_by_parameter_order=True)
    return list(session.execute(statement, [_columns(entry, seq) for entry in entries]).scalars())


def _write_over(session: Session, entries: Sequence[Entry], seq: int) -> None:
    """Raises Conflict where one has changed since it was read."""
    if not entries:
        return
    rows = [
        {
            **{f"new_{name}": value for name, value in _columns(entry, seq).items() if name not in KEPT},
            "of": entry.id,
            "read_seq": entry.changed_seq,
        }
        for entry in entries
    ]
    # On the connection: the session would take many rows for updates by primary key.
    done = session.connection().execute(_WRITE_OVER, rows)
    if done.rowcount == len(entries):
        return
    written = set(session.scalars(select(TABLE.c.id).where(TABLE.c.changed_seq == seq)))
    changed = ", ".join(str(entry.id) for entry in entries if entry.id not in written)
    raise Conflict(f"directory entry {changed} was changed meanwhile; read it again, then change it")


def _columns(entry: Entry, seq: int) -> dict[str, Any]:
    return {
        **document_of(entry),
        "valid_from": entry.valid_from,
        "valid_until": entry.valid_until,
        "asked": entry.asked,
        "changed_seq": seq,
    }


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        name=row.name,
        aliases=tuple(row.aliases),
        kind=row.kind,
        district=row.district,
        address=row.address,
        numbers=numbers_of(row.numbers),
        remark=row.remark,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        state=EntryState(row.state),
        asked=row.asked,
        changed_seq=row.changed_seq,
    )
