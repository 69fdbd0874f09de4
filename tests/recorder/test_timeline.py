"""What waited in a jitter buffer is moved back to when it came, as a line's notes say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from recorder.timeline import RATE_HZ, TimelineNotes, Wait, read_timeline

LENGTH_S = 20.0


def clicks(*at_s: float, length_s: float = LENGTH_S) -> NDArray[np.int16]:
    """Silence with clicks of 10 ms."""
    samples = np.zeros(round(length_s * RATE_HZ), np.int16)
    for moment_s in at_s:
        start = round(moment_s * RATE_HZ)
        samples[start : start + 80] = 9000
    return samples


def click_times(samples: NDArray[np.int16]) -> list[float]:
    """When clicks begin."""
    loud = np.flatnonzero(samples > 8000)
    begins = loud[np.insert(np.diff(loud) > 1, 0, True)]
    return [round(int(begin) / RATE_HZ, 3) for begin in begins]


def wait(at_s: float, buffered_s: float, steps: int = 0, jitter_s: float = 0.0) -> Wait:
    """One note."""
    return Wait(at_s=at_s, buffered_s=buffered_s, jitter_s=jitter_s, steps=steps)


@pytest.fixture
def notes(tmp_path: Path) -> TimelineNotes:
    """A line's notes in the making."""
    opened = TimelineNotes(tmp_path / "x.timeline")
    opened.begins("said", 0.0)
    return opened


def test_a_steady_wait_is_taken_out(notes: TimelineNotes, tmp_path: Path) -> None:
    """Notes are right on average only: each is off by up to 10 ms, since packets come and go by 20."""
    for place in range(40):
        notes.waits("said", wait(0.5 * place, 0.07 if place % 2 else 0.09))
    notes.close(LENGTH_S)
    right = read_timeline(tmp_path / "x.timeline").set_right("said", clicks(3.0, 15.0))
    assert click_times(right) == [2.92, 14.92]
    assert len(right) == LENGTH_S * RATE_HZ


def test_a_longer_wait_is_cut_out_where_it_was_put_in(notes: TimelineNotes, tmp_path: Path) -> None:
    """The buffer ran empty at 10 s and waits 100 ms more since: that silence goes, no click does."""
    captured = clicks(*np.arange(0.5, 10.0, 0.04), *np.arange(10.2, 19.0, 0.04))
    for place in range(40):
        at_s = 0.5 * place
        notes.waits("said", wait(at_s, 0.06, steps=3) if at_s < 10.1 else wait(at_s, 0.16, steps=13))
    notes.close(LENGTH_S)
    right = read_timeline(tmp_path / "x.timeline").set_right("said", captured)
    times = click_times(right)
    assert len(times) == len(click_times(captured))
    assert times[0] == 0.44
    assert times[-1] == pytest.approx(click_times(captured)[-1] - 0.16, abs=0.001)


def test_a_drifting_clock_is_followed(notes: TimelineNotes, tmp_path: Path) -> None:
    """A phone whose clock is 100 ppm fast fills the buffer by 0.1 ms a second."""
    length_s = 1000.0
    for place in range(2000):
        notes.waits("said", wait(0.5 * place, 0.06 + 0.5e-4 * place))
    notes.close(length_s)
    right = read_timeline(tmp_path / "x.timeline").set_right("said", clicks(10.0, 990.0, length_s=length_s))
    first_s, last_s = click_times(right)
    assert first_s == pytest.approx(10.0 - 0.061, abs=0.01)
    assert last_s == pytest.approx(990.0 - 0.159, abs=0.01)


def test_late_packets_are_no_shorter_wait(notes: TimelineNotes, tmp_path: Path) -> None:
    """With jitter the mean packet is late already: it is counted from the earliest ones."""
    for place in range(40):
        notes.waits("said", wait(0.5 * place, 0.05, jitter_s=0.02))
    notes.close(LENGTH_S)
    right = read_timeline(tmp_path / "x.timeline").set_right("said", clicks(5.0))
    assert click_times(right) == [4.925]


def test_prompts_have_not_waited(tmp_path: Path) -> None:
    """What the caller hears waits only while it is an operator's."""
    notes = TimelineNotes(tmp_path / "x.timeline")
    notes.begins("heard", 0.0)
    notes.begins("heard", 8.0)
    for place in range(17, 30):
        notes.waits("heard", wait(0.5 * place, 0.08))
    notes.begins("heard", 15.0)
    notes.close(LENGTH_S)
    right = read_timeline(tmp_path / "x.timeline").set_right("heard", clicks(2.0, 10.0, 18.0))
    assert click_times(right) == [2.0, 9.92, 18.0]


def test_ticks_that_begin_late_and_stumble_are_made_good(notes: TimelineNotes, tmp_path: Path) -> None:
    """The capture is 6 ms behind at first; at 10 s pjsip's clock leaves out 200 ms."""
    for place in range(1, 40):
        at_s = 0.51 * place
        behind_s = 0.006 if at_s < 10 else 0.206
        ticks = int((at_s - behind_s) / 0.02) + 1  # the one that runs has been captured
        notes.clock(at_s, 0.02 * ticks)
    notes.close(LENGTH_S)
    right = read_timeline(tmp_path / "x.timeline").set_right("said", clicks(3.0, 15.0))
    assert click_times(right) == pytest.approx([3.006, 15.206], abs=0.004)


def test_a_call_is_as_long_as_it_was(notes: TimelineNotes, tmp_path: Path) -> None:
    """What was captured after the end is no part of it; what is missing is silence."""
    notes.close(12.345)
    timeline = read_timeline(tmp_path / "x.timeline")
    assert len(timeline.set_right("said", clicks(1.0))) == round(12.345 * RATE_HZ)
    short = timeline.set_right("said", clicks(1.0, length_s=5.0))
    assert len(short) == round(12.345 * RATE_HZ)
    assert click_times(short) == [1.0]


def test_what_a_crash_left_is_used(notes: TimelineNotes, tmp_path: Path) -> None:
    """Without an end and with half a line: the wait is taken out, the length is the capture's."""
    for place in range(20):
        notes.waits("said", wait(0.5 * place, 0.08))
    notes.close(LENGTH_S)
    path = tmp_path / "x.timeline"
    path.write_text(path.read_text().removesuffix(f"{LENGTH_S:.3f} call ends\n") + "10.123 sa")
    right = read_timeline(tmp_path / "x.timeline").set_right("said", clicks(3.0))
    assert (click_times(right), len(right)) == ([2.92], LENGTH_S * RATE_HZ)


def test_without_notes_nothing_moves(tmp_path: Path) -> None:
    """A capture of before there were notes."""
    right = read_timeline(tmp_path / "none.timeline").set_right("said", clicks(3.0))
    np.testing.assert_array_equal(right, clicks(3.0))
