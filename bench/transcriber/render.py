"""`python -m bench.transcriber.render`: speak what has changed in the labelled set, one process, no hurry.

Needs the voices: `hotline models install kokoro-82m-v1.0-int8 kokoro-82m-v1.0-mandarin`.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from asr_models.store import require
from asr_models.voice import ASSET, Voice
from callers.dialogue import RENDERED, read_rendered
from callers.labelled_audio import RATE_HZ, audio_path, recipe_of, stale_audio
from callers.labelled_call import LabelledCall, LabelledNumber, load_labelled
from ledger.settings import load_settings

FURTHER_VOICES = "kokoro-82m-v1.0-mandarin"
OPUS_LEVEL = 0.896  # libsndfile's scale: 32 kbit/s, which docs/storage.md found to cost no recognition


def main() -> None:
    """Render every call and number whose audio does not belong to its text."""
    labelled = load_labelled()
    models_dir = load_settings().models_dir
    voice = Voice(*(require(name, models_dir).path for name in (ASSET, FURTHER_VOICES)))
    due = set(stale_audio(labelled))
    entries = [entry for entry in (*labelled.calls, *labelled.numbers) if entry.id in due]
    for done, entry in enumerate(entries, start=1):
        _render(labelled.folder, entry, voice)
        print(f"{done} of {len(entries)}: {entry.id}", file=sys.stderr, flush=True)
    _forget(labelled.folder / "audio", {entry.id for entry in (*labelled.calls, *labelled.numbers)})


def _render(folder: Path, entry: LabelledCall | LabelledNumber, voice: Voice) -> None:
    spoken = [voice.say(text, voice=name, speed=speed) for text, name, speed in _lines(entry)]
    ends = np.cumsum([len(samples) for samples in spoken]).tolist()
    path = audio_path(folder, entry)
    path.parent.mkdir(exist_ok=True)
    soundfile.write(
        path,
        np.concatenate(spoken),
        RATE_HZ,
        format="OGG",
        subtype="OPUS",
        compression_level=OPUS_LEVEL,
    )
    notes = read_rendered(path.parent)
    notes[entry.id] = {
        "audio_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "recipe_sha256": recipe_of(entry),
        "turns": list(zip([0, *ends[:-1]], ends, strict=True)),  # first and past sample of each
    }
    _write_notes(path.parent, notes)


def _lines(entry: LabelledCall | LabelledNumber) -> list[tuple[str, str, float]]:
    if isinstance(entry, LabelledNumber):
        return [(entry.text, entry.voice, entry.speed)]
    return [(turn.text, entry.voice_of(turn.who), entry.speed_of(turn.who)) for turn in entry.turns]


def _forget(audio: Path, known: set[str]) -> None:
    """Remove audio whose entry is gone."""
    notes = read_rendered(audio)
    for name in set(notes) - known:
        (audio / f"{name}.opus").unlink(missing_ok=True)
        del notes[name]
    _write_notes(audio, notes)


def _write_notes(audio: Path, notes: dict[str, Any]) -> None:
    lines = (f"{json.dumps(name)}: {json.dumps(notes[name], sort_keys=True)}" for name in sorted(notes))
    (audio / RENDERED).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
