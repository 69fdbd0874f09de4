"""Sounds that a telephone line carries beside speech, made from a seed: noises and laughter.

All are float64 at 8 kHz; noises have the power 1, so that the one who mixes them sets the level.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from callers.codec import Samples

RATE_HZ = 8000
TALKERS = 6  # in a babble: enough that no one of them is understood
KEYS_A_SECOND = 4.0
KEY_S = 0.012
LAUGH_BURST_S = 0.12
LAUGH_GAP_S = 0.09
BREATH_EVERY_S = 3.1
NOTE_S = 1.0
TUNE_STEPS = (0, 2, 4, 7, 9, 12)  # semitones: five tones and the octave
VOWEL_A_HZ = ((850.0, 120.0), (1250.0, 140.0), (2800.0, 220.0))  # formants of an open ha and their widths

Sound = NDArray[np.float64]


def white(rng: np.random.Generator, frames: int) -> Sound:
    """The hiss of a bad line: equal power at all frequencies."""
    return rng.normal(0.0, 1.0, frames)


def babble(rng: np.random.Generator, frames: int, talkers: Sequence[Samples]) -> Sound:
    """A room of people: six of the given voices, each from a random moment on and over again."""
    mix = np.zeros(frames)
    for index in rng.choice(len(talkers), size=min(TALKERS, len(talkers)), replace=False):
        voice = talkers[index].astype(np.float64)
        voice = np.roll(voice, int(rng.integers(len(voice))))
        mix += np.resize(voice / _rms(voice), frames)
    return mix / _rms(mix)


def office(rng: np.random.Generator, frames: int) -> Sound:
    """A hall of desks: the air conditioning's rumble (power falling with frequency), mains hum, keyboards."""
    rumble = _shaped(rng.normal(0.0, 1.0, frames), lambda hz: 1.0 / np.maximum(hz, 40.0))
    moments_s = np.arange(frames) / RATE_HZ
    hum = np.zeros(frames)
    for order, hz in enumerate((100, 200, 300), start=1):
        hum += np.sin(2 * np.pi * hz * moments_s) / order
    return _unit(_unit(rumble) + 0.3 * _unit(hum) + 0.6 * _unit(_keyboard(rng, frames)))


def laughter(rng: np.random.Generator) -> Sound:
    """A person's laugh of four to seven bursts, with a peak of 1.

    Each burst is a voiced ha: pulses whose pitch falls within the burst and from burst to burst, with breath,
    through the formants of an open vowel, rising fast and dying slowly. No recording of a person is in it.
    """
    pitch_hz = rng.uniform(160.0, 320.0)
    bursts = [_laugh_burst(rng, pitch_hz * 0.94**place) for place in range(int(rng.integers(4, 8)))]
    gap = np.zeros(round(LAUGH_GAP_S * RATE_HZ))
    laugh = np.concatenate([part for burst in bursts for part in (burst, gap)])
    return np.asarray(laugh / np.abs(laugh).max())


def typing(rng: np.random.Generator, frames: int) -> Sound:
    """Somebody at a keyboard."""
    return _unit(_keyboard(rng, frames))


def breath(rng: np.random.Generator, frames: int) -> Sound:
    """Breathing into the mouthpiece: soft broad bursts of half a second, every three seconds or so."""
    airy = _shaped(rng.normal(0.0, 1.0, frames), lambda hz: np.exp(-(((hz - 900.0) / 900.0) ** 2)))
    moments_s = np.arange(frames) / RATE_HZ
    swell = np.maximum(0.0, np.sin(2 * np.pi * moments_s / BREATH_EVERY_S)) ** 8
    return _unit(airy * swell)


def music(rng: np.random.Generator, frames: int) -> Sound:
    """What a held caller hears: a plucked tune, a note every half second."""
    tune = np.zeros(frames)
    length = round(NOTE_S * RATE_HZ)
    moments_s = np.arange(length) / RATE_HZ
    for start in range(0, max(1, frames - length), length // 2):
        pitch_hz = 262.0 * 2 ** (float(rng.choice(TUNE_STEPS)) / 12)
        note = sum(np.sin(2 * np.pi * pitch_hz * order * moments_s) / order**2 for order in (1, 2, 3))
        tune[start : start + length] += (note * np.exp(-4 * moments_s))[: frames - start]
    return _unit(tune)


def _laugh_burst(rng: np.random.Generator, pitch_hz: float) -> Sound:
    frames = round(LAUGH_BURST_S * rng.uniform(0.8, 1.2) * RATE_HZ)
    falling_hz = pitch_hz * np.linspace(1.1, 0.85, frames)
    cycles = np.cumsum(falling_hz) / RATE_HZ
    pulses = np.diff(np.floor(cycles), prepend=0.0)
    source = pulses + rng.normal(0.0, 0.12, frames)
    envelope = np.minimum(np.linspace(0, 6, frames), 1.0) * np.exp(-np.linspace(0, 2.0, frames))
    return np.asarray(_shaped(source, _vowel) * envelope)


def _vowel(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    amplitude = np.full(len(hz), 0.02)
    for centre, width in VOWEL_A_HZ:
        amplitude += 1 / (1 + ((hz - centre) / width) ** 2)
    return amplitude


def _keyboard(rng: np.random.Generator, frames: int) -> Sound:
    clicks = np.zeros(frames)
    length = round(KEY_S * RATE_HZ)
    for start in rng.integers(0, max(1, frames - length), size=int(frames / RATE_HZ * KEYS_A_SECOND) + 1):
        stroke = rng.normal(0.0, 1.0, length) * np.exp(-np.linspace(0, 5, length))
        clicks[start : start + length] += stroke[: frames - start]
    return clicks


def _shaped(sound: Sound, amplitude_at: Callable[[Sound], Sound]) -> Sound:
    spectrum = np.fft.rfft(sound)
    hz = np.asarray(np.fft.rfftfreq(len(sound), 1 / RATE_HZ), np.float64)
    return np.asarray(np.fft.irfft(spectrum * amplitude_at(hz), len(sound)), np.float64)


def _unit(sound: Sound) -> Sound:
    return sound / _rms(sound)


def _rms(sound: Sound) -> float:
    return float(np.sqrt(np.mean(np.square(sound)))) or 1.0
