"""Short sounds whose place in a recording is found to the millisecond: bursts of noise, by correlation.

Noise, since a tone is like itself a period later, and a sweep like itself at another pitch. Half of a burst
may be lost on the way.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 8000
LENGTH_S, EDGE_S = 0.2, 0.02
LOW_HZ, HIGH_HZ = 400.0, 3000.0
LEVEL = 0.5
SEARCH_S = 0.35  # how far from where it should be a burst is looked for: less than to the next one
SURE = 0.3  # of the likeness of a whole burst
CALLER, OPERATOR = 1, 2  # seeds: neither is taken for the other

Samples = NDArray[np.int16]


def burst(seed: int) -> Samples:
    """Noise in the telephone's band, the same for the same seed."""
    size = int(LENGTH_S * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=size))
    pitches_hz = np.fft.rfftfreq(size, 1 / RATE_HZ)
    noise = np.fft.irfft(np.where((pitches_hz > LOW_HZ) & (pitches_hz < HIGH_HZ), spectrum, 0.0), size)
    at_s = np.arange(size) / RATE_HZ
    shaped = noise * np.minimum(1.0, np.minimum(at_s, LENGTH_S - at_s) / EDGE_S)
    loud: Samples = np.round(LEVEL * 32767 * shaped / np.abs(shaped).max()).astype(np.int16)
    return loud


def find(channel: Samples, sound: Samples, expected_s: float) -> float | None:
    """When `sound` begins, in seconds, near `expected_s`; None where it is not there."""
    first = max(0, int((expected_s - SEARCH_S) * RATE_HZ))
    last = int((expected_s + SEARCH_S) * RATE_HZ) + len(sound)
    heard = channel[first:last].astype(float)
    if len(heard) < len(sound):
        return None
    known = sound.astype(float)
    size = len(heard) + len(known)
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(known, size))
    likeness = np.abs(np.fft.irfft(product, size)[: len(heard) - len(known) + 1])
    best = int(likeness.argmax())
    return (first + best) / RATE_HZ if likeness[best] > SURE * (known @ known) else None
