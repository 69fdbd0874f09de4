"""Sealing: two capture files become one stereo FLAC that is written beside, synced, hashed and renamed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from ledger.clock import now
from ledger.errors import BadRecording, StorageError
from ledger.records import Call, Recording
from recorder.capture import Capture
from recorder.raw_wav import read_samples
from recorder.timeline import read_timeline

SAMPLE_RATE_HZ = 8000
SHORTEST_FRAMES = 160  # 20 ms: a FLAC of no samples at all cannot be read again


@dataclass(frozen=True, kw_only=True)
class Sound:
    """Samples to be sealed."""

    samples: NDArray[np.int16]  # (frames, channels): caller left, what the caller hears right; or one, mixed
    rescued: bool = False


def seal_call(call: Call, capture_dir: Path, recordings_dir: Path) -> Recording:
    """Seal what a line captured of a call. The capture stays until the caller of this removes it.

    Raises BadRecording where nothing was captured, StorageError where the disk does not take it.
    """
    capture = Capture.of_call(capture_dir, call.id)
    if not capture.exists():
        raise BadRecording(f"nothing was captured of call {call.id}, although it was answered; read the log")
    return seal(call, join_capture(capture), recordings_dir)


def join_capture(capture: Capture) -> Sound:
    """Both capture files as one stereo sound, as long as the call; the shorter one ends in silence."""
    said, heard = read_samples(capture.said), read_samples(capture.heard)
    timeline = read_timeline(capture.timeline)
    left = timeline.set_right("said", said.samples)
    right = timeline.set_right("heard", heard.samples)
    stereo = np.zeros((max(len(left), len(right), SHORTEST_FRAMES), 2), dtype=np.int16)
    stereo[: len(left), 0] = left
    stereo[: len(right), 1] = right
    return Sound(samples=stereo, rescued=said.broken_off or heard.broken_off)


def seal(call: Call, sound: Sound, recordings_dir: Path) -> Recording:
    """Write, sync, hash and rename; the same call's again gives the same bytes at the same path."""
    relative = Path(f"{call.received_at:%Y-%m-%d}") / call.hotline / f"{call.id}.flac"
    target = recordings_dir / relative
    beside = target.with_suffix(".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(beside, sound.samples, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
        sha256 = _sync_and_hash(beside)
        beside.replace(target)
        _sync_folder(target.parent)
    except (OSError, soundfile.SoundFileError) as error:
        if beside.exists():
            beside.unlink()
        raise StorageError(f"cannot write {target}: {error}; make room or give the rights") from error
    return Recording(
        call_id=call.id,
        path=relative.as_posix(),
        sha256=sha256,
        duration_s=round(len(sound.samples) / SAMPLE_RATE_HZ, 3),
        sample_rate_hz=SAMPLE_RATE_HZ,
        channels=sound.samples.shape[1],
        sealed_at=now(),
        rescued=sound.rescued,
    )


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_and_hash(path: Path) -> str:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return hash_file(path)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
