"""Real turns are recognised through a damaging line, and nothing else is taken for them."""

from __future__ import annotations

import time

import numpy as np
import pytest
import soundfile

from callers.alignment import likeness
from callers.g711 import PCMA
from callers.hearing import FRAME_S, SPEECH_DB, KnownSpeech, bands_db, levels_db
from callers.turns import turn_sound
from sip_config.prompts import prompt_folder
from tests.standard import dialogues

DIALOGUES = dialogues()
DEMO = [dialogue for dialogue in DIALOGUES.values() if dialogue.demo]
FIRST_TURNS = {
    dialogue.id: next(index for index, turn in enumerate(dialogue.turns) if turn.who == "operator")
    for dialogue in DIALOGUES.values()
}
QUIET_FRAMES = 15
BEFORE_S = 1.0
SECOND = np.zeros(8000, np.int16)
each_demo = pytest.mark.parametrize("dialogue", DEMO, ids=lambda dialogue: dialogue.id)


def silence_inside(sound, *, at=0.5, ms=300):
    """`ms` of silence put in."""
    cut = int(at * len(sound))
    return np.concatenate([sound[:cut], np.zeros(ms * 8, np.int16), sound[cut:]])


def frame_repeated(sound, *, ms=300):
    """The frame in the middle said again and again."""
    cut = len(sound) // 2
    return np.concatenate([sound[:cut], np.tile(sound[cut - 160 : cut], ms // 20), sound[cut:]])


def frames_dropped(sound):
    """20 ms left out at the end of every second."""
    return np.concatenate([sound[at : at + 7840] for at in range(0, len(sound), 8000)])


def twice_inside(sound):
    """200 ms put in at two thirds and at one third."""
    return silence_inside(silence_inside(sound, at=2 / 3, ms=200), at=1 / 3, ms=200)


def softer(sound):
    """6 dB less."""
    return (sound / 2).astype(np.int16)


DAMAGES = [silence_inside, frame_repeated, frames_dropped, twice_inside, softer]


def through_line(*sounds):
    """A-law and back, off the frames by a third of one."""
    samples = np.concatenate([np.zeros(53, np.int16), SECOND, *sounds, SECOND])
    return PCMA.decode(PCMA.encode(samples))


def listen(known, heard, **options):
    """What is known of a stretch after it was listened for as a call does, slot by slot."""
    speech, levels, bands = KnownSpeech(known, 0, **options), levels_db(heard), bands_db(heard)
    for frames in range(1, len(levels) + 1):
        if speech.heard_whole(levels[:frames], bands[:frames], QUIET_FRAMES):
            break
    return speech


def last_word_s(sound):
    """Where the last loud frame ends."""
    return (int(np.flatnonzero(levels_db(sound) > SPEECH_DB)[-1]) + 1) * FRAME_S


def operators_turn(dialogue):
    """The operator's first."""
    return turn_sound(dialogue.audio_path(FIRST_TURNS[dialogue.id]))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@each_demo
def test_damaged_turns_are_heard_to_their_end(dialogue, damage):
    """Every turn is recognised within 0.4 s of its real end, a first turn by likeness alone."""
    for index in range(len(dialogue.turns)):
        sound = turn_sound(dialogue.audio_path(index))
        damaged = damage(sound)
        first = index == FIRST_TURNS[dialogue.id]
        speech = listen(sound, through_line(damaged), only_by_likeness=first)
        assert speech.ended_at is not None, (index, speech.best)
        real_s = BEFORE_S + last_word_s(damaged)
        assert speech.ended_at * FRAME_S == pytest.approx(real_s, abs=0.4), index


@each_demo
def test_another_turn_of_the_same_voice_is_not_it(dialogue):
    """No turn is taken, by likeness, for another that the same side speaks."""
    for index, turn in enumerate(dialogue.turns):
        known = turn_sound(dialogue.audio_path(index))
        others = [
            turn_sound(dialogue.audio_path(other))
            for other, spoken in enumerate(dialogue.turns)
            if other != index and spoken.who == turn.who
        ]
        for other in others:
            speech = listen(known, through_line(other), only_by_likeness=True)
            assert speech.ended_at is None, (index, speech.best)


PROMPTS = sorted(prompt_folder("zh").glob("*.wav"))


@pytest.mark.slow
@pytest.mark.parametrize("path", PROMPTS, ids=lambda path: path.stem)
def test_no_prompt_is_taken_for_an_operator(path):
    """No prompt, nor the music, comes near the likeness that any operator's first turn needs."""
    prompt, _ = soundfile.read(path, dtype="int16")
    heard = through_line(prompt)
    for dialogue in DIALOGUES.values():
        speech = listen(operators_turn(dialogue), heard, only_by_likeness=True)
        assert speech.ended_at is None, dialogue.id
        assert speech.best < KnownSpeech.LIKE - 0.1, dialogue.id


def test_a_long_turn_after_the_music_is_heard():
    """The longest first turn of the demo, with 80 and 300 ms put in, is recognised behind music."""
    music, _ = soundfile.read(prompt_folder("zh") / "hold-music.wav", dtype="int16")
    sound = max(map(operators_turn, DEMO), key=len)
    damaged = silence_inside(silence_inside(sound, at=0.8, ms=80), at=0.1)
    before = np.concatenate([music[: 6 * 8000], SECOND[:4000]])
    speech = listen(sound, through_line(before, damaged), only_by_likeness=True)
    assert speech.ended_at is not None
    real_s = BEFORE_S + len(before) / 8000 + last_word_s(damaged)
    assert speech.ended_at * FRAME_S == pytest.approx(real_s, abs=0.1)


def test_a_turn_without_its_end_is_not_over():
    """A turn whose last half second is still to come is not taken for whole, whatever the quiet."""
    sound = operators_turn(DEMO[1])
    cut = sound[: round((last_word_s(sound) - 0.5) * 8000)]
    assert listen(sound, through_line(cut), only_by_likeness=True).ended_at is None


def test_whoever_is_not_recognised_is_answered_at_last():
    """After unknown speech of about the right length and 4 s of quiet the listener gives up, not before."""
    known, other = operators_turn(DEMO[0]), operators_turn(DEMO[1])
    early = listen(known, through_line(other, SECOND, SECOND), only_by_likeness=True)
    late = listen(known, through_line(other, *[SECOND] * 4), only_by_likeness=True)
    assert (early.given_up, early.ended_at) == (False, None)
    assert (late.given_up, late.ended_at) == (True, None)


def test_a_menu_is_not_answered():
    """Something far longer than the turn, or hardly anything, is not answered however quiet it then is."""
    menu, _ = soundfile.read(prompt_folder("zh") / "menu-112.wav", dtype="int16")
    short = operators_turn(DIALOGUES["114-school-no-greeting"])
    for known, heard in ((short, menu), (operators_turn(DEMO[0]), short[2400:4800])):
        assert not listen(known, through_line(heard, *[SECOND] * 5), only_by_likeness=True).given_up


def test_nothing_is_like_nothing():
    """Stretches too short to compare are not alike; a stretch is like itself."""
    bands = bands_db(operators_turn(DEMO[0]))
    assert likeness(bands[:0], bands, 20) == 0.0
    assert likeness(bands, bands[:0], 20) == 0.0
    assert likeness(bands, bands, 20) == pytest.approx(1.0)


def test_listening_takes_little_of_a_core():
    """Listening to a minute of call for the longest turn takes under 5 % of a core."""
    music, _ = soundfile.read(prompt_folder("zh") / "hold-music.wav", dtype="int16")
    known = max(map(operators_turn, DEMO), key=len)
    talk = [turn_sound(DEMO[0].audio_path(index)) for index in range(len(DEMO[0].turns))]
    heard = np.concatenate([*talk, SECOND, *talk, music, music])[: 60 * 8000]
    levels, bands = levels_db(heard), bands_db(heard)
    speech, begin_s = KnownSpeech(known, 0, only_by_likeness=True), time.process_time()
    for frames in range(1, len(levels) + 1):
        speech.heard_whole(levels[:frames], bands[:frames], QUIET_FRAMES)
    assert speech.ended_at is None
    assert time.process_time() - begin_s < 3.0
