"""Waveform peaks of a sealed recording, so that a page draws it without decoding the audio."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile

from ledger.errors import BadRecording


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
    return [[round(float(value), 3) for value in channel] for channel in np.stack(peaks).T]
