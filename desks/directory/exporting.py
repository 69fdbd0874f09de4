"""The directory as a file that an import reads back without a change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from desks.directory import entries, looking_up
from desks.directory.cells import HEADINGS, Column, write_cell
from desks.directory.files import BadFile, write_csv, write_xlsx
from desks.directory.records import Entry, EntryState

AT_ONCE: Final = 5000
MOST_SHEET_ROWS: Final = 1_048_575  # below the head: what a workbook's sheet holds


def heads(*, in_english: bool = False) -> list[str]:
    """The first line."""
    return [column.value if in_english else HEADINGS[column][0] for column in Column]


def as_csv(session: Session, zone: tzinfo, *, in_english: bool = False) -> Iterator[bytes]:
    """Every listed entry, piece by piece."""
    yield from write_csv(heads(in_english=in_english), rows(session, zone))


def as_xlsx(session: Session, zone: tzinfo, *, in_english: bool = False) -> bytes:
    """The same as a workbook. Raises BadFile where a sheet does not hold it."""
    count = entries.count(session)
    if count > MOST_SHEET_ROWS:
        raise BadFile(f"a sheet does not hold {count} entries; take the CSV file")
    return write_xlsx([("号码", heads(in_english=in_english), rows(session, zone))])


def rows(session: Session, zone: tzinfo) -> Iterator[list[str]]:
    """The cells of every listed entry."""
    listed = (entry for entry in entries.read_all(session) if entry.state is EntryState.LISTED)
    while some := list(islice(listed, AT_ONCE)):
        keys = looking_up.keys_of_entries(session, [entry.id or 0 for entry in some])
        yield from (_cells(entry, keys.get(entry.id or 0, ""), zone) for entry in some)


def _cells(entry: Entry, key: str, zone: tzinfo) -> list[str]:
    return [key if column is Column.KEY else write_cell(column, entry, zone) for column in Column]
