"""Calls to measure with: rendered dialogues of two speakers through A-law, each side in its channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import soundfile
from numpy.typing import NDArray

from callers.dialogue import Dialogue, load_dialogues
from callers.g711 import PCMA

RATE_HZ = 8000
PAUSE_FRAMES = RATE_HZ // 2  # after each turn
NOISE = 6.0  # rms of the line's noise, about -74 dBFS: a silent line is not digitally silent


@dataclass(frozen=True, kw_only=True)
class Talk:
    """One call."""

    id: str
    samples: NDArray[np.int16]  # caller left, operator right
    caller: str  # what each says
    operator: str

    @property
    def minutes(self) -> float:
        """How long it lasts."""
        return len(self.samples) / RATE_HZ / 60


def talks(most: int | None = None) -> list[Talk]:
    """The repository's dialogues, or `most` of them spread over all desks."""
    dialogues = list(load_dialogues().values())
    step = max(1, len(dialogues) // most) if most else 1
    return [_talk(dialogue) for dialogue in dialogues[::step][:most]]


def _talk(dialogue: Dialogue) -> Talk:
    rng = np.random.default_rng(8000)
    stretches = []
    for index, turn in enumerate(dialogue.turns):
        speech, _ = soundfile.read(dialogue.audio_path(index), dtype="int16")
        stretch = rng.normal(0, NOISE, (len(speech) + PAUSE_FRAMES, 2))
        stretch[: len(speech), 0 if turn.who == "caller" else 1] += speech
        stretches.append(np.clip(np.round(stretch), -32768, 32767).astype(np.int16))
    samples = np.concatenate(stretches)
    line = np.stack([PCMA.decode(PCMA.encode(samples[:, channel])) for channel in (0, 1)], axis=1)
    said = {
        who: "".join(turn.text for turn in dialogue.turns if turn.who == who)
        for who in ("caller", "operator")
    }
    return Talk(id=dialogue.id, samples=line, caller=said["caller"], operator=said["operator"])
