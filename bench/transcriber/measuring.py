"""The labelled set under the conditions: both recognisers hear the same recordings, errors are counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import soundfile

from bench.transcriber import ours, stock
from bench.transcriber.accuracy import Tally, standard_phrases
from bench.transcriber.heard import HeardSide
from callers.conditions import heard_under, room_of
from callers.degrading import through_a_law
from callers.labelled_audio import RATE_HZ, Talk, read_number
from callers.labelled_call import LabelledCall, LabelledSet
from ledger.states import Role
from transcriber.tracks import Track

Pair = tuple[Tally, Tally]  # ours, stock's
ONE_SPEAKER = (Track(channel=0, role=Role.CALLER),)


class Bench:
    """One half of the set, and the folder where its recordings are written."""

    def __init__(self, labelled: LabelledSet, folder: Path) -> None:
        self._set = labelled
        self._folder = folder
        self._talks: dict[tuple[str, str], Talk] = {}
        self._room = room_of(labelled)

    def spread(self, most: int) -> tuple[LabelledCall, ...]:
        """So many calls, of all desks."""
        step = max(1, len(self._set.calls) // most)
        return self._set.calls[::step][:most]

    def record(self, condition: str, calls: Sequence[LabelledCall]) -> list[Path]:
        """The calls as stereo files under a condition."""
        folder = self._folder / condition.replace(" ", "-").replace("%", "percent")
        folder.mkdir(exist_ok=True)
        return [self._write(condition, call, folder) for call in calls]

    def talk(self, condition: str, call: LabelledCall) -> Talk:
        """The truth of a call that was recorded under a condition."""
        return self._talks[condition, call.id]

    def accuracy(self, condition: str, calls: Sequence[LabelledCall]) -> tuple[Pair, dict[str, Pair]]:
        """Of all sides together, and of each voice."""
        paths = self.record(condition, calls)
        our, our_voices = self.count(condition, calls, ours.hear(paths))
        stocks, stock_voices = self.count(condition, calls, stock.hear(paths))
        return (our, stocks), {voice: (our_voices[voice], stock_voices[voice]) for voice in our_voices}

    def count(
        self, condition: str, calls: Sequence[LabelledCall], heard: Sequence[HeardSide]
    ) -> tuple[Tally, dict[str, Tally]]:
        """The errors in what was heard of recorded calls: all, and by voice."""
        known = {call.id: call for call in calls}
        whole, by_voice = Tally(), defaultdict[str, Tally](Tally)
        for side in heard:
            call = known[side.call]
            truth = self.talk(condition, call).said_by(side.side)
            phrases = standard_phrases(call.hotline) if side.side == "operator" else ()
            for tally in (whole, by_voice[call.voice_of(side.side)]):
                tally.add(truth, side, phrases=phrases)
        return whole, dict(by_voice)

    def numbers(self) -> Pair:
        """The read-out numbers through A-law."""
        paths = [self._folder / f"{number.id}.flac" for number in self._set.numbers]
        for number, path in zip(self._set.numbers, paths, strict=True):
            soundfile.write(path, through_a_law(read_number(self._set.folder, number)), RATE_HZ)
        pair = (Tally(), Tally())
        both = ours.hear(paths, ONE_SPEAKER), stock.hear_mono(paths)
        for tally, heard_by in zip(pair, both, strict=True):
            for number, heard in zip(self._set.numbers, heard_by, strict=True):
                tally.add(number.text, heard)
        return pair

    def _write(self, condition: str, call: LabelledCall, folder: Path) -> Path:
        talk = heard_under(condition, call, self._set.folder, self._room)
        self._talks[condition, call.id] = talk
        path = folder / f"{call.id}.flac"
        soundfile.write(path, talk.samples, RATE_HZ)
        return path
