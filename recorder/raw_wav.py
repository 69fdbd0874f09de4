"""Reading the WAV files that pjsip writes, also those whose header a crash left saying "0 samples"."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ledger.errors import BadRecording

RIFF_HEADER_BYTES = 12
CHUNK_HEADER_BYTES = 8
SHORTEST_BYTES = 44  # of a file with samples


@dataclass(frozen=True, kw_only=True)
class Samples:
    """One channel of 16-bit PCM."""

    samples: NDArray[np.int16]
    broken_off: bool  # the header was never finished: the writer died


def read_samples(path: Path) -> Samples:
    """All samples in the file, whatever its header says of their number; none where there is no file.

    Raises BadRecording.
    """
    data = path.read_bytes() if path.exists() else b""
    if _lost_its_header(data):
        return Samples(samples=np.frombuffer(data, dtype="<i2", count=len(data) // 2), broken_off=True)
    start, stated_bytes = _find_data(data, path)
    there_bytes = (len(data) - start) // 2 * 2
    broken_off = stated_bytes == 0 and there_bytes > 0
    length = there_bytes if broken_off else min(stated_bytes, there_bytes)
    return Samples(
        samples=np.frombuffer(data, dtype="<i2", count=length // 2, offset=start), broken_off=broken_off
    )


def _lost_its_header(data: bytes) -> bool:
    """Whether the disk was full when pjsip began: it drops the header; what comes later lies at the start.

    At its end it writes both sizes where a header would have them: two clicks of 0.25 ms.
    """
    if len(data) < SHORTEST_BYTES or data[:4] == b"RIFF":
        return False
    sizes = (len(data) - CHUNK_HEADER_BYTES, len(data) - SHORTEST_BYTES)
    return sizes == (*struct.unpack_from("<I", data, 4), *struct.unpack_from("<I", data, 40))


def _find_data(data: bytes, path: Path) -> tuple[int, int]:
    """Where the data chunk's bytes begin and how many its header states."""
    if len(data) < SHORTEST_BYTES and (b"RIFF".startswith(data[:4]) or not any(data)):
        return len(
            data
        ), 0  # the writer died before its first buffer was full, or the disk kept no more of it
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise BadRecording(f"{path.name} is no WAV file; it was changed by something else than a line")
    at = RIFF_HEADER_BYTES
    while at + CHUNK_HEADER_BYTES <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind == b"data":
            return at + CHUNK_HEADER_BYTES, size
        at += CHUNK_HEADER_BYTES + size + size % 2
    raise BadRecording(f"{path.name} has no audio data; the line died before it wrote any")
