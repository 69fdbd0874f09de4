"""Reading recordings: any format and rate that libsndfile knows, given as 16 bit at 8 kHz."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from ledger.errors import BadRecording

RATE_HZ = 8_000  # what sealed recordings have and Vosk is told; never pretend another
BLOCK_S = 30.0

Samples = npt.NDArray[np.int16]


def read_channels(source: Path | BinaryIO) -> list[Samples]:
    """Each channel's samples at 8 kHz; an empty recording gives empty channels.

    Read in blocks: beside the result no more than a block of the file's own rate is in memory.
    Raises BadRecording where the file is missing, is no recording, or breaks off.
    """
    try:
        with soundfile.SoundFile(source) as recording:
            return _read(recording)
    except soundfile.LibsndfileError as error:
        raise BadRecording(
            f"{name_of(source)} cannot be read as a recording ({error.error_string.strip().rstrip('.')}); "
            "play it to see what it is, then export it again as WAV or FLAC"
        ) from error


def name_of(source: Path | BinaryIO) -> str:
    """What messages call it."""
    return str(source) if isinstance(source, Path) else "the recording"


def _read(recording: soundfile.SoundFile) -> list[Samples]:
    converters = [_Converter(recording.samplerate) for _ in range(recording.channels)]
    for block in _blocks(recording):
        for channel, converter in enumerate(converters):
            converter.add(block[:, channel])
    return [converter.finish() for converter in converters]


def _blocks(recording: soundfile.SoundFile) -> Iterator[Samples]:
    frames = int(recording.samplerate * BLOCK_S)
    while len(block := recording.read(frames, dtype="int16", always_2d=True)):
        yield block


class _Converter:
    """Collects one channel, resampled only where its rate is not ours already."""

    def __init__(self, rate_hz: int) -> None:
        self._pieces: list[Samples] = []
        same = rate_hz == RATE_HZ
        self._stream = None if same else soxr.ResampleStream(rate_hz, RATE_HZ, 1, dtype="int16")

    def add(self, samples: Samples) -> None:
        self._keep(samples, last=False)

    def finish(self) -> Samples:
        self._keep(np.zeros(0, dtype=np.int16), last=True)
        return np.concatenate(self._pieces)

    def _keep(self, samples: Samples, *, last: bool) -> None:
        if self._stream is not None:
            samples = self._stream.resample_chunk(samples, last=last)
        self._pieces.append(np.ascontiguousarray(samples))
