"""A worker killed at any moment of sealing leaves nothing half: the next start seals the call once, whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import soundfile

from hotline.pipeline import Pipeline
from hotline.tidying import tidy_up
from ledger import calls, chain
from ledger.chain import Scope
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings
from ledger.states import CallState, ChainKind
from recorder import chain as recorder_chain
from recorder.archivist import Archivist
from recorder.capture import Capture
from recorder.opening import Recordings
from recorder.verifying import Verifier
from tests.hotline.captures import end_call

KILLED = 9


def die(*_arguments: object, **_options: object) -> None:
    """As kill -9: nothing is cleaned up."""
    os._exit(KILLED)


def dying_after(work: Callable[..., object]) -> Callable[..., None]:
    """Does its work, and dies before anybody hears of it."""

    def work_and_die(*arguments: object, **options: object) -> None:
        work(*arguments, **options)
        die()

    return work_and_die


def dying_at_a_files_sync(*, half: bool) -> Callable[[int], None]:
    """The disk has the file beside its place, or a part of it."""
    sync = os.fsync

    def sync_or_die(descriptor: int) -> None:
        file = Path(f"/proc/self/fd/{descriptor}")
        if file.is_dir():
            sync(descriptor)
            return
        if half:
            os.truncate(file, file.stat().st_size // 2)
        die()

    return sync_or_die


MOMENTS: dict[str, tuple[object, str, Callable[..., None]]] = {
    "while the file is being written": (os, "fsync", dying_at_a_files_sync(half=True)),
    "before the file is synced": (os, "fsync", dying_at_a_files_sync(half=False)),
    "before it is renamed": (Path, "replace", die),
    "after it was renamed": (Path, "replace", dying_after(Path.replace)),
    "with the entry made, before the commit": (
        recorder_chain,
        "append",
        dying_after(recorder_chain.append),
    ),
    "after the commit": (Capture, "remove", die),
    "between the capture's two files": (Path, "unlink", dying_after(Path.unlink)),
}


def seal_and_be_killed(settings: Settings, call_id: str, moment: str) -> None:
    """A worker of its own process, that dies at the moment."""
    pid = os.fork()
    if pid == 0:
        where, name, death = MOMENTS[moment]
        setattr(where, name, death)
        Pipeline(settings, open_ledger(settings)).advance(call_id)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == KILLED, "it lived through the moment"


def seal_what_is_due(settings: Settings, ledger: Ledger) -> None:
    """As a worker's sweep does when it starts; what is sealed already would be transcribed next."""
    with ledger.reading() as session:
        due = [call for call in calls.list_calls(session) if call.state is CallState.ENDED]
        assert {call.id for call in due} <= set(calls.due_calls(session))
    for call in due:
        Pipeline(settings, ledger).advance(call.id)


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_is_left_half(settings: Settings, moment: str) -> None:
    """One recording, one entry, no part, no capture, and everything verifies."""
    with closing(open_ledger(settings)) as books:  # no connection of ours goes into the worker
        call_id = end_call(settings, books, length_s=2.0)
    seal_and_be_killed(settings, call_id, moment)
    ledger = open_ledger(settings)
    tidy_up(settings, ledger)
    seal_what_is_due(settings, ledger)
    assert Archivist(settings, ledger).sweep(), "as the archivist's next round does"
    with ledger.reading() as session:
        assert calls.get_call(session, call_id).state is CallState.RECORDED
        entries = chain.of_calls(session, [call_id])[call_id]
    assert [entry.kind for entry in entries] == [ChainKind.SEALED]
    assert list(settings.capture_dir.iterdir()) == []
    (file,) = [path for path in settings.recordings_dir.rglob("*") if path.is_file()]
    assert soundfile.info(file).duration == 2.0
    report = Verifier(ledger, Recordings(settings), Scope()).verify()
    assert (report.problems, report.recordings) == ([], 1)
    ledger.close()
