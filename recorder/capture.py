"""What a line writes while a call runs: two mono WAV files side by side, not yet a recording."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


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

    def remove(self) -> None:
        """Remove the files, once the sealed recording is safe."""
        self.said.unlink(missing_ok=True)
        self.heard.unlink(missing_ok=True)
        self.timeline.unlink(missing_ok=True)
