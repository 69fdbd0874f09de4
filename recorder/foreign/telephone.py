"""Samples of any rate to 8000 Hz and 16 bit, block by block, into an unnamed file that is then mapped."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import soxr
from numpy.typing import NDArray

from ledger.errors import StorageError
from recorder.sealing import SAMPLE_RATE_HZ

FULL_SCALE = 32768
LIKE_ONE = 0.98  # correlation from which two channels are one sound, coded twice; two speakers have about 0
SAME_LEVEL = 4.0  # ratio of energies, 6 dB; fainter is the echo of a line where one side was silent
MIX_FRAMES = 1 << 16

Samples = NDArray[np.int16]


class TelephoneFile:
    """Takes blocks and gives all samples. The file has no name: nothing is left whatever happens."""

    def __init__(self, rate_hz: int, channels: int, scratch_dir: Path) -> None:
        self._channels, self._scratch_dir = channels, scratch_dir
        self._file = _unnamed(scratch_dir)
        self._likeness = Likeness()
        self._stream = (
            None
            if rate_hz == SAMPLE_RATE_HZ
            else soxr.ResampleStream(rate_hz, SAMPLE_RATE_HZ, channels, dtype="float32")
        )
        self.frames = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, block: NDArray[np.float32]) -> None:
        """Frames of full scale 1, (frames, channels). Raises StorageError."""
        self._keep(block, last=False)

    def finish(self) -> None:
        """No more come: take what the resampler still holds."""
        self._keep(np.zeros((0, self._channels), dtype=np.float32), last=True)

    @property
    def channels_equal(self) -> bool:
        """Whether stereo is one sound twice: then nobody can say who spoke."""
        return self._channels == 2 and self._likeness.is_one_sound

    def samples(self) -> Samples:
        """All samples, (frames, channels); equal channels come as one. They outlive this object."""
        mapped = _mapped(self._file, self.frames, self._channels)
        return self._mixed(mapped) if self.channels_equal else mapped

    def _mixed(self, stereo: Samples) -> Samples:
        with _unnamed(self._scratch_dir) as file:
            for start in range(0, len(stereo), MIX_FRAMES):
                both = stereo[start : start + MIX_FRAMES].astype(np.int32)
                _write(file, (both.sum(axis=1) // 2).astype(np.int16))
            return _mapped(file, len(stereo), 1)

    def _keep(self, block: NDArray[np.float32], *, last: bool) -> None:
        if self._stream is not None:
            shaped = np.ascontiguousarray(block if self._channels > 1 else block[:, 0])
            block = self._stream.resample_chunk(shaped, last=last).reshape(-1, self._channels)
        samples = _to_16_bit(block)
        if self._channels == 2:
            self._likeness.add(samples)
        _write(self._file, samples)
        self.frames += len(samples)


class Likeness:
    """The correlation of two channels, from sums over all blocks."""

    def __init__(self) -> None:
        self._count = 0
        self._sums = np.zeros(2)
        self._products = np.zeros((2, 2))

    def add(self, samples: Samples) -> None:
        """(frames, 2)."""
        both = samples.astype(np.float64)
        self._count += len(both)
        self._sums += both.sum(axis=0)
        self._products += both.T @ both

    @property
    def is_one_sound(self) -> bool:
        """Both carry the same at about the same level; silence is like nothing."""
        if not self._count:
            return False
        mean = self._sums / self._count
        spread = self._products / self._count - np.outer(mean, mean)  # 1 is the least step of a sample
        left, right = spread[0, 0], spread[1, 1]
        if min(left, right) < 1 or max(left, right) > SAME_LEVEL * min(left, right):
            return False
        return bool(spread[0, 1] >= LIKE_ONE * np.sqrt(left * right))


def _to_16_bit(block: NDArray[np.float32]) -> Samples:
    """16-bit samples come back as they were; what is no number becomes silence."""
    scaled = np.rint(np.nan_to_num(block, posinf=1.0, neginf=-1.0) * FULL_SCALE)
    return np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


def _unnamed(folder: Path) -> Any:
    try:
        return tempfile.TemporaryFile(dir=folder)
    except OSError as error:
        raise StorageError(
            f"cannot write to {folder}: {error.strerror}; make room or give the rights"
        ) from error


def _write(file: Any, samples: Samples) -> None:
    try:
        file.write(np.ascontiguousarray(samples).data)
        file.flush()
    except OSError as error:
        raise StorageError(f"no room for a recording's samples: {error.strerror}; make room") from error


def _mapped(file: Any, frames: int, channels: int) -> Samples:
    return np.memmap(file, dtype=np.int16, mode="r", shape=(frames, channels))
