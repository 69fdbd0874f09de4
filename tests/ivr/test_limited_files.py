"""A capture that can be written no further though the disk has room: a quota, or a limit of file sizes."""

from __future__ import annotations

import asyncio
import resource
from contextlib import suppress
from pathlib import Path

import pytest

from ivr.journey import Journey
from ivr.taping import LOOK_EVERY_S, LOOKS_STANDING_STILL, Taping
from ledger.records import Facts
from ledger.states import FactKey, Place
from recorder.capture import Capture
from recorder.room import DiskWatch

A_LOOK = bytes(4000)  # what is captured between two looks
LIMIT_BYTES = 44 + 3 * len(A_LOOK)


class WrittenAudio:
    """Stands for a call's audio: writes the capture as pjsip does, which goes on after a failed write."""

    def __init__(self, capture: Capture) -> None:
        self._files = (capture.said, capture.heard)
        self.closed = False

    async def write(self, looks: int) -> None:
        """Capture for so many looks, unless it is closed before."""
        for path in self._files:
            path.write_bytes(bytes(44))
        for _ in range(looks):
            if self.closed:
                return
            for path in self._files:
                with suppress(OSError), path.open("ab", buffering=0) as file:
                    file.write(A_LOOK)
            await asyncio.sleep(LOOK_EVERY_S)

    def stop_capture(self) -> None:
        """Close both files."""
        self.closed = True


@pytest.fixture
def taping(tmp_path: Path) -> Taping:
    """Of one call, on a disk with room."""
    begun = Taping(Capture.of_call(tmp_path, "a"), DiskWatch(folders=(tmp_path,), warn_mb=0, least_mb=0))
    assert begun.begin() is not None
    return begun


async def tape(taping: Taping, audio: WrittenAudio) -> bool:
    """Whether a capture that is written for twice as long as one may stand still was stopped."""
    watching = asyncio.create_task(taping.watch(audio))  # type: ignore[arg-type]
    await audio.write(2 * LOOKS_STANDING_STILL)
    watching.cancel()
    await asyncio.wait({watching})
    return audio.closed


def test_a_capture_that_cannot_grow_is_stopped_and_its_rest_is_marked(taping: Taping) -> None:
    """The kernel refuses to write beyond a limit, which needs no privilege; statvfs still tells of room."""
    assert taping.capture is not None
    audio, journey, facts = WrittenAudio(taping.capture), Journey(), Facts()
    _, hard = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT_BYTES, hard))
    try:
        assert asyncio.run(tape(taping, audio))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not taping.runs
    taping.note_loss(journey, facts, length_s=5.0)
    (lost,) = journey.marks()
    assert (lost.place, lost.start_s, lost.end_s) == (Place.LOST, 0.75, 5.0)
    assert facts[FactKey.CAPTURED_S] == "0.75"


def test_a_capture_that_grows_is_left_alone(taping: Taping) -> None:
    """Nothing is marked."""
    assert taping.capture is not None
    journey, facts = Journey(), Facts()
    assert not asyncio.run(tape(taping, WrittenAudio(taping.capture)))
    assert taping.runs
    taping.note_loss(journey, facts, length_s=5.0)
    assert (journey.marks(), facts) == ((), {})
