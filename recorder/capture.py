"""What a line writes while a call runs: two mono WAV files side by side, not yet a recording."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

HEADER_BYTES = 44  # of the WAV files that pjsip writes
BYTES_A_SECOND = 16_000  # 16 bits, 8000 Hz


@dataclass(frozen=True, kw_only=True)
class Capture:
    """The two files of one call. Both start at the answer and are 16-bit PCM at 8000 Hz."""

    said: Path  # the caller
    heard: Path  # what the caller hears: prompts, music, the operator

    @classmethod
    def of_call(cls, folder: Path, call_id: str) -> Capture:
        """Where the capture of a call lies."""
        return cls(said=folder / f"{call_id}.said.wav", heard=folder / f"{call_id}.heard.wav")

    @property
    def timeline(self) -> Path:
        """The notes of when the sounds were said (timeline.py)."""
        return self.said.with_suffix("").with_suffix(".timeline")

    def exists(self) -> bool:
        """Whether a line ever began to write it."""
        return self.said.exists() and self.heard.exists()

    def captured_s(self) -> float:
        """How much of the call is there, whatever the headers say: the longer file counts."""
        sizes = [path.stat().st_size for path in (self.said, self.heard) if path.exists()]
        return max(0, max(sizes, default=0) - HEADER_BYTES) / BYTES_A_SECOND

    def written_at(self) -> datetime:
        """When a line last wrote. Raises OSError where there is nothing."""
        return datetime.fromtimestamp(max(path.stat().st_mtime for path in (self.said, self.heard)), UTC)

    def remove(self) -> None:
        """Remove the files, once the sealed recording is safe."""
        self.said.unlink(missing_ok=True)
        self.heard.unlink(missing_ok=True)
        self.timeline.unlink(missing_ok=True)
