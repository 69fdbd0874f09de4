"""A call that a dead line left ended where its capture ends, not where it was found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.aftermath import clean_up_after
from ledger import calls, lines
from ledger.clock import now
from ledger.database import Ledger
from ledger.records import Call, Ending
from ledger.signatures import name_of, sign
from ledger.states import CallState, LineState, Reason, Result
from recorder.capture import Capture
from recorder.sealing import seal_call

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


@pytest.mark.parametrize("stepped", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_step_of_the_clock_kills_nobody_and_raises_nobody(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stepped: timedelta
) -> None:
    """Rows of before and after it: the living line keeps its call and its row, the dead one's are closed."""
    living, dead = sign("line-1"), NOBODY.replace("line-1", "line-2")
    for process in (living, dead):
        with ledger.transaction() as session, monkeypatch.context() as patch:
            patch.setattr(lines, "now", lambda: now() + stepped)
            patch.setattr(calls, "now", lambda: now() + stepped)
            lines.enter_line(session, process=process, host="127.0.0.1", port=5080, places=2)
            calls.add_call(session, call_id=name_of(process), hotline="114", line=process)
    with ledger.transaction() as session:
        lines.see_lines(session, ["line-1", "line-2"])
    assert clean_up_after(ledger, "line-1", tmp_path) == []
    assert clean_up_after(ledger, "line-2", tmp_path) == ["line-2"]
    with ledger.reading() as session:
        states = [line.state for line in lines.list_lines(session)]
        assert calls.get_call(session, "line-1").ending is None
    assert states == [LineState.SERVING, LineState.DEAD]


def test_half_a_capture_is_rescued_too(ledger: Ledger, tmp_path: Path) -> None:
    """A line that died at once had made one of its two files, with half a header in it, or with nothing."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="114", line=NOBODY)
    capture = Capture.of_call(tmp_path, "a")
    for left in (b"", b"RIFF\0\0", bytes(30)):
        capture.said.write_bytes(left)
        assert clean_up_after(ledger, "line-1", tmp_path) in (["a"], [])
        with ledger.reading() as session:
            call = calls.get_call(session, "a")
        assert call.state is CallState.ENDED
        recording = seal_call(call, tmp_path, tmp_path / "sealed")
        assert recording.duration_s == 0.02


def test_an_old_process_does_not_speak_for_its_successor(ledger: Ledger) -> None:
    """A line whose parent died drains while the next one of its name serves: that one goes on serving."""
    with ledger.transaction() as session:
        for pid in (7, 8):
            lines.enter_line(session, process=f"line-1:{pid}", host="127.0.0.1", port=5080, places=2)
        lines.set_line_state(session, "line-1:7", LineState.DEAD)
    with ledger.reading() as session:
        assert [line.state for line in lines.list_lines(session)] == [LineState.SERVING]


def test_only_the_first_end_of_a_call_counts(ledger: Ledger, tmp_path: Path) -> None:
    """A line that was taken for dead, or that asks again, changes nothing of what may be sealed by now."""
    before = left_behind(ledger, tmp_path, answered=True, captured_s=2.0)
    ending = Ending(result=Result.SERVED, reason=Reason.CALLER_HUNG_UP)
    with ledger.transaction() as session:
        calls.mark_answered(session, "a", now())
        calls.mark_ended(session, "a", ending=ending, ended_at=now())
    with ledger.reading() as session:
        assert calls.get_call(session, "a") == before


def test_a_call_that_is_entered_twice_has_one_row(ledger: Ledger) -> None:
    """The line asks the next clerk again where one died between the entry and its answer."""
    for _ in range(2):
        with ledger.transaction() as session:
            calls.add_call(session, call_id="a", hotline="114", line=NOBODY)
    with ledger.reading() as session:
        assert len(calls.list_calls(session)) == 1
