"""What the directory holds of the things that a file names, in one pass over its listed entries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import Final, cast

from sqlalchemy import Table, Text, select
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from desks.directory import entries
from desks.directory.previewing import Known, Row
from desks.directory.records import EntryState
from ledger.tables import DirectoryEntryRow, DirectoryKeyRow

ROWS_AT_ONCE: Final = 10_000
KEYS_AT_ONCE: Final = 500
NUMBER: Final = re.compile(
    r'"number": ?"([^"]*)"'
)  # in the kept text: to parse all of it takes ten times as long
TABLE = cast("Table", DirectoryEntryRow.__table__)
_LISTED = (TABLE.c.state == EntryState.LISTED.value,)


def known_of(session: Session, rows: Sequence[Row]) -> Known:
    """Of the rows' ids, external keys and numbers."""
    by_key = keys_of(session, [row.key for row in rows if row.key])
    holders = holders_of(session, {number for row in rows for number in row.numbers})
    names = {row.name for row in rows}
    ids = {int(row.id) for row in rows if row.id.isascii() and row.id.isdigit() and len(row.id) < 10}
    ids |= set(by_key.values())
    ids |= {one for found in holders.values() for one, name in found if name in names}
    return Known(by_id=entries.get_many(session, sorted(ids)), by_key=by_key, holders=holders)


def keys_of(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """The entries that other systems call so."""
    found: dict[str, int] = {}
    for first in range(0, len(keys), KEYS_AT_ONCE):
        wanted = DirectoryKeyRow.key.in_(keys[first : first + KEYS_AT_ONCE])
        query = select(DirectoryKeyRow.key, DirectoryKeyRow.entry_id).where(wanted)
        found |= {row.key: row.entry_id for row in session.execute(query)}
    return found


def keys_of_entries(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What other systems call entries."""
    found: dict[int, str] = {}
    for first in range(0, len(ids), KEYS_AT_ONCE):
        wanted = DirectoryKeyRow.entry_id.in_(ids[first : first + KEYS_AT_ONCE])
        query = select(DirectoryKeyRow.key, DirectoryKeyRow.entry_id).where(wanted)
        found |= {
            row.entry_id: row.key for row in session.execute(query.order_by(DirectoryKeyRow.key.desc()))
        }
    return found


def holders_of(session: Session, numbers: Collection[str]) -> dict[str, list[tuple[int, str]]]:
    """Ids and names of the listed entries that have these numbers."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    wanted = frozenset(numbers)
    if not wanted:
        return {}
    query = select(TABLE.c.id, TABLE.c.name, as_type(TABLE.c.numbers, Text).label("told")).where(*_LISTED)
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        for number in wanted.intersection(NUMBER.findall(row.told)):
            found[number].append((row.id, row.name))
    return dict(found)


def listed_but(session: Session, ids: Collection[int | None], names: Collection[str]) -> Iterator[int]:
    """Ids of the listed entries that are none of these and are not called so."""
    query = select(TABLE.c.id, TABLE.c.name).where(*_LISTED).order_by(TABLE.c.id)
    for row in session.execute(query.execution_options(yield_per=ROWS_AT_ONCE)):
        if row.id not in ids and row.name not in names:
            yield row.id
