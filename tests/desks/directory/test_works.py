"""Long work: one after the other, goes on after kill -9 with each line once, stops half way, is refused."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from desks.directory import applying, asking, entries, history, imports, showing, undoing, working, works
from desks.directory.changes import change
from desks.directory.files import open_sheet
from desks.directory.import_records import ImportState, LineKind, Mode
from desks.directory.imports import ImportWish
from desks.directory.watching import Watch
from desks.directory.work_records import Work, WorkKind, WorkOrder, WorkProblem, WorkState
from ledger.database import Ledger
from ledger.records import User
from ledger.settings import Settings
from ledger.working_days import SHANGHAI
from tests.desks.directory.test_changes import deed, editor_of
from tests.desks.directory.test_imports import HEAD, fill, show
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]

LINES = 1500  # three pieces
SLOW = """
from desks.directory import do_works, working
working.SHARE_FOR_OTHERS = 4.0  # so that it can be killed half way
do_works.main()
"""


def file_of(lines: int) -> str:
    """Lines that each add an entry."""
    return HEAD + "".join(f"\n店{n},8{n:07d},东山区," for n in range(lines))


def ask(ledger: Ledger, kind: WorkKind, user: User, of: int, *, is_partial: bool = False) -> int:
    """Have an import applied or a batch undone."""
    target = {"import_id": of} if kind is WorkKind.APPLY else {"batch_id": of}
    order = WorkOrder(kind=kind, user=user, why="导错", is_partial=is_partial, **target)  # type: ignore[arg-type]
    with ledger.transaction() as session:
        return works.ask(session, order)


def get(ledger: Ledger, work_id: int) -> Work:
    """As it is now."""
    with ledger.reading() as session:
        return works.get(session, work_id)


def killed_half_way(settings: Settings, ledger: Ledger, work_id: int) -> Work:
    """A process takes the work and is killed in the midst of it."""
    environment = {"HOTLINE_DATA_DIR": str(settings.data_dir), "PYTHONPATH": str(Path.cwd())}
    process = subprocess.Popen([sys.executable, "-c", SLOW], env=environment)
    until_s = time.monotonic() + 30
    while not 0 < get(ledger, work_id).done < LINES and time.monotonic() < until_s:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return get(ledger, work_id)


def test_what_was_killed_goes_on_and_does_each_line_once(tmp_path: Path) -> None:
    """Applying and undoing; nobody else may begin meanwhile, and what was killed is due at once."""
    settings = Settings(data_dir=tmp_path)
    ledger = Ledger(settings.ledger_url)
    ledger.migrate()
    user, _ = fill(ledger)
    import_id = show(ledger, user, file_of(LINES))
    for kind in (WorkKind.APPLY, WorkKind.UNDO):
        with ledger.reading() as session:
            batch_id = imports.get(session, import_id).batch_id
        work_id = ask(ledger, kind, user, batch_id or import_id)
        broken = killed_half_way(settings, ledger, work_id)
        assert (broken.state, 0 < broken.done < LINES) == (WorkState.RUNNING, True)
        with ledger.reading() as session:
            assert works.is_due(session)
        working.work_off(ledger)
        over = get(ledger, work_id)
        assert (over.state, over.done, over.refused) == (WorkState.DONE, LINES, 0)
    with ledger.reading() as session:
        undone, applied = history.list_batches(session)
        assert (applied.changes, undone.changes, undone.id) == (LINES, LINES, over.made_id)
        assert (entries.newest_id(session), entries.count(session)) == (LINES, 0)
    ledger.close()


def test_the_second_waits_until_the_first_is_over(either_ledger: Ledger) -> None:
    """And is done by who did the first; what is asked twice is one work."""
    user, _ = fill(either_ledger)
    first, second = (show(either_ledger, user, f"{HEAD}\n店{n},8333000{n},,") for n in range(2))
    one, two = (ask(either_ledger, WorkKind.APPLY, user, of) for of in (first, second))
    assert ask(either_ledger, WorkKind.APPLY, user, second) == two
    with either_ledger.transaction() as session:
        taken = works.take(session)
        assert taken
        assert (taken.id, works.take(session)) == (one, None)
        assert works.waits_for_others(session, works.get(session, two))
    working.do(either_ledger, taken)
    working.work_off(either_ledger)
    assert {get(either_ledger, each).state for each in (one, two)} == {WorkState.DONE}


def stopping(ledger: Ledger, user: User) -> Callable[[Work], None]:
    """Somebody presses stop as soon as something is done."""

    def told(work: Work) -> None:
        if work.done:
            with ledger.transaction() as session:
                works.stop(session, user, work.id)

    return told


def test_what_is_stopped_half_way_can_be_undone_or_gone_on_with(
    either_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The batch holds what was done until then: it is seen after the next piece."""
    monkeypatch.setattr(applying, "AT_ONCE", 2)
    user, _ = fill(either_ledger)
    import_id = show(either_ledger, user, file_of(5))
    work_id = ask(either_ledger, WorkKind.APPLY, user, import_id)
    stopped = working.finish(either_ledger, work_id, stopping(either_ledger, user))
    assert (stopped.state, stopped.done) == (WorkState.STOPPED, 4)
    with either_ledger.reading() as session:
        found = imports.get(session, import_id)
        assert (found.state, entries.count(session)) == (ImportState.APPLYING, 4)
    undoing.undo_batch(either_ledger, user, found.batch_id or 0, "导错")
    again = ask(either_ledger, WorkKind.APPLY, user, import_id)
    over = working.finish(either_ledger, again, lambda _work: None)
    assert (over.state, over.done, over.total) == (WorkState.DONE, 5, 5)
    with either_ledger.reading() as session:
        assert entries.count(session) == 1


