"""What a file would do to the directory: added, changed, removed, conflicts, bad lines; none is lost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any

from desks.directory.cells import BadCell, Column, read_cell, write_cell
from desks.directory.checking import Fault, Problem, problem_of
from desks.directory.documents import NOTHING, document_of
from desks.directory.files import Line
from desks.directory.import_records import ACCEPTABLE, CONFLICTS, ImportLine, LineKind
from desks.directory.records import Entry, EntryState

LONGEST_KEY = 64  # characters
BY_CELL = {Column.NUMBERS: Fault.BAD_NUMBER, Column.STATE: Fault.BAD_STATE}


@dataclass(slots=True)
class Row:
    """A line that was read; `entry` is what it is about, once that is known."""

    line: int
    fields: dict[Column, Any] = field(default_factory=dict)
    id: str = ""
    key: str = ""
    version: str = ""
    problem: Problem | None = None
    entry: Entry | None = None
    claims: frozenset[int] = frozenset()  # ids of entries that it may be about, where they are several
    brings_key: bool = False  # that is not known yet

    @property
    def name(self) -> str:
        """As the file has it, or the entry."""
        return str(self.fields.get(Column.NAME, "") or (self.entry.name if self.entry else ""))

    @property
    def numbers(self) -> tuple[str, ...]:
        """As the file has them, or the entry."""
        told = self.fields.get(Column.NUMBERS, self.entry.numbers if self.entry else ())
        return tuple(dict.fromkeys(each.number for each in told))


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What the directory holds of what a file names."""

    by_id: Mapping[int, Entry]
    by_key: Mapping[str, int]
    holders: Mapping[str, Sequence[tuple[int, str]]]  # of numbers: ids and names of listed entries


def read_rows(lines: Iterable[Line], columns: Sequence[Column | None], zone: tzinfo) -> list[Row]:
    """Every line, with what is wrong with it. Raises BadFile."""
    return [_read(line, columns, zone) for line in lines]


def find_entries(rows: Iterable[Row], known: Known) -> None:
    """Say of each row which entry it is about: by its id or its external key, else by name and number."""
    for row in rows:
        problem = _find(row, known)
        row.problem = row.problem or problem


def preview(
    rows: Sequence[Row], known: Known, zone: tzinfo, *, is_whole: bool
) -> Iterator[ImportLine | None]:
    """What each row would do, in order; None: nothing. The entries were found."""
    twice = _twice(rows)
    owners = _owners(rows, known, is_whole=is_whole)
    for row in rows:
        wanted = _wanted(row, zone)
        yield _line(row, wanted, _problem(row, wanted, twice, owners))


def _problem(
    row: Row, wanted: Entry, twice: Mapping[int, str], owners: Mapping[str, set[str]]
) -> Problem | None:
    """The worst comes first: nobody accepts a conflict and gets a bad entry by it."""
    if row.problem and row.problem.fault not in ACCEPTABLE:
        return row.problem
    if row.line in twice:
        return Problem(fault=Fault.TWICE, detail=twice[row.line])
    if wanted == row.entry:
        return None
    return _fault(wanted) or row.problem or _clash(row, wanted, owners)


def _read(line: Line, columns: Sequence[Column | None], zone: tzinfo) -> Row:
    row = Row(line=line.number, problem=line.problem)
    for column, cell in zip(columns, line.cells, strict=True):
        if column is Column.ID:
            row.id = cell.strip()
        elif column is Column.KEY:
            row.key = cell.strip()
        elif column is Column.VERSION:
            row.version = cell.strip()
        elif column is not None:
            try:
                row.fields[column] = read_cell(column, cell, zone)
            except BadCell:
                fault = BY_CELL.get(column, Fault.BAD_TIME)
                row.problem = row.problem or Problem(fault=fault, detail=cell.strip()[:40])
    return row


def _find(row: Row, known: Known) -> Problem | None:
    if row.id:
        return _find_by_id(row, known)
    if len(row.key) > LONGEST_KEY:
        return Problem(fault=Fault.TOO_LONG, detail=Column.KEY)
    row.brings_key = bool(row.key) and row.key not in known.by_key
    if row.key in known.by_key:
        row.entry = known.by_id.get(known.by_key[row.key])
        if row.entry is not None and row.entry.state is EntryState.REMOVED:
            row.fields.setdefault(Column.STATE, EntryState.LISTED)  # another system has it again
        return None
    same = {one for number in row.numbers for one, name in known.holders.get(number, ()) if name == row.name}
    if len(same) > 1:
        row.claims = frozenset(same)
        return Problem(fault=Fault.SEVERAL_ENTRIES, detail=", ".join(map(str, sorted(same))))
    row.entry = known.by_id[same.pop()] if same else None
    return None


