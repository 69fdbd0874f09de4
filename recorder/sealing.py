"""Sealing: two capture files become one stereo recording, hashed, encrypted if wished, safe in the spool."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soundfile
from numpy.typing import NDArray

from ledger.clock import now
from ledger.errors import BadRecording, StorageError
from ledger.records import Call, Recording
from ledger.settings import Settings
from ledger.states import AudioFormat
from recorder.capture import Capture
from recorder.durable import write_durably
from recorder.encryption import encrypt
from recorder.keys import RecordingKey, load_keys
from recorder.raw_wav import read_samples
from recorder.timeline import read_timeline

SAMPLE_RATE_HZ = 8000
SHORTEST_FRAMES = 160  # 20 ms: a FLAC of no samples at all cannot be read again
ENCRYPTED = ".enc"
OPUS_KBPS = 24  # a channel; docs/storage.md has what recognition loses with it


@dataclass(frozen=True, kw_only=True)
class Sound:
    """Samples to be sealed."""

    samples: NDArray[np.int16]  # (frames, channels): caller left, what the caller hears right; or one, mixed
    rescued: bool = False


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a recording becomes. With a key it is encrypted."""

    format: AudioFormat = AudioFormat.FLAC
    key: RecordingKey | None = None

    @classmethod
    def of(cls, settings: Settings) -> Form:
        """As the settings wish it now. Raises SettingsError."""
        return cls(format=settings.recording_format, key=load_keys(settings).newest)

    @property
    def suffix(self) -> str:
        """How its files end."""
        return f".{self.format}{ENCRYPTED if self.key else ''}"


AS_FLAC = Form()


def seal_call(call: Call, capture_dir: Path, spool_dir: Path, form: Form = AS_FLAC) -> Recording:
    """Seal what a line captured of a call. The capture stays until the caller of this removes it.

    Raises BadRecording where nothing was captured, StorageError where the disk does not take it.
    """
    capture = Capture.of_call(capture_dir, call.id)
    if not capture.exists():
        raise BadRecording(f"nothing was captured of call {call.id}, although it was answered; read the log")
    return seal(call, join_capture(capture), spool_dir, form)


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


def seal(call: Call, sound: Sound, spool_dir: Path, form: Form = AS_FLAC) -> Recording:
    """Encode, hash, write beside, sync, rename; the same call's again lies at the same path.

    The hash is over the audio file before encryption. FLAC gives the same bytes each time.
    """
    relative = Path(f"{call.received_at:%Y-%m-%d}") / (call.desk or call.hotline) / f"{call.id}{form.suffix}"
    target = spool_dir / relative
    try:
        audio = encode(sound.samples, form.format)
        write_durably(target, lambda file: _write(audio, file, form.key))
    except (OSError, soundfile.SoundFileError) as error:
        raise StorageError(f"cannot write {target}: {error}; make room or give the rights") from error
    return Recording(
        call_id=call.id,
        path=relative.as_posix(),
        sha256=hashlib.sha256(audio).hexdigest(),
        duration_s=round(len(sound.samples) / SAMPLE_RATE_HZ, 3),
        sample_rate_hz=SAMPLE_RATE_HZ,
        channels=sound.samples.shape[1],
        sealed_at=now(),
        rescued=sound.rescued,
        key_id=form.key.id if form.key else None,
    )


def encode(samples: NDArray[np.int16], audio_format: AudioFormat, opus_kbps: float = OPUS_KBPS) -> bytes:
    """Samples as an audio file, made in memory: nothing unencrypted reaches the disk."""
    audio = io.BytesIO()
    if audio_format is AudioFormat.FLAC:
        soundfile.write(audio, samples, SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    else:
        level = _opus_level(opus_kbps)
        soundfile.write(audio, samples, SAMPLE_RATE_HZ, format="OGG", subtype="OPUS", compression_level=level)
    return audio.getvalue()


def _opus_level(kbps: float) -> float:
    """Libsndfile's compression level, which it maps to 6 (1.0) to 256 (0.0) kbit/s a channel (ogg_opus.c)."""
    return 1 - (kbps - 6) / 250


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(audio: bytes, file: BinaryIO, key: RecordingKey | None) -> None:
    if key is None:
        file.write(audio)
    else:
        encrypt(io.BytesIO(audio), file, key)
