"""Taking turns on a line that damages, delays or loses what the other side says; the clock is a count."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from callers.errors import NotHeard
from callers.g711 import PCMA
from callers.hearing import FRAME_S, FRAME_SAMPLES, bands_db, levels_db
from callers.turns import converse, turn_sound
from tests.standard import dialogues

DIALOGUES = dialogues()


class LineOfTape:
    """An answered call whose far side is a tape: sounds at moments; waiting and playing turn the clock on."""

    def __init__(self, *sounds, length_s: float = 120.0) -> None:
        tape = np.zeros(round(length_s * 8000), np.int16)
        for at_s, sound in sounds:
            tape[round(at_s * 8000) :][: len(sound)] = sound
        heard = PCMA.decode(PCMA.encode(tape))
        self._levels, self._bands = levels_db(heard), bands_db(heard)
        self._frame = 0
        self.said_at_s: list[float] = []
        self.media = self

    @property
    def talked_s(self) -> float:
        return self._frame * FRAME_S

    async def pause(self, duration_s: float) -> None:
        self._frame += round(duration_s / FRAME_S)

    async def play(self, samples) -> None:
        self.said_at_s.append(self.talked_s)
        self._frame += len(samples) // FRAME_SAMPLES

    async def hear_known(self, speech, quiet_s: float, timeout_s: float) -> None:
        for _ in range(round(timeout_s / FRAME_S)):
            self._frame += 1
            levels, bands = self._levels[: self._frame], self._bands[: self._frame]
            if speech.heard_whole(levels, bands, round(quiet_s / FRAME_S)):
                return
        raise NotHeard("the tape had no such speech")


def sounds_of(dialogue):
    """Every turn's audio."""
    return [turn_sound(dialogue.audio_path(index)) for index in range(len(dialogue.turns))]


def scrambled(sound):
    """The same length and loudness, in pieces of 80 ms from the last to the first: like nothing known."""
    pieces = [sound[at : at + 640] for at in range(0, len(sound), 640)]
    return np.concatenate(pieces[::-1])


def take_turns(line, dialogue, side, first_wait_s, turns):
    """The conversation of the first `turns` turns."""
    short = dialogue.model_copy(update={"turns": dialogue.turns[:turns]})
    return asyncio.run(converse(line, short, side, first_wait_s=first_wait_s))


def test_an_operator_hears_a_first_answer_beyond_recognition():
    """An operator, who hears no music, takes the caller's first turn by its length, and goes on at once."""
    dialogue = DIALOGUES["114-hospital-perfect"]
    sounds = sounds_of(dialogue)
    at_s = len(sounds[0]) / 8000 + 1.0
    line = LineOfTape((at_s, scrambled(sounds[1])))
    conversation = take_turns(line, dialogue, "operator", 0.0, 3)
    assert conversation.went_well
    assert line.said_at_s[1] == pytest.approx(at_s + len(sounds[1]) / 8000 + 0.4, abs=0.7)


def test_a_caller_speaks_although_the_greeting_was_not_recognised():
    """After a first turn beyond recognition the caller waits a while, then speaks; the turn is missed."""
    dialogue = DIALOGUES["180-bill-no-offer"]
    sounds = sounds_of(dialogue)
    line = LineOfTape((3.0, scrambled(sounds[0])))
    conversation = take_turns(line, dialogue, "caller", 90.0, 2)
    assert conversation.missed == (0,)
    waited_s = line.said_at_s[0] - (3.0 + len(sounds[0]) / 8000)
    assert 3.0 < waited_s < 6.0


def test_what_was_missed_is_no_part_of_the_next_turn():
    """The turn after a missed one is not over before it was said, and is recognised."""
    dialogue = DIALOGUES["180-bill-no-offer"]
    sounds = sounds_of(dialogue)
    next_s = 3.0 + (len(sounds[0]) + len(sounds[1])) / 8000 + 7.0
    line = LineOfTape((3.0, scrambled(sounds[0])), (next_s, sounds[2]))
    conversation = take_turns(line, dialogue, "caller", 90.0, 3)
    assert conversation.missed == (0,)
    assert conversation.turns[2].end_s == pytest.approx(next_s + len(sounds[2]) / 8000, abs=0.4)
    assert conversation.turns[2].likeness > 0.9


def test_nobody_speaks_to_an_empty_line():
    """Where nothing at all is heard, the caller waits as long as a queue may take, then says its turn."""
    dialogue = DIALOGUES["114-school-no-greeting"]
    line = LineOfTape()
    conversation = take_turns(line, dialogue, "caller", 20.0, 2)
    assert conversation.missed == (0,)
    assert line.said_at_s[0] > 20.0
