"""The timeline of recordings over real SIP and RTP: bursts of noise lie where they were said."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import numpy as np
import pytest

from bench.timeline.bursts import CALLER, OPERATOR, RATE_HZ, burst, find
from bench.timeline.measuring import Measured, Shift, measure_all
from bench.timeline.scenarios import SCENARIOS

LENGTH_S = 24.0
AT_MOST_MS = 20.0
EDGE = 8  # bursts: 6 s


@pytest.mark.slow
def test_both_channels_are_as_long_as_the_call_and_aligned(tmp_path: Path) -> None:
    """Hold, mute, one-way audio, loss, jitter, another address, other codecs, clocks that differ.

    What is off among thirteen conversations at once is held again by itself: two cores may stumble.
    """
    measured = hold(tmp_path / "together", list(SCENARIOS))
    assert [one.scenario for one in measured] == list(SCENARIOS)
    off = {one.scenario: told for one in measured if (told := problems(one))}
    again = hold(tmp_path / "alone", list(off)) if off else []
    assert not [problem for one in again for problem in problems(one)], off


def hold(folder: Path, scenarios: list[str]) -> list[Measured]:
    """So many conversations at once."""
    folder.mkdir()
    return asyncio.run(measure_all(folder, scenarios, LENGTH_S, at_once=len(scenarios)))


def problems(one: Measured) -> list[str]:
    """What is off by more than 20 ms."""
    found = {"length": one.length_error_ms}
    if one.caller:
        found |= {"start": one.offset_ms(slice(EDGE)), "end": one.offset_ms(slice(-EDGE, None))}
    assert bool(one.caller) is (one.scenario != "no RTP of the caller")
    assert len(one.operator) > EDGE
    wrong = [f"{name} {ms:.0f} ms" for name, ms in found.items() if math.isnan(ms) or abs(ms) > AT_MOST_MS]
    return [f"{one.scenario}: {told}, caller {shifts_of(one.caller)}" for told in wrong]


def shifts_of(bursts: tuple[Shift, ...]) -> str:
    """By how many milliseconds each burst is late."""
    return " ".join(f"{burst.late_ms:.0f}" for burst in bursts)


def test_a_burst_is_found_where_it_is_and_only_there() -> None:
    """The measure itself: to the sample, with half of the burst lost, and never in the other's."""
    sound = burst(CALLER)
    channel = np.zeros(5 * RATE_HZ, np.int16)
    channel[17_000 : 17_000 + len(sound)] = sound
    assert find(channel, sound, 2.0) == 17_000 / RATE_HZ
    channel[17_000 : 17_000 + len(sound) // 2] = 0
    assert find(channel, sound, 2.0) == 17_000 / RATE_HZ
    assert find(channel, burst(OPERATOR), 2.0) is None
    assert find(channel, sound, 4.0) is None
