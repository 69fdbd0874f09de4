"""What a transcript knows of its own worth: the sound of each turn, the clearness of each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ledger.packet_losses import SYLLABLE_SHARE, PacketLoss, lost_share, worst_share
from ledger.records import Sound, Turn, Word
from ledger.states import Clearness
from transcriber.audio import RATE_HZ, Samples

FRAME = RATE_HZ // 50
FULL_SCALE = 32_768.0
CLIPPED = 31_000  # A-law's and mu-law's greatest values, 32,256 and 32,124, among them
BACKGROUND_SHARE = 0.1  # the quietest tenth of a channel's frames is its background
QUIETEST_DBFS = -90.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Where clearness ends; calibrated on the tune half of the labelled set, docs/recognition.md."""

    clear_confidence: float = 0.999  # a word's own
    clear_around: float = 0.9  # mean of its own and its neighbours': errors come in company
    clear_snr_db: float = 18.0
    clear_clipped_share: float = 0.02
    usable_snr_db: float = 6.0
    usable_level_dbfs: float = -60.0
    usable_clipped_share: float = 0.2
    clear_lost_share: float = 0.3
    clear_burst_share: float = SYLLABLE_SHARE
    usable_lost_share: float = 0.6


class Background:
    """A channel's frames, and the level that it has while nobody speaks."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._levels_dbfs = _levels(samples)
        audible = self._levels_dbfs[self._levels_dbfs > QUIETEST_DBFS]
        self._floor_dbfs = float(np.quantile(audible, BACKGROUND_SHARE)) if len(audible) else QUIETEST_DBFS

    def sound(self, start_s: float, end_s: float, losses: Sequence[PacketLoss] | None = None) -> Sound:
        """Of a stretch of the channel. `losses` are the line's, None where nobody told of any."""
        levels = self._levels_dbfs[int(start_s * RATE_HZ) // FRAME : int(end_s * RATE_HZ) // FRAME + 1]
        level = float(np.quantile(levels, 0.75)) if len(levels) else QUIETEST_DBFS
        stretch = self._samples[int(start_s * RATE_HZ) : int(end_s * RATE_HZ)].astype(np.int32)
        clipped = float(np.mean(np.abs(stretch) >= CLIPPED)) if len(stretch) else 0.0
        return Sound(
            level_dbfs=round(level, 1),
            snr_db=round(level - self._floor_dbfs, 1),
            clipped_share=round(clipped, 4),
            lost_share=None if losses is None else round(lost_share(losses, start_s, end_s), 4),
            burst_share=None if losses is None else round(worst_share(losses, start_s, end_s), 4),
        )


def weigh(
    turns: Sequence[Turn],
    samples: Samples,
    limits: Limits,
    losses: Sequence[PacketLoss] | None = None,
) -> list[Turn]:
    """The turns of one channel with their sound, and the clearness of their words."""
    background = Background(samples)
    weighed = []
    for turn in turns:
        sound = background.sound(turn.start_s, turn.end_s, losses)
        words = tuple(
            replace(word, clearness=clearness(turn.words, place, _at(word, sound, losses), limits))
            for place, word in enumerate(turn.words)
        )
        weighed.append(replace(turn, words=words, sound=sound))
    return weighed


def _at(word: Word, sound: Sound, losses: Sequence[PacketLoss] | None) -> Sound:
    """A turn's sound as one of its words has it: packets lost in a row take one syllable of many."""
    return replace(sound, burst_share=worst_share(losses, word.start_s, word.end_s)) if losses else sound


def clearness(words: Sequence[Word], place: int, sound: Sound, limits: Limits) -> Clearness:
    """Of a turn's word: bad sound decides alone; a clear word needs good sound and a sure recogniser."""
    lost, burst = sound.lost_share or 0.0, sound.burst_share or 0.0
    if (
        sound.snr_db < limits.usable_snr_db
        or sound.level_dbfs < limits.usable_level_dbfs
        or sound.clipped_share > limits.usable_clipped_share
        or max(lost, burst) > limits.usable_lost_share
    ):
        return Clearness.UNUSABLE
    around = [word.confidence for word in words[max(0, place - 1) : place + 2]]
    clear = (
        words[place].confidence >= limits.clear_confidence
        and sum(around) / len(around) >= limits.clear_around
        and sound.snr_db >= limits.clear_snr_db
        and sound.clipped_share <= limits.clear_clipped_share
        and lost <= limits.clear_lost_share
        and burst <= limits.clear_burst_share
    )
    return Clearness.CLEAR if clear else Clearness.DOUBTFUL


def _levels(samples: Samples) -> NDArray[np.float64]:
    """Of each frame of 20 ms, in dB of full scale."""
    frames = samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME).astype(np.float64)
    rms = np.sqrt(np.mean(np.square(frames), axis=1)) / FULL_SCALE
    return np.asarray(20 * np.log10(np.maximum(rms, 10 ** (QUIETEST_DBFS / 20))))
