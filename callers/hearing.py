"""Hearing: levels of 20 ms frames, tones, and whether a known stretch of speech has been heard."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from callers.alignment import likeness
from callers.codec import Samples
from callers.g711 import PCMA, SAMPLE_RATE_HZ

Levels = npt.NDArray[np.float64]  # one a frame, dB of full scale
Bands = npt.NDArray[np.float64]  # frames by bands, dB
Frames = npt.NDArray[np.int64]  # numbers of frames
FRAME_SAMPLES = 160
FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
SILENT_DB = -90.0  # the level of a frame that never came, and the lowest that is told
SPEECH_DB = -45.0  # louder frames count as speech; the idle noise of G.711 lies near -72
BAND_EDGES_HZ = (200, 400, 700, 1100, 1600, 2200, 2900, 3600)
BANDS = len(BAND_EDGES_HZ) - 1
BAND_FLOOR_DB = -70.0  # below this, bands are all the same: noise has no course
TONE_SHARE = 0.6  # of a stretch's power that a tone must have to be heard

_WINDOW = np.hanning(FRAME_SAMPLES) / 32768.0
_BIN_HZ = np.fft.rfftfreq(FRAME_SAMPLES, 1 / SAMPLE_RATE_HZ)
_BAND_OF_BIN = np.stack(
    [(low <= _BIN_HZ) & (high > _BIN_HZ) for low, high in pairwise(BAND_EDGES_HZ)], axis=1
).astype(np.float64)


def levels_db(samples: Samples) -> Levels:
    """The level of every whole frame of `samples` (int16, 8 kHz)."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    power = np.mean(np.square(frames, dtype=np.float64), axis=1) / 32768.0**2
    return np.asarray(np.maximum(10 * np.log10(power + 1e-12), SILENT_DB))


def bands_db(samples: Samples) -> Bands:
    """The level of every whole frame in each band, not below BAND_FLOOR_DB."""
    frames = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    spectrum = np.abs(np.fft.rfft(frames * _WINDOW, axis=1)) ** 2 / FRAME_SAMPLES
    return np.asarray(np.maximum(10 * np.log10(spectrum @ _BAND_OF_BIN + 1e-12), BAND_FLOOR_DB))


def level_db(samples: Samples) -> float:
    """The level of all of `samples` together."""
    if not len(samples):
        return SILENT_DB
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) / 32768.0**2 + 1e-12))


def tone_share(samples: Samples, hz: float) -> float:
    """Which share of the power of `samples` a tone of `hz` has (Goertzel's question, asked by projection)."""
    if not len(samples):
        return 0.0
    signal = samples.astype(np.float64)
    total = float(np.mean(np.square(signal)))
    turns = np.exp(-2j * np.pi * hz / SAMPLE_RATE_HZ * np.arange(len(signal)))
    return float(2 * abs(np.mean(signal * turns)) ** 2 / total) if total else 0.0


def has_tone(samples: Samples, hz: float) -> bool:
    """Whether a tone of `hz` stands out in `samples`."""
    return level_db(samples) > SPEECH_DB and tone_share(samples, hz) >= TONE_SHARE


def tone(hz: float, duration_s: float, level_db: float = -12.0) -> Samples:
    """A sine at `level_db` of full scale (RMS) to prove an audio path with."""
    peak = 32768.0 * 10 ** (level_db / 20) * np.sqrt(2)
    moments = np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return np.asarray(np.clip(peak * np.sin(2 * np.pi * hz * moments), -32768, 32767), np.int16)


def longest_pause_s(levels: Levels) -> float:
    """The longest quiet stretch between the first and the last frame of speech."""
    loud = np.flatnonzero(levels > SPEECH_DB)
    return float((np.diff(loud).max(initial=1) - 1) * FRAME_S)


