"""A disk that is full: calls go on, what is lost is announced, and recording resumes by itself."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import soundfile

from callers.phone import Phone
from hotline.reconciling import Account, reconcile_calls
from ledger import calls, messages
from ledger.chain import newest_entry
from ledger.database import Ledger
from ledger.records import Call, Ending
from ledger.reserve import reserve_of
from ledger.settings import load_settings, prepare_data_dir
from ledger.states import CallState, ChainKind, FactKey, OperatorState, Place, Reason, Result
from recorder.capture import Capture
from recorder.chain import enter_recording
from recorder.opening import Recordings
from recorder.room import BYTES_A_MB, FLOOR_MB, DiskWatch
from recorder.sealing import seal_call
from tests.ivr.people import SAY_HZ, hear, heard_pieces, reach_menu
from tests.ivr.stage import Stage, tone
from tests.ivr.unattended import Document, late

DISK_MB, LEAST_MB = 128, 40  # half of it is more than the reserve, as in the settings
OPERATORS = {"8001": "sip:8001@127.0.0.1:9"}


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "none", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def small_stage(tmp_path: Path) -> Iterator[Stage]:
    """One line whose data directory is a small disk."""
    with small_disk(tmp_path / "disk") as folder:
        prepare_data_dir(load_settings(data_dir=folder))
        ledger = Ledger(f"sqlite:///{folder / 'ledger.sqlite3'}")
        ledger.migrate()
        stage = Stage(folder=folder, ledger=ledger)
        try:
            yield stage
        finally:
            stage.stop()
            ledger.close()


def start(stage: Stage, change: Callable[[Document], None] | None = None) -> None:
    """Start the line with thresholds that fit the small disk."""
    stage.start(
        OPERATORS, change, HOTLINE_LEAST_FREE_MB=str(LEAST_MB), HOTLINE_WARN_FREE_MB=str(LEAST_MB + 8)
    )


def fill(stage: Stage, leave_mb: float) -> Path:
    """Something else takes all room but this; where nothing is to be left, to the last byte."""
    ballast = stage.folder / "ballast"
    with ballast.open("ab", buffering=0) as file, suppress(OSError):  # others write meanwhile
        while (free := shutil.disk_usage(stage.folder).free - int(leave_mb * BYTES_A_MB)) > 0:
            file.write(bytes(min(free, BYTES_A_MB)))
    return ballast


def account_of(stage: Stage) -> Account:
    """What reconciling says."""
    settings = load_settings(data_dir=stage.folder)
    return reconcile_calls(stage.ledger, Recordings(settings), settings.capture_dir)


def seal(stage: Stage, row: Call) -> Path:
    """As a worker does."""
    settings = load_settings(data_dir=stage.folder)
    recording = seal_call(row, settings.capture_dir, settings.spool_dir)
    with stage.ledger.transaction() as session:
        enter_recording(session, recording)
        session.get_one(calls.CallRow, row.id).state = CallState.RECORDED
    Capture.of_call(settings.capture_dir, row.id).remove()
    return settings.spool_dir / recording.path


async def whole_call(phone: Phone, stage: Stage) -> Call:
    """A caller who hears the menu and the news to their end."""
    call = await reach_menu(phone, stage)
    await call.send_digits("2")
    await hear(call, "news")
    await call.ended(8)
    return await asyncio.to_thread(stage.ended_row_of, call)


def test_without_room_calls_are_answered_and_the_loss_is_announced(small_stage: Stage) -> None:
    """The caller hears everything; no capture is begun; with room again the next call is recorded."""

    async def scenario() -> tuple[Call, Call]:
        async with Phone() as phone:
            await asyncio.to_thread(start, small_stage)
            ballast = fill(small_stage, leave_mb=LEAST_MB - 1)
            lost = await whole_call(phone, small_stage)
            ballast.unlink()
            return lost, await whole_call(phone, small_stage)

    lost, recorded = asyncio.run(scenario())
    assert (lost.state, lost.facts[FactKey.UNRECORDED]) == (CallState.UNRECORDED, "no_room")
    assert not Capture.of_call(small_stage.folder / "capture", lost.id).exists()
    with small_stage.ledger.reading() as session:
        entry = newest_entry(session, lost.id)
    assert entry is not None
    assert entry.kind == ChainKind.LOST
    assert recorded.state is CallState.ENDED
    assert FactKey.UNRECORDED not in recorded.facts
    assert seal(small_stage, recorded).exists()
    account = account_of(small_stage)
    assert account.is_clean, account
    assert (account.explanations["failed_with_cause"], account.recorded) == (1, 1)


def test_a_disk_that_fills_to_the_last_byte_loses_neither_the_call_nor_its_row(small_stage: Stage) -> None:
    """The call goes on, what was captured is sealed, the rest is marked; the reserve keeps the ledger."""

    async def scenario() -> tuple[Call, Call]:
        async with Phone() as phone:
            await asyncio.to_thread(start, small_stage)
            assert reserve_of(small_stage.folder / "ledger.sqlite3").exists()
            call = await reach_menu(phone, small_stage)
            row = await asyncio.to_thread(small_stage.row_of, call)
            capture = Capture.of_call(small_stage.folder / "capture", row.id)
            await asyncio.to_thread(small_stage.wait_for, lambda: capture.captured_s() > 1)
            fill(small_stage, leave_mb=0)
            await hear(call, "no-key")  # a menu's silence later
            await call.send_digits("2")
            await hear(call, "news")
            await call.ended(8)
            during = await asyncio.to_thread(small_stage.ended_row_of, call)
            return during, await whole_call(phone, small_stage)

    during, after = asyncio.run(scenario())
    captured_s = float(during.facts[FactKey.CAPTURED_S])
    (lost,) = [mark for mark in during.marks if mark.place is Place.LOST]
    length_s = (during.ended_at - during.answered_at).total_seconds()  # type: ignore[operator]
    assert 1.0 <= captured_s < length_s - 0.5
    assert lost.start_s == pytest.approx(captured_s, abs=0.06)
    assert lost.end_s == pytest.approx(length_s, abs=0.5)
    assert after.facts[FactKey.UNRECORDED] == "no_room"
    (small_stage.folder / "ballast").unlink()
    assert soundfile.info(seal(small_stage, during)).duration == pytest.approx(length_s, abs=0.5)
    account = account_of(small_stage)
    assert account.is_clean, account
    assert (account.explanations["failed_with_cause"], account.recorded) == (1, 1)


def test_a_message_that_a_full_disk_cuts_off_is_not_said_to_be_kept(small_stage: Stage) -> None:
    """The caller hears that nobody is there; what was captured of the message has its row."""
    heard: list[str] = []

    async def scenario() -> Call:
        async with Phone() as phone:
            await asyncio.to_thread(start, small_stage, late({"voicemail": "114"}))
            small_stage.set_operator(OperatorState.AWAY)
            call = await reach_menu(phone, small_stage)
            await call.send_digits("1")
            await hear(call, "beep")
            talking = asyncio.create_task(call.play(tone(SAY_HZ, 20.0)))
            await call.pause(2.0)  # so much of the message is captured
            fill(small_stage, leave_mb=LEAST_MB / 2 - 2)
            await hear(call, "all-busy")
            talking.cancel()
            await call.ended(5)
            heard.extend(heard_pieces(call.heard()))
            return await asyncio.to_thread(small_stage.ended_row_of, call)

    row = asyncio.run(scenario())
    assert row.ending == Ending(result=Result.FAILED, reason=Reason.NO_OPERATOR, place=Place.ANNOUNCEMENT)
    assert "message-kept" not in heard
    with small_stage.ledger.reading() as session:
        (message,) = messages.list_voicemails(session)
    captured_s = float(row.facts[FactKey.CAPTURED_S])
    assert message.start_s < captured_s
    assert message.end_s == pytest.approx(captured_s, abs=0.8)


def test_a_line_that_dies_in_an_unrecorded_call_leaves_nothing_unexplained(small_stage: Stage) -> None:
    """The chain has said at the answer that there would be no recording."""

    async def scenario() -> str:
        async with Phone() as phone:
            await asyncio.to_thread(start, small_stage)
            fill(small_stage, leave_mb=LEAST_MB - 1)
            call = await reach_menu(phone, small_stage)
            await asyncio.to_thread(small_stage.kill_line)
            return (await asyncio.to_thread(small_stage.ended_row_of, call)).id

    call_id = asyncio.run(scenario())
    with small_stage.ledger.reading() as session:
        assert calls.get_call(session, call_id).state is CallState.UNRECORDED
    assert account_of(small_stage).is_clean


def test_room_is_that_of_the_fuller_disk(tmp_path: Path) -> None:
    """Captures and the spool may lie on different disks; one that is gone has no room."""
    with small_disk(tmp_path / "disk") as small:
        watch = DiskWatch(folders=(tmp_path, small), warn_mb=DISK_MB + 1, least_mb=DISK_MB)
        assert watch.free_mb() <= DISK_MB
        assert watch.is_short()
        (small / "ballast").write_bytes(b"x" * (1 << 20))
        assert not watch.has_room()
        assert watch.has_room_to_go_on()
        (small / "more").write_bytes(b"x" * (DISK_MB // 2 << 20))
        assert not watch.has_room_to_go_on()
    assert FLOOR_MB > 0
    assert not DiskWatch(folders=(tmp_path / "gone",), warn_mb=0, least_mb=0).has_room()
