"""Recordings made elsewhere, brought to our form: 8000 Hz, 16 bit, caller left, or one mixed channel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from ledger.errors import BadRecording
from recorder.sealing import SAMPLE_RATE_HZ, Sound

LONGEST_S = 4 * 3600  # what one import may last; longer files are cut by hand first


def read_foreign(path: Path, caller_channel: int) -> Sound:
    """Read wav, flac or ogg of any rate; a stereo file's `caller_channel` (0 or 1) becomes the left one.

    Raises BadRecording with one sentence: missing, empty, no audio, too many channels, too long.
    """
    samples, rate_hz = _read(path)
    if samples.shape[1] > 2:
        raise BadRecording(f"{path.name} has {samples.shape[1]} channels; import mono or stereo")
    if caller_channel not in (0, 1):
        raise BadRecording(f"--caller-channel is {caller_channel}; it must be 0 (left) or 1 (right)")
    if samples.shape[1] == 2 and caller_channel == 1:
        samples = samples[:, ::-1]
    return Sound(samples=_to_telephone(samples, rate_hz))


def _read(path: Path) -> tuple[NDArray[np.float32], int]:
    if not path.is_file():
        raise BadRecording(f"there is no file {path}; check the name")
    if path.stat().st_size == 0:
        raise BadRecording(f"{path.name} is empty (0 bytes); export it again")
    try:
        with soundfile.SoundFile(path) as audio:
            _refuse_empty_or_endless(path, audio.frames, audio.samplerate)
            return audio.read(dtype="float32", always_2d=True), audio.samplerate
    except (OSError, soundfile.SoundFileError) as error:
        raise BadRecording(
            f"{path.name} is no audio file that we can read ({error}); convert it to WAV, FLAC or Ogg"
        ) from error


def _refuse_empty_or_endless(path: Path, frames: int, rate_hz: int) -> None:
    if frames == 0:
        raise BadRecording(f"{path.name} holds no sound (0 samples); export it again")
    if frames / rate_hz > LONGEST_S:
        raise BadRecording(f"{path.name} lasts {frames / rate_hz / 3600:.1f} hours; cut it below 4 hours")


def _to_telephone(samples: NDArray[np.float32], rate_hz: int) -> NDArray[np.int16]:
    if rate_hz != SAMPLE_RATE_HZ:
        samples = soxr.resample(samples, rate_hz, SAMPLE_RATE_HZ)
    return np.round(np.clip(samples, -1.0, 1.0) * 32767).astype(np.int16)
