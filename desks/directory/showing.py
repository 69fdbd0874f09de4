"""Reading a file and keeping what it would do, line by line; nothing of the directory is changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import chain, islice
from typing import Any, TypeVar

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from desks.directory import cells, entries, looking_up
from desks.directory.cells import Column
from desks.directory.documents import document_of
from desks.directory.files import BadFile, Sheet
from desks.directory.import_records import ImportLine, ImportState, LineKind, Mode
from desks.directory.imports import LINES, ImportWish, begin, get, move
from desks.directory.previewing import Row, find_entries, preview, read_rows
from desks.directory.watching import UNWATCHED, Watch
from desks.directory.work_records import WorkStep
from ledger.database import Ledger

T = TypeVar("T")
AT_ONCE = 5000  # lines written in one transaction: calls are written between two of them


class _Seen:
    """What has gone by of a preview, which is written as it is made."""

    def __init__(self) -> None:
        self.count = 0  # lines
        self.same = 0  # those that change nothing
        self.doubtful = set[str]()  # names of lines that will not do

    def kept(self, lines: Iterable[ImportLine | None]) -> Iterator[ImportLine]:
        """The lines that do something."""
        for line in lines:
            self.count += 1
            if line is None:
                self.same += 1
                continue
            if line.fault:
                self.doubtful.add(line.name)
            yield line


def show(ledger: Ledger, wish: ImportWish, sheet: Sheet, zone: tzinfo) -> int:
    """Read a file and keep what it would do; returns the import's id. Raises BadFile.

    The directory is read as it is now; nothing of it is changed.
    """
    rows, told = _read(sheet, zone, UNWATCHED)
    with ledger.transaction() as session:
        import_id = begin(session, wish)
    _preview(ledger, import_id, rows, told, zone, watch=UNWATCHED)
    return import_id


def read(ledger: Ledger, import_id: int, sheet: Sheet, zone: tzinfo, watch: Watch) -> None:
    """Read the file of an import that was begun; broken off, it is read from its start again.

    Raises BadFile, NotShown, Stopped.
    """
    with ledger.transaction() as session:
        move(session, import_id, ImportState.READING, ImportState.READING)
        session.execute(delete(LINES).where(LINES.c.import_id == import_id))
    rows, told = _read(sheet, zone, watch)
    _preview(ledger, import_id, rows, told, zone, watch=watch)


def _read(sheet: Sheet, zone: tzinfo, watch: Watch) -> tuple[list[Row], dict[str, str]]:
    """Its rows, and how it was read. Raises BadFile, Stopped."""
    columns, unknown = cells.match_columns(sheet.head)
    if not {Column.ID, Column.KEY, Column.NAME} & set(columns):
        raise BadFile(
            "no column says which entry a line is of; name one 编号, 外部编号 or 名称 in the first line"
        )
    watch.begin(WorkStep.READING, sheet.most_lines)
    rows: list[Row] = []
    for some in _pieces(sheet.lines):
        rows += read_rows(some, columns, zone)
        watch.count(len(rows))
    named = [column.value for column in columns if column]
    told = {**sheet.told, "columns": " ".join(named), "unknown": "、".join(unknown), "sha256": sheet.sha256}
    return rows, told


def _preview(
    ledger: Ledger, import_id: int, rows: Sequence[Row], told: dict[str, str], zone: tzinfo, *, watch: Watch
) -> None:
    """Keep what the rows would do. Raises Stopped."""
    with ledger.reading() as session:
        mode = get(session, import_id).mode
        place = entries.newest(session)
        watch.begin(WorkStep.COMPARING, len(rows))
        known = looking_up.known_of(session, rows)
        find_entries(rows, known)
        seen = _Seen()
        lines = seen.kept(preview(rows, known, zone, is_whole=mode is Mode.WHOLE))
        if mode is Mode.WHOLE:
            lines = chain(lines, _removed(session, rows, seen.doubtful))
        for some in _pieces(lines):
            with ledger.transaction() as writing:
                writing.execute(insert(LINES), [_values(import_id, line) for line in some])
            watch.count(min(seen.count, len(rows)))
            watch.rest()
    sha256 = told.pop("sha256")
    told |= {"seq": str(place.changed_seq), "seq_id": str(place.id)}
    with ledger.transaction() as session:
        move(
            session,
            import_id,
            ImportState.READING,
            ImportState.SHOWN,
            same=seen.same,
            told=told,
            sha256=sha256,
            lines=len(rows),
        )


def _removed(session: Session, rows: Sequence[Row], doubtful: Collection[str]) -> Iterator[ImportLine]:
    """What the file does not name. Nothing is removed of which a line may be that will not do."""
    named = {row.entry.id for row in rows if row.entry} | {one for row in rows for one in row.claims}
    for some in _pieces(looking_up.listed_but(session, named, doubtful)):
        for entry in entries.get_many(session, some).values():
            yield ImportLine(
                line=0,
                kind=LineKind.REMOVED,
                name=entry.name,
                entry_id=entry.id,
                changed_seq=entry.changed_seq,
                before={"state": document_of(entry)["state"]},
                after={"state": "removed"},
            )


def _pieces(things: Iterable[T]) -> Iterator[list[T]]:
    things = iter(things)
    while some := list(islice(things, AT_ONCE)):
        yield some


def _values(import_id: int, line: ImportLine) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "line": line.line,
        "kind": line.kind.value,
        "problem": line.fault.value if line.fault else "",
        "detail": line.detail,
        "name": line.name,
        "entry_id": line.entry_id,
        "changed_seq": line.changed_seq,
        "key": line.key,
        "before": line.before,
        "after": line.after,
        "accepted": False,
        "done": False,
    }
