"""A call that a dead line left ended where its capture ends, not where it was found."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.aftermath import clean_up_after, lives
from ledger import calls
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Call
from ledger.states import CallState, Reason
from recorder.capture import Capture

ANSWERED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NOBODY = "line-1:999999999"  # more than any process number


def left_behind(ledger: Ledger, folder: Path, *, answered: bool, captured_s: float | None) -> Call:
    """A dead line's call, after the clean-up."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="114", line=NOBODY)
        if answered:
            calls.mark_answered(session, "a", ANSWERED_AT)
    if captured_s is not None:
        capture = Capture.of_call(folder, "a")
        capture.said.write_bytes(bytes(44 + int(captured_s * 16000)))
        capture.heard.write_bytes(bytes(44))
    assert clean_up_after(ledger, "line-1", folder) == ["a"]
    with ledger.reading() as session:
        return calls.get_call(session, "a")


def test_the_end_is_told_by_what_was_captured(ledger: Ledger, tmp_path: Path) -> None:
    """However long the machine was off: 7.25 s after the answer."""
    call = left_behind(ledger, tmp_path, answered=True, captured_s=7.25)
    assert call.ended_at == ANSWERED_AT + timedelta(seconds=7.25)
    assert (call.state, call.ending and call.ending.reason) == (CallState.ENDED, Reason.LINE_DIED)


def test_a_call_whose_answer_nobody_wrote_down_is_rescued_too(ledger: Ledger, tmp_path: Path) -> None:
    """The line had captured, but died before its entry: the capture's own times say when it was answered."""
    call = left_behind(ledger, tmp_path, answered=False, captured_s=2.0)
    assert call.state is CallState.ENDED
    assert call.answered_at is not None
    assert call.ended_at == call.answered_at + timedelta(seconds=2)
    written_at = datetime.fromtimestamp((tmp_path / "a.said.wav").stat().st_mtime, UTC)
    assert abs(call.ended_at - written_at) < timedelta(seconds=1)


def test_a_call_that_was_never_answered_stays_unrecorded(ledger: Ledger, tmp_path: Path) -> None:
    """There is nothing to seal."""
    assert left_behind(ledger, tmp_path, answered=False, captured_s=None).state is CallState.UNRECORDED


def test_another_process_with_a_dead_ones_number_does_not_count() -> None:
    """After a restart of the machine the numbers begin anew: who started later is somebody else."""
    command = [sys.executable, "-c", "import sys; sys.stdin.read()", "hotline"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert lives(f"line-1:{process.pid}", now())
        assert not lives(f"line-1:{process.pid}", now() - timedelta(hours=1))
    assert not lives(f"line-1:{process.pid}", now())
    assert not lives(None, now())
