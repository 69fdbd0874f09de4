"""The voice detector's smoothing: what is kept, what is dropped, where long speech is cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from spoken_timeline import CALLER, OPERATOR, RATE_HZ, load_clip, make_call

from transcriber.audio import Samples
from transcriber.speech import DetectorSettings, find_speech

SETTINGS = DetectorSettings()


def as_samples(audio: np.ndarray) -> Samples:
    """Float audio as 16 bit."""
    return np.clip(audio * 32767, -32768, 32767).astype(np.int16)


@pytest.mark.parametrize("gap_s", [0.1, 0.5, 3.0])
def test_every_clip_lies_whole_in_a_segment(gap_s: float) -> None:
    """No soft beginning or ending of what was spoken is cut off."""
    call, spoken = make_call(gap_s=gap_s)
    for channel in (CALLER, OPERATOR):
        segments = find_speech(as_samples(call[:, channel]), None, SETTINGS)
        for said in (s for s in spoken if s.channel == channel):
            first, last = round(said.start_s * RATE_HZ), round(said.end_s * RATE_HZ)
            assert any(start <= first and last <= end for start, end in segments)


def test_most_of_the_silence_is_left_out() -> None:
    """Where each side speaks less than half of the time, less than two thirds of its channel is decoded."""
    call, _ = make_call(gap_s=2.0)
    for channel in (CALLER, OPERATOR):
        segments = find_speech(as_samples(call[:, channel]), None, SETTINGS)
        assert sum(end - start for start, end in segments) < len(call) * 2 / 3


def test_a_click_is_no_speech() -> None:
    """Two hundredths of a second of loud noise are shorter than any syllable."""
    samples = np.zeros(4 * RATE_HZ, dtype=np.int16)
    samples[2 * RATE_HZ :][:160] = np.random.default_rng(1).normal(0, 8000, 160).astype(np.int16)
    assert find_speech(samples, None, SETTINGS) == []


def test_speech_without_pauses_is_cut_into_bearable_pieces() -> None:
    """A minute of speech end to end becomes pieces no longer than the longest, with nothing lost between."""
    clip = load_clip("broadband-question")
    first = RATE_HZ // 5
    speech = np.tile(as_samples(clip)[first:-first], 20)[: 60 * RATE_HZ]
    segments = find_speech(speech, None, DetectorSettings(longest_s=10.0))
    assert max(end - start for start, end in segments) <= 10 * RATE_HZ
    assert sum(end - start for start, end in segments) > 0.95 * len(speech)


@given(
    spans=st.lists(st.tuples(st.floats(-5, 40), st.floats(-5, 40)), max_size=6),
    padding_s=st.floats(0, 0.5),
    longest_s=st.floats(1, 20),
)
@settings(max_examples=50, deadline=None)
def test_segments_are_ordered_apart_and_inside_the_spans(
    spans: list[tuple[float, float]], padding_s: float, longest_s: float
) -> None:
    """Whatever spans are asked for, overlapping, empty or beyond the end: no sample outside, none twice."""
    samples = np.random.default_rng(2).normal(0, 3000, 30 * RATE_HZ).astype(np.int16)
    tuned = DetectorSettings(aggressiveness=0, padding_s=padding_s, longest_s=longest_s)
    segments = find_speech(samples, tuple(spans), tuned)
    flat = [edge for segment in segments for edge in segment]
    assert flat == sorted(flat)
    for start, end in segments:
        assert any(round(a * RATE_HZ) <= start < end for a, b in spans if a < b)
        middle_s = (start + end) / 2 / RATE_HZ
        assert any(a - 1e-3 <= middle_s <= b + 1e-3 for a, b in spans)
