"""What is short is done at once, what is long is asked for: by pages and programs, which must not wait."""

from __future__ import annotations

from datetime import tzinfo
from typing import Final

from sqlalchemy.orm import Session

from desks.directory import applying, entries, history, imports, showing, undoing, works
from desks.directory.applying import Applied
from desks.directory.beside import start_beside
from desks.directory.files import open_sheet
from desks.directory.imports import ImportWish
from desks.directory.undoing import Undone
from desks.directory.work_records import WorkKind, WorkOrder
from ledger.database import Ledger
from ledger.records import User
from ledger.settings import Settings
from ledger.turns import Turn, take_turns

MODULE: Final = "desks.directory.do_works"
SHORT_BYTES: Final = 100_000  # of a file that is read while its page waits
SHORT_ENTRIES: Final = 100_000  # of the directory that it is compared with


def show_or_ask(
    settings: Settings, ledger: Ledger, wish: ImportWish, data: bytes, *, delimiter: str, zone: tzinfo
) -> int:
    """Read a file now where it is short, else have it read; returns the import's id. Raises BadFile."""
    with ledger.reading() as session:
        is_short = len(data) <= SHORT_BYTES and entries.newest_id(session) <= SHORT_ENTRIES
    if is_short:
        return showing.show(ledger, wish, open_sheet(data, delimiter), zone)
    with ledger.transaction() as session:
        import_id = ask_to_read(session, wish, data, delimiter)
    start_working(settings)
    return import_id


def ask_to_read(session: Session, wish: ImportWish, data: bytes, delimiter: str) -> int:
    """Have a file read by whoever does long work; returns the import's id."""
    take_turns(session, Turn.DIRECTORY)  # before that of the audit log, as whoever works takes them
    import_id = imports.begin(session, wish)
    order = WorkOrder(kind=WorkKind.READ, user=wish.user, import_id=import_id, file=data, delimiter=delimiter)
    works.ask(session, order)
    return import_id


def apply_or_ask(settings: Settings, ledger: Ledger, user: User, import_id: int) -> Applied | None:
    """Apply a short import now; None: it is done beside, after what goes on. Raises NotFound, NotShown."""
    with ledger.transaction() as session:
        imports.require_applicable(session, import_id)
        if applying.count_left(session, import_id) > applying.AT_ONCE or not works.is_free(session):
            works.ask(session, WorkOrder(kind=WorkKind.APPLY, user=user, import_id=import_id))
            is_short = False
        else:
            is_short = True
    if is_short:
        return applying.apply(ledger, user, import_id)
    start_working(settings)
    return None


def undo_or_ask(
    settings: Settings, ledger: Ledger, user: User, batch_id: int, *, why: str, all_or_none: bool
) -> Undone | None:
    """Undo a short batch now; None: it is done beside. Raises NotFound, CannotUndo."""
    with ledger.transaction() as session:
        is_short = history.get_batch(session, batch_id).changes <= undoing.AT_ONCE and works.is_free(session)
        if not is_short:
            order = WorkOrder(
                kind=WorkKind.UNDO, user=user, batch_id=batch_id, why=why, is_partial=not all_or_none
            )
            works.ask(session, order)
    if is_short:
        return undoing.undo_batch(ledger, user, batch_id, why, all_or_none=all_or_none)
    start_working(settings)
    return None


def start_working(settings: Settings) -> None:
    """Have a process of its own do whatever is due."""
    start_beside(settings, MODULE)
