"""The labelled set as sound: what was rendered, and the stereo recording that its turns and pauses make.

Of each call and number one Ogg/Opus file is kept, mono at 8 kHz, its turns one after the other; where each
begins stands in `rendered.json` with the hashes of the recipe and of the file. Pauses and overlaps are made
here, so that another pause needs no other audio.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray

from callers import noises
from callers.codec import Samples
from callers.dialogue import Side, read_rendered
from callers.labelled_call import LabelledCall, LabelledNumber, LabelledSet, PauseSound
from ledger.errors import NotFound

RATE_HZ = 8000
EDGE_S = 0.1  # silence that each rendered turn has at both ends
TAIL_S = 0.8  # after the last word
PAUSE_EDGE_S = 0.3  # of a pause that is filled, at both ends
PAUSE_SOUNDS: dict[PauseSound, tuple[Callable[[np.random.Generator, int], noises.Sound], float]] = {
    "typing": (noises.typing, -42.0),  # dBFS in the root mean square; speech has about -20
    "breath": (noises.breath, -38.0),
    "music": (noises.music, -30.0),
}
CHANNELS: dict[Side, int] = {"caller": 0, "operator": 1}


@dataclass(frozen=True, kw_only=True, slots=True)
class SpokenSpan:
    """What one side said, and when."""

    who: Side
    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """A recording and its true text."""

    id: str
    samples: Samples  # frames x 2: caller left, operator right
    turns: tuple[SpokenSpan, ...]

    def said_by(self, side: Side) -> str:
        """All that one side says."""
        return "".join(turn.text for turn in self.turns if turn.who == side)


def audio_path(folder: Path, entry: LabelledCall | LabelledNumber) -> Path:
    """Where the rendered audio of a call or a number lies."""
    return folder / "audio" / f"{entry.id}.opus"


def recipe_of(entry: LabelledCall | LabelledNumber) -> str:
    """The hash of all that the rendered audio depends on: texts, voices, speeds."""
    if isinstance(entry, LabelledNumber):
        parts = [[entry.text, entry.voice, entry.speed]]
    else:
        parts = [[turn.text, entry.voice_of(turn.who), entry.speed_of(turn.who)] for turn in entry.turns]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def stale_audio(labelled: LabelledSet) -> list[str]:
    """Ids whose audio is missing, changed, or was rendered from something else."""
    notes = read_rendered(labelled.folder / "audio")
    entries: list[LabelledCall | LabelledNumber] = [*labelled.calls, *labelled.numbers]
    return [entry.id for entry in entries if _is_stale(labelled.folder, entry, notes.get(entry.id, {}))]


def read_talk(folder: Path, call: LabelledCall, notes: dict[str, dict[str, Any]] | None = None) -> Talk:
    """A call as it would be recorded on a clean line. Raises NotFound where it was not rendered."""
    return lay_out(call, _read_turns(folder, call, notes))


def read_number(folder: Path, number: LabelledNumber) -> Samples:
    """A number as it was rendered, mono, with a second of silence around it."""
    (samples,) = _read_turns(folder, number, None)
    return np.pad(samples, RATE_HZ // 2)


def lay_out(call: LabelledCall, spoken: list[Samples]) -> Talk:
    """The turns' audio in two channels, at the moments that the pauses give."""
    turns: list[SpokenSpan] = []
    last_word_s = call.lead_s
    for turn, samples in zip(call.turns, spoken, strict=True):
        start_s = max(0.0, last_word_s + (turn.pause_s if turns else 0.0))
        end_s = start_s + len(samples) / RATE_HZ - 2 * EDGE_S
        turns.append(SpokenSpan(who=turn.who, text=turn.text, start_s=start_s, end_s=end_s))
        last_word_s = max(last_word_s, end_s)
    stereo = np.zeros((round((last_word_s + TAIL_S) * RATE_HZ), 2), np.int32)
    for span, samples in zip(turns, spoken, strict=True):
        start = round((span.start_s - EDGE_S) * RATE_HZ)
        samples = samples[max(0, -start) :]  # noqa: PLW2901 - a first word without a lead
        stereo[max(0, start) : max(0, start) + len(samples), CHANNELS[span.who]] += samples
    for before, turn, span in zip(turns, call.turns[1:], turns[1:], strict=False):
        if turn.pause_with:
            _fill(stereo[:, CHANNELS["operator"]], turn.pause_with, before.end_s, span.start_s)
    return Talk(id=call.id, samples=np.clip(stereo, -32768, 32767).astype(np.int16), turns=tuple(turns))


def _fill(side: NDArray[np.int32], sound: PauseSound, start_s: float, end_s: float) -> None:
    """Put a sound into a pause, the same in every run."""
    make, level_dbfs = PAUSE_SOUNDS[sound]
    first, past = round((start_s + PAUSE_EDGE_S) * RATE_HZ), round((end_s - PAUSE_EDGE_S) * RATE_HZ)
    rng = np.random.default_rng(first)
    if past > first:
        filling = make(rng, past - first) * 32768 * 10 ** (level_dbfs / 20)
        side[first:past] += filling.round().astype(np.int32)


def _read_turns(
    folder: Path, entry: LabelledCall | LabelledNumber, notes: dict[str, dict[str, Any]] | None
) -> list[Samples]:
    path = audio_path(folder, entry)
    note = (read_rendered(folder / "audio") if notes is None else notes).get(entry.id)
    if note is None or not path.is_file():
        raise NotFound(f"{entry.id} has no audio; render it with `python -m bench.transcriber.render`")
    samples, _ = soundfile.read(path, dtype="int16")
    return [samples[start:end] for start, end in note["turns"]]


def _is_stale(folder: Path, entry: LabelledCall | LabelledNumber, note: dict[str, Any]) -> bool:
    path = audio_path(folder, entry)
    if note.get("recipe_sha256") != recipe_of(entry) or not path.is_file():
        return True
    return bool(note.get("audio_sha256") != hashlib.sha256(path.read_bytes()).hexdigest())