def _find_by_id(row: Row, known: Known) -> Problem | None:
    if not (row.id.isascii() and row.id.isdigit() and len(row.id) < 10):
        return Problem(fault=Fault.BAD_ID, detail=row.id[:40])
    row.entry = known.by_id.get(int(row.id))
    row.brings_key = bool(row.key) and row.key not in known.by_key
    is_gone = row.entry is not None and row.entry.state is EntryState.REMOVED
    if row.entry is None or (is_gone and row.fields.get(Column.STATE) is not EntryState.LISTED):
        return Problem(fault=Fault.NO_ENTRY, detail=row.id)
    if row.key and known.by_key.get(row.key, row.entry.id) != row.entry.id:
        return Problem(fault=Fault.KEY_TAKEN, detail=row.key[:40])
    if row.version and row.version != str(row.entry.changed_seq):
        return Problem(fault=Fault.STALE, detail=row.version[:40])
    return None


def _wanted(row: Row, zone: tzinfo) -> Entry:
    """The entry as the row has it. A cell that says what the entry says changes nothing."""
    entry = row.entry or NOTHING
    changed = {
        column.value: value
        for column, value in row.fields.items()
        if row.entry is None or value != read_cell(column, write_cell(column, entry, zone), zone)
    }
    return replace(entry, **changed)


def _fault(wanted: Entry) -> Problem | None:
    return None if wanted.state is EntryState.REMOVED else problem_of(wanted)


def _twice(rows: Sequence[Row]) -> dict[int, str]:
    """Lines of which others are of the same entry, with those others."""
    same: dict[object, list[int]] = defaultdict(list)
    for row in rows:
        for thing in _things(row):
            same[thing].append(row.line)
    return {
        line: ", ".join(str(other) for other in dict.fromkeys(lines) if other != line)
        for lines in same.values()
        if len(set(lines)) > 1
        for line in lines
    }


def _things(row: Row) -> Iterator[object]:
    """What no other row may be about too."""
    if row.key:
        yield "key", row.key
    if row.entry is not None:
        yield "entry", row.entry.id
    elif not row.id:
        for number in row.numbers:
            yield "new", row.name, number


def _owners(rows: Sequence[Row], known: Known, *, is_whole: bool) -> dict[str, set[str]]:
    """Of numbers the names that have them once the file is applied."""
    in_file = {row.entry.id for row in rows if row.entry is not None}
    owners: dict[str, set[str]] = defaultdict(set)
    if not is_whole:
        for number, holders in known.holders.items():
            owners[number] = {name for entry_id, name in holders if entry_id not in in_file}
    for row in rows:
        if row.fields.get(Column.STATE) is not EntryState.REMOVED:
            for number in row.numbers:
                owners[number].add(row.name)
    return owners


def _clash(row: Row, wanted: Entry, owners: Mapping[str, set[str]]) -> Problem | None:
    """A number that the row takes and that another name has too."""
    if wanted.state is EntryState.REMOVED:
        return None
    had = {each.number for each in row.entry.numbers} if row.entry else set()
    for number in row.numbers:
        others = owners.get(number, set()) - {wanted.name}
        if number not in had and others:
            return Problem(fault=Fault.SAME_NUMBER, detail=f"{number} {min(others)}")
    return None


def _line(row: Row, wanted: Entry, problem: Problem | None) -> ImportLine | None:
    document, former = document_of(wanted), document_of(row.entry) if row.entry else None
    changed = [name for name in document if former is None or former[name] != document[name]]
    if problem is None and not changed and not row.brings_key:
        return None
    return ImportLine(
        line=row.line,
        kind=_kind(row, wanted, problem),
        name=row.name[:200],
        entry_id=row.entry.id if row.entry else None,
        changed_seq=row.entry.changed_seq if row.entry else 0,
        key=row.key[:LONGEST_KEY],
        before={name: former[name] for name in changed} if former else None,
        after={name: document[name] for name in changed},
        fault=problem.fault if problem else None,
        detail=problem.detail if problem else "",
    )


def _kind(row: Row, wanted: Entry, problem: Problem | None) -> LineKind:
    if problem:
        return LineKind.CONFLICT if problem.fault in CONFLICTS else LineKind.BAD
    if row.entry is None or row.entry.state is EntryState.REMOVED:
        return LineKind.ADDED
    return LineKind.REMOVED if wanted.state is EntryState.REMOVED else LineKind.CHANGED
