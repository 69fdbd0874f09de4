"""A worker killed at any moment of sealing leaves nothing half: the next start seals the call once, whole."""

from __future__ import annotations

import os
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from hotline.pipeline import Pipeline
from hotline.tidying import tidy_up
from ledger import calls, chain, claiming
from ledger.chain import Scope
from ledger.clock import new_call_id, now
from ledger.database import Ledger, open_ledger
from ledger.records import Ending
from ledger.settings import Settings, load_settings, prepare_data_dir
from ledger.states import CallState, ChainKind, Reason, Result
from recorder import chain as recorder_chain
from recorder.archivist import Archivist
from recorder.capture import Capture
from recorder.opening import Recordings
from recorder.verifying import Verifier

KILLED = 9
LEFT = Ending(result=Result.ABANDONED, reason=Reason.CALLER_HUNG_UP)


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


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data directory of its own."""
    made = load_settings(data_dir=tmp_path / "hotline")
    prepare_data_dir(made)
    return made


def end_call(settings: Settings) -> str:
    """A call that waits to be sealed, with its capture."""
    call_id = new_call_id()
    ledger = open_ledger(settings)
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114")
        calls.mark_answered(session, call_id, now())
        calls.mark_ended(session, call_id, ending=LEFT, ended_at=now())
    ledger.close()
    capture = Capture.of_call(settings.capture_dir, call_id)
    for path in (capture.said, capture.heard):
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(np.zeros(16000, dtype=np.int16).tobytes())
    return call_id


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
        assert {call.id for call in due} <= set(claiming.due_calls(session))
    for call in due:
        Pipeline(settings, ledger).advance(call.id)


@pytest.mark.parametrize("moment", MOMENTS)
def test_nothing_is_left_half(settings: Settings, moment: str) -> None:
    """One recording, one entry, no part, no capture, and everything verifies."""
    call_id = end_call(settings)
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