class KnownSpeech:
    """Finds out when a stretch of speech whose audio is known has been heard to its end.

    Whenever it becomes quiet, what was heard last is compared with what is known by the course of its
    level in seven bands, with room for what a jitter buffer puts in and leaves out (`alignment.likeness`).
    Music, prompts and other people rise and fall elsewhere: no prompt of the standard plan comes above 0.68
    for any operator's first turn, and no such turn below 0.90 through A-law, 6 dB softer, with 300 ms put in
    once or 200 ms twice, or 20 ms of every second left out.
    """

    LIKE = 0.8  # likeness from which it is the same speech
    SPOKEN_SHARE = 0.8  # of the known speech frames that must be heard where the courses do not agree
    OPENING_SHARE = 0.2  # of the stretch that is not compared: an exchange may cut the first syllable
    OPENING_FRAMES = 15  # but never more than this
    PUT_IN_FRAMES = 60  # as much longer than the known it may have become
    END_FRAMES = (12, 8)  # the known end may lie so much before or after the last loud frame
    SCRAP_SHARE = 0.4  # of the known speech frames: less is no turn, however damaged
    SWELL_SHARE = 1.6  # of the same: more is something else, a menu or music
    BREATH_FRAMES = 22  # a longer quiet parts utterances, where the known one has no longer pause
    GIVE_UP_QUIET_FRAMES = 200  # who has spoken and then says nothing for 4 s waits for an answer

    def __init__(self, known: Samples, heard_from: int, *, only_by_likeness: bool = False) -> None:
        loud = np.flatnonzero(levels_db(known) > SPEECH_DB)
        first, last = (int(loud[0]), int(loud[-1]) + 1) if len(loud) else (0, len(known) // FRAME_SAMPLES)
        first += min(self.OPENING_FRAMES, int(self.OPENING_SHARE * (last - first)))
        self._known = bands_db(PCMA.decode(PCMA.encode(known)))[first:last]  # with the noise of the line
        self._spoken_frames = len(loud)
        self._pause_frames = round((longest_pause_s(levels_db(known)) + 0.1) / FRAME_S)
        self._from = heard_from  # the first frame that may belong to it
        self._compared_end = heard_from  # where the speech ended that was compared last
        self._only_by_likeness = only_by_likeness
        self.best = 0.0  # the highest likeness yet
        self.ended_at: int | None = None  # the frame after its last, once it was recognised
        self.given_up = False  # something was said that may have been it, and an answer is waited for

    def heard_whole(self, levels: Levels, bands: Bands, quiet_frames: int) -> bool:
        """Whether it has been heard, followed by `quiet_frames` of quiet. What is heard only ever grows.

        Also true, with `given_up` and without `ended_at`, where waiting longer would leave both sides mute.
        """
        if np.any(levels[-quiet_frames:] > SPEECH_DB):
            return False
        loud = self._from + np.flatnonzero(levels[self._from :] > SPEECH_DB)
        if not len(loud):
            return False
        end = int(loud[-1]) + 1
        quiet = len(levels) - end
        if self._is_like(bands, loud, end) or self._spoken_enough(loud, quiet):
            self.ended_at = end
        self.given_up = self.ended_at is None and self._waits_for_answer(loud, quiet)
        return self.given_up or self.ended_at is not None

    def _is_like(self, bands: Bands, loud: Frames, end: int) -> bool:
        """Compare, once for every end of speech."""
        if end <= self._compared_end:
            return False
        self._compared_end = end
        begin = max(self._from, end - len(self._known) - self.PUT_IN_FRAMES)
        if np.count_nonzero(loud >= begin) < self.SCRAP_SHARE * self._spoken_frames:
            return False
        before, after = self.END_FRAMES
        like = likeness(self._known, bands[begin : end + after], before + after)
        self.best = max(self.best, like)
        return like >= self.LIKE

    def _spoken_enough(self, loud: Frames, quiet: int) -> bool:
        if self._only_by_likeness or len(loud) < self.SPOKEN_SHARE * self._spoken_frames:
            return False
        return quiet >= self._pause_frames

    def _waits_for_answer(self, loud: Frames, quiet: int) -> bool:
        if quiet < max(self.GIVE_UP_QUIET_FRAMES, 2 * self._pause_frames):
            return False
        breaks = np.flatnonzero(np.diff(loud) > max(self.BREATH_FRAMES, self._pause_frames))
        utterance = len(loud) - (int(breaks[-1]) + 1 if len(breaks) else 0)
        return self.SCRAP_SHARE <= utterance / max(1, self._spoken_frames) <= self.SWELL_SHARE
