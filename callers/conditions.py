"""The conditions that a call is heard under: by name, what is done to its recording.

All but `clean` end in A-law, as the line does. Each call has its own seed, the same in every run.
"""

from __future__ import annotations

import itertools
import zlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from callers import degrading, noises
from callers.codec import Samples
from callers.labelled_audio import CHANNELS, RATE_HZ, Talk, read_talk
from callers.labelled_call import LabelledCall, LabelledSet

OVERLAP_S = 0.6
LONGEST_REPLY_S = 2.0  # a longer pause is a wait
ECHO_S, ECHO_LOSS_DB = 0.12, 26.0  # what a hybrid or a speakerphone gives back
ROOM_VOICES = 12  # calls that a babble is made of
LINE_NOISE = 6.0  # rms, about -74 dBFS: a silent line is not digitally silent

Degrade = Callable[[Talk, np.random.Generator, Sequence[Samples]], Samples]


def _as_it_is(talk: Talk, _rng: np.random.Generator, _room: Sequence[Samples]) -> Samples:
    return talk.samples


def _noise(
    kind: str, snr_db: float, talk: Talk, rng: np.random.Generator, room: Sequence[Samples]
) -> Samples:
    frames = len(talk.samples)
    make: dict[str, Callable[[], noises.Sound]] = {
        "white": lambda: noises.white(rng, frames),
        "babble": lambda: noises.babble(rng, frames, room),
        "office": lambda: noises.office(rng, frames),
    }
    return _each_side(talk.samples, lambda side: degrading.with_noise(side, make[kind](), snr_db))


def _lost(share: float, talk: Talk, rng: np.random.Generator, _room: Sequence[Samples]) -> Samples:
    return _each_side(talk.samples, lambda side: degrading.with_lost_packets(side, rng, share))


def _gain(gain_db: float, talk: Talk, _rng: np.random.Generator, _room: Sequence[Samples]) -> Samples:
    return degrading.amplified(talk.samples, gain_db)


def _laughter(talk: Talk, rng: np.random.Generator, _room: Sequence[Samples]) -> Samples:
    return degrading.with_laughter(talk.samples, talk.turns, rng)


def _echo(talk: Talk, _rng: np.random.Generator, _room: Sequence[Samples]) -> Samples:
    return degrading.with_echo(talk.samples, ECHO_S, ECHO_LOSS_DB)


CLEAN, LINE, OVERLAP = "clean", "A-law", "overlap 0.6 s"
CONDITIONS: dict[str, Degrade] = {
    CLEAN: _as_it_is,
    LINE: _as_it_is,
    "white 15 dB": partial(_noise, "white", 15.0),
    "white 5 dB": partial(_noise, "white", 5.0),
    "babble 15 dB": partial(_noise, "babble", 15.0),
    "babble 5 dB": partial(_noise, "babble", 5.0),
    "office 15 dB": partial(_noise, "office", 15.0),
    "office 5 dB": partial(_noise, "office", 5.0),
    "3 % lost": partial(_lost, 0.03),
    "10 % lost": partial(_lost, 0.10),
    "25 dB quieter": partial(_gain, -25.0),
    "clipped, 18 dB louder": partial(_gain, 18.0),
    "laughter": _laughter,
    OVERLAP: _as_it_is,
    "echo 26 dB": _echo,
}


def heard_under(condition: str, call: LabelledCall, folder: Path, room: Sequence[Samples]) -> Talk:
    """A call of the set in `folder` as a condition has it recorded; of `room`'s voices a babble is made."""
    rng = np.random.default_rng(zlib.crc32(f"{condition} {call.id}".encode()))
    talk = read_talk(folder, overlapped(call) if condition == OVERLAP else call)
    samples = CONDITIONS[condition](talk, rng, room)
    if condition != CLEAN:
        samples = _on_the_line(samples, rng)
    return Talk(id=talk.id, samples=samples, turns=talk.turns)


def room_of(labelled: LabelledSet) -> list[Samples]:
    """Voices without their pauses, of calls of the same half: what a babble is made of."""
    talks = (read_talk(labelled.folder, call) for call in labelled.calls[:ROOM_VOICES])
    return [_without_pauses(talk) for talk in talks]


def overlapped(call: LabelledCall) -> LabelledCall:
    """Whoever answers begins 0.6 s before the other's last word; waits stay."""
    turns = [
        turn.model_copy(update={"pause_s": -OVERLAP_S})
        if turn.who != before.who and turn.pause_s < LONGEST_REPLY_S
        else turn
        for before, turn in itertools.pairwise(call.turns)
    ]
    return call.model_copy(update={"turns": (call.turns[0], *turns)})


def _on_the_line(samples: Samples, rng: np.random.Generator) -> Samples:
    hiss = rng.normal(0.0, LINE_NOISE, samples.shape)
    noisy = np.clip(np.round(samples + hiss), -32768, 32767).astype(np.int16)
    return _each_side(noisy, degrading.through_a_law)


def _each_side(stereo: Samples, change: Callable[[Samples], Samples]) -> Samples:
    return np.stack([change(stereo[:, channel]) for channel in (0, 1)], axis=1)


def _without_pauses(talk: Talk) -> Samples:
    stretches = [
        talk.samples[round(turn.start_s * RATE_HZ) : round(turn.end_s * RATE_HZ), CHANNELS[turn.who]]
        for turn in talk.turns
    ]
    return np.concatenate(stretches)
