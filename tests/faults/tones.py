"""A scale that callers say, one tone a second: a recording shows which parts of it were captured."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
FIRST_HZ, STEP_HZ = 400, 50
LOUDNESS = 8000
FRAME = 160  # 20 ms
AUDIBLE = 800  # rms; a frame of the scale has 5600


def scale(seconds: int) -> NDArray[np.int16]:
    """The tones, 8 kHz."""
    at_s = np.arange(RATE_HZ) / RATE_HZ
    tones = [np.sin(2 * np.pi * (FIRST_HZ + STEP_HZ * second) * at_s) for second in range(seconds)]
    return (LOUDNESS * np.concatenate(tones)).astype(np.int16)


def captured_s(caller: NDArray[np.int16]) -> float:
    """How many seconds of the scale are in a caller's channel."""
    frames = caller[: len(caller) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    return float(np.count_nonzero(np.sqrt(np.mean(frames**2, axis=1)) > AUDIBLE)) * FRAME / RATE_HZ


def is_in_order(caller: NDArray[np.int16]) -> bool:
    """Whether the tones that are there follow each other as they were said."""
    pieces = caller[: len(caller) // RATE_HZ * RATE_HZ].reshape(-1, RATE_HZ)[:, : RATE_HZ // 2]
    loud = [piece for piece in pieces if np.sqrt(np.mean(piece.astype(np.float64) ** 2)) > AUDIBLE]
    heard_hz = [float(np.argmax(np.abs(np.fft.rfft(piece))) * 2) for piece in loud]
    return all(later - earlier > -STEP_HZ / 2 for earlier, later in pairwise(heard_hz))


def cut(path: Path, size: int) -> float:
    """Cut a capture file to `size` bytes; how many seconds it loses."""
    before = path.stat().st_size
    if size < before:
        with path.open("r+b") as file:
            file.truncate(size)
    return max(0, before - max(size, 44)) / (2 * RATE_HZ)
