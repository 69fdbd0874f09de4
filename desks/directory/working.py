"""Long work is done: by a process beside the pages, or by a command, one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from desks.directory import applying, showing, undoing, works
from desks.directory.cells import BadCell
from desks.directory.files import BadFile, open_sheet
from desks.directory.undoing import CannotUndo
from desks.directory.watching import Stopped, Watch
from desks.directory.work_records import Work, WorkKind, WorkProblem, WorkState, WorkStep
from ledger import users
from ledger.database import Ledger
from ledger.errors import Conflict, HotlineError, NotFound
from ledger.records import User
from ledger.working_days import SHANGHAI

SHARE_FOR_OTHERS: Final = 0.5  # of the time that a piece took: others write meanwhile
LOOK_AGAIN_S: Final = 0.5  # while another process is at it

Told = Callable[[Work], None]


def _tell_nobody(_work: Work) -> None:
    """Nobody looks on."""


def work_off(ledger: Ledger) -> None:
    """Do whatever is due, until nothing is or another process is at it."""
    while (work := _take(ledger)) is not None:
        do(ledger, work)


def finish(ledger: Ledger, work_id: int, told: Told) -> Work:
    """Work until this is done, or wait for who does it; `told` hears how far it is."""
    while True:
        work = _take(ledger)
        if work is not None:
            do(ledger, work, told if work.id == work_id else _tell_nobody)
        with ledger.reading() as session:
            asked = works.get(session, work_id)
        told(asked)
        if not asked.is_active:
            return asked
        if work is None:
            time.sleep(LOOK_AGAIN_S)


def do(ledger: Ledger, work: Work, told: Told = _tell_nobody) -> None:
    """One work that this process has taken: done, stopped or failed, its row says so in the end."""
    try:
        _DEEDS[work.kind](ledger, work, _Kept(ledger, work, told))
    except Stopped:
        state, problem, detail = WorkState.STOPPED, None, ""
    except HotlineError as error:
        state, problem, detail = WorkState.FAILED, _problem_of(error), str(error)
    else:
        state, problem, detail = WorkState.DONE, None, ""
    with ledger.transaction() as session:
        works.end(session, work.id, state, problem, detail)


def give_up(ledger: Ledger, user: User | str, work_id: int) -> None:
    """Whoever did it here was interrupted: it ends where it is; another process ends it by itself."""
    with ledger.transaction() as session:
        works.stop(session, user, work_id)
        works.end(session, work_id, WorkState.STOPPED, None, "")


class _Kept(Watch):
    """Tells the row of a work, and whoever looks on; leaves time to others who write."""

    def __init__(self, ledger: Ledger, work: Work, told: Told) -> None:
        self._ledger, self._work_id, self._told = ledger, work.id, told
        self._done, self._refused = work.done, work.refused
        self._begun_s = time.monotonic()

    def begin(self, step: WorkStep, total: int, done: int = 0) -> None:
        """It is written at once."""
        self._done = done
        with self._ledger.transaction() as session:
            self._note(session, step=step.value, total=total, done=done)
        self._begun_s = time.monotonic()

    def note(self, session: Session, done: int, *, refused: int = 0, made_id: int | None = None) -> None:
        """With the piece, or not at all."""
        self._done, self._refused = self._done + done, self._refused + refused
        more = {} if made_id is None else {"made_id": made_id}
        self._note(session, done=self._done, refused=self._refused, tries=0, **more)

    def count(self, done: int) -> None:
        """Written in a transaction of its own."""
        self._done = done
        with self._ledger.transaction() as session:
            self._note(session, done=done)
        self._look()

    def rest(self) -> None:
        """As long as others need to write."""
        self._look()
        time.sleep(SHARE_FOR_OTHERS * (time.monotonic() - self._begun_s))
        self._begun_s = time.monotonic()

    def _look(self) -> None:
        with self._ledger.reading() as session:
            work = works.get(session, self._work_id)
        self._told(work)
        if work.is_stopping:
            raise Stopped

    def _note(self, session: Session, **values: object) -> None:
        if not works.note(session, self._work_id, **values):
            raise Stopped


def _take(ledger: Ledger) -> Work | None:
    with ledger.transaction() as session:
        return works.take(session)


def _user_of(ledger: Ledger, work: Work) -> User | str:
    """Who asked for it."""
    if work.user_id is None:
        return work.user
    with ledger.reading() as session:
        return users.get_user(session, work.user_id)


def _read(ledger: Ledger, work: Work, watch: Watch) -> None:
    with ledger.reading() as session:
        data = works.file_of(session, work.id)
    assert work.import_id is not None
    showing.read(ledger, work.import_id, open_sheet(data, work.delimiter), SHANGHAI, watch)


def _apply(ledger: Ledger, work: Work, watch: Watch) -> None:
    assert work.import_id is not None
    applying.apply(ledger, _user_of(ledger, work), work.import_id, watch)


def _undo(ledger: Ledger, work: Work, watch: Watch) -> None:
    assert work.batch_id is not None
    undoing.undo_batch(
        ledger,
        _user_of(ledger, work),
        work.batch_id,
        work.why,
        all_or_none=not work.is_partial,
        made_id=work.made_id,
        watch=watch,
    )


def _problem_of(error: HotlineError) -> WorkProblem:
    if isinstance(error, CannotUndo):
        return WorkProblem.HINDERED
    if isinstance(error, BadFile | BadCell):
        return WorkProblem.BAD_FILE
    if isinstance(error, Conflict | NotFound):
        return WorkProblem.REFUSED
    raise error  # the ledger cannot be reached or written: the work goes on once it can


_DEEDS: Final = {WorkKind.READ: _read, WorkKind.APPLY: _apply, WorkKind.UNDO: _undo}
