"""Cross-talk: what is heard in a channel only because the other one leaks into it.

An echo of the other side is much quieter than its origin and has the same wave, a little later. Who really
speaks at the same time has a wave of his own, however quietly he speaks.
"""

from __future__ import annotations

import numpy as np

from transcriber.audio import RATE_HZ, Samples

LATEST_S = 0.4  # of an echo behind its origin
LEAST_LOSS_DB = 10.0  # a real line loses more; louder is no echo
LEAST_LIKENESS = 0.5  # of the two waves, 0 to 1; two people's are below 0.35


def is_crosstalk(samples: Samples, other: Samples, start: int, end: int) -> bool:
    """Whether a stretch of `samples` is the other channel's echo. Both at 8 kHz and on one clock."""
    origin = other[max(0, start - round(LATEST_S * RATE_HZ)) : end].astype(np.float64)
    echo = samples[start:end].astype(np.float64)
    if not len(echo) or _power(origin) < _power(echo) * 10 ** (LEAST_LOSS_DB / 10):
        return False
    return likeness(echo, origin) >= LEAST_LIKENESS


def likeness(wave: np.ndarray, longer: np.ndarray) -> float:
    """The greatest correlation of a wave with any stretch of a longer one, 0 to 1."""
    size = 1 << int(len(wave) + len(longer)).bit_length()
    products = np.fft.irfft(np.fft.rfft(longer, size) * np.conj(np.fft.rfft(wave, size)), size)
    lags = len(longer) - len(wave) + 1
    if lags < 1:
        return 0.0
    sums = np.concatenate([[0.0], np.cumsum(np.square(longer))])
    energies = sums[len(wave) :] - sums[: len(sums) - len(wave)]
    norms = np.sqrt(np.maximum(energies, 1e-9) * max(float(np.square(wave).sum()), 1e-9))
    return float(np.max(np.abs(products[:lags]) / norms, initial=0.0))


def _power(wave: np.ndarray) -> float:
    """Of the loudest quarter of a second: pauses in the stretch do not count."""
    size = RATE_HZ // 4
    whole = wave[: len(wave) // size * size].reshape(-1, size) if len(wave) >= size else wave.reshape(1, -1)
    return float(np.max(np.mean(np.square(whole), axis=1), initial=0.0))
