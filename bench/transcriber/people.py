"""Real people's speech from a folder of clips (`--speech DIR`), never part of this repository.

The folder has a `manifest.jsonl` with `file` and `text` of each clip. Each is heard as it is and as the
telephone carries it: at 8 kHz through A-law.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
import soxr

from bench.transcriber import ours, stock
from bench.transcriber.accuracy import Tally
from callers.degrading import through_a_law
from callers.noises import RATE_HZ
from ledger.errors import NotFound
from ledger.states import Role
from transcriber.tracks import Track

MIXED = (Track(channel=0, role=Role.MIXED),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """One person's sentence."""

    source: str  # the corpus
    text: str
    path: Path


def read_clips(speech: Path, most: int | None = None) -> list[Clip]:
    """The clips of a folder, or `most` of them evenly. Raises NotFound where there is no manifest."""
    manifest = next(
        (path for path in (speech / "manifest.jsonl", speech / "human" / "manifest.jsonl") if path.is_file()),
        None,
    )
    if manifest is None:
        raise NotFound(f"{speech} has no manifest.jsonl; name the folder of clips that has one")
    entries = [json.loads(line) for line in manifest.read_text("utf-8").splitlines()]
    step = max(1, len(entries) // most) if most else 1
    return [
        Clip(source=each["file"].split("/")[0], text=each["text"], path=manifest.parent / each["file"])
        for each in entries[::step][:most]
    ]


def measure(clips: list[Clip], folder: Path) -> dict[str, tuple[Tally, Tally]]:
    """By corpus and for all: ours and stock's, of the clips through A-law."""
    paths = [_as_telephone(clip, folder / f"clip{place:04}.flac") for place, clip in enumerate(clips)]
    both = ours.hear(paths, MIXED), stock.hear_mono(paths)
    tallies: dict[str, tuple[Tally, Tally]] = {}
    for place, clip in enumerate(clips):
        for name in (f"people, {clip.source}", "people, all"):
            pair = tallies.setdefault(name, (Tally(), Tally()))
            for tally, heard in zip(pair, both, strict=True):
                tally.add(clip.text, heard[place])
    return tallies


def _as_telephone(clip: Clip, path: Path) -> Path:
    audio, rate_hz = soundfile.read(clip.path, dtype="float32", always_2d=True)
    narrow = soxr.resample(audio[:, 0], rate_hz, RATE_HZ)
    padded = np.pad(narrow, RATE_HZ // 4)
    samples = np.clip(np.round(padded * 32768), -32768, 32767).astype(np.int16)
    soundfile.write(path, through_a_law(samples), RATE_HZ)
    return path