def test_an_undoing_that_is_hindered_is_told_and_done_in_part_if_wanted(ledger: Ledger) -> None:
    """Nothing is undone before."""
    user, _ = fill(ledger)
    import_id = show(ledger, user, file_of(3))
    batch_id = applying.apply(ledger, user, import_id).batch_id or 0
    with ledger.transaction() as session:
        change(session, deed(user), replace(entries.get(session, 2), remark="又改"))
    for is_partial in (False, True):
        work_id = ask(ledger, WorkKind.UNDO, user, batch_id, is_partial=is_partial)
        told = working.finish(ledger, work_id, lambda _work: None)
        with ledger.reading() as session:
            count = entries.count(session)
        if is_partial:
            assert (told.state, told.done, told.refused, count) == (WorkState.DONE, 3, 1, 1)
        else:
            assert (told.state, told.problem, count) == (WorkState.FAILED, WorkProblem.HINDERED, 3)


class BrokenOff(Watch):
    """A process that is gone once the first lines are kept."""

    def rest(self) -> None:
        """It ends here."""
        raise SystemExit


def test_a_long_file_is_read_beside_and_one_that_cannot_be_is_told(either_ledger: Ledger) -> None:
    """Broken off it is read anew, each line once."""
    with either_ledger.transaction() as session:
        user = editor_of(session)
        wish = ImportWish(user=user, title="资料.csv", why="每周传递", mode=Mode.CHANGES)
        texts = (file_of(3), "电话\n1\n", f'{HEAD}\n"未完,1,,')
        ids = [asking.ask_to_read(session, wish, text.encode(), "") for text in texts]
    with pytest.raises(SystemExit):
        showing.read(either_ledger, ids[0], open_sheet(texts[0].encode()), SHANGHAI, BrokenOff())
    working.work_off(either_ledger)
    with either_ledger.reading() as session:
        assert imports.count_lines(session, ids[0])[LineKind.ADDED] == 3
        states = [imports.get(session, each).state for each in ids]
        told = [works.of_import(session, each) for each in ids]
        assert imports.get(session, ids[0]).lines == 3
    assert states == [ImportState.SHOWN, ImportState.UNREADABLE, ImportState.UNREADABLE]
    assert [work.problem for work in told if work] == [None, WorkProblem.BAD_FILE, WorkProblem.BAD_FILE]
