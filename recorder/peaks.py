"""Waveform peaks, made when a recording is sealed, so that a page draws it without decoding the audio."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from ledger.errors import BadRecording

BUCKETS = 1600  # of a recording, at most
FULL_SCALE = 65535  # a level is 16 bits without a sign, little-endian, channel after channel in each bucket


def levels_of(samples: NDArray[np.int16]) -> bytes:
    """The largest |sample| of each of BUCKETS equal spans of samples (frames, channels)."""
    starts = np.arange(0, len(samples), max(1, -(-len(samples) // BUCKETS)))
    highest = np.maximum.reduceat(samples, starts, axis=0).astype(np.int32)
    lowest = np.minimum.reduceat(samples, starts, axis=0).astype(np.int32)
    return _packed(np.maximum(highest, -lowest) / 32768)


def read_levels(source: Path | BinaryIO) -> bytes:
    """The same of an audio file. Reads in blocks. Raises BadRecording."""
    return _packed(np.array(read_peaks(source, BUCKETS)).T)


def unpack(levels: bytes, channels: int, buckets: int) -> list[list[float]]:
    """The largest |sample| (0..1) of each of at most `buckets` spans, one list per channel."""
    fine = np.frombuffer(levels, dtype="<u2").reshape(-1, channels)
    starts = np.arange(0, len(fine), max(1, -(-len(fine) // buckets)))
    coarse = np.maximum.reduceat(fine, starts, axis=0) / FULL_SCALE
    return [[round(float(value), 4) for value in channel] for channel in coarse.T]


def read_peaks(source: Path | BinaryIO, buckets: int) -> list[list[float]]:
    """The largest |sample| (0..1) of each of `buckets` equal spans, one list per channel.

    Reads in blocks, so that two hours cost no more memory than two minutes. Raises BadRecording.
    """
    try:
        with soundfile.SoundFile(source) as audio:
            frames = max(1, -(-audio.frames // buckets))
            blocks = audio.blocks(blocksize=frames, dtype="float32", always_2d=True)
            peaks = [np.abs(block).max(axis=0) for block in blocks]
    except (OSError, soundfile.SoundFileError) as error:
        raise BadRecording(f"the recording cannot be read: {error}; run `hotline verify`") from error
    return [[round(float(value), 5) for value in channel] for channel in np.stack(peaks).T]


def _packed(peaks: NDArray[np.float64]) -> bytes:
    return np.minimum(np.round(peaks * FULL_SCALE), FULL_SCALE).astype("<u2").tobytes()
