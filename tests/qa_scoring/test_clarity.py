"""What was not heard where nobody could have heard it cannot be told; the pace is told rightly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.records import Finding, Sound, Turn, Word
from ledger.states import Role, Verdict
from qa_scoring import Conversation, judge, load_packs
from qa_scoring.heard import Heard, hear
from qa_scoring.rules.clarity import GAPPED, NOISY, TOO_FAST, unclear
from qa_scoring.rules.pace import is_hurried, pace_of

PACK = load_packs().for_desk("114", "114")
CLEAR = Sound(level_dbfs=-20.0, snr_db=50.0, clipped_share=0.0)
NOISE = Sound(level_dbfs=-20.0, snr_db=6.0, clipped_share=0.0)
GAPS = Sound(level_dbfs=-20.0, snr_db=50.0, clipped_share=0.0, lost_share=0.1, burst_share=0.36)
SOME_LOST = replace(GAPS, burst_share=0.08)
RIGHT = (
    *("您好，一一四，请问查哪里", "市医院", "请记录，六三零一二三四五", "好"),
    *("请问还有什么可以帮您", "没有", "感谢您的来电，再见"),
)
NO_GREETING = ("查哪里", *RIGHT[1:])
RUDE = (*RIGHT[:4], "你投诉去吧", *RIGHT[5:])
WRONG_NUMBER = (*RIGHT[:2], "请记录，六三零一二三四九", *RIGHT[3:])


def talk(texts: tuple[str, ...], sound: Sound, syllable_s: float = 0.2) -> Conversation:
    """Operator and caller in turns, every character a word of its own."""
    turns: list[Turn] = []
    now_s = 1.0
    for at, text in enumerate(texts):
        turns.append(_turn(at, text, now_s, sound, syllable_s))
        now_s = turns[-1].end_s + 1.0
    facts = {"directory_number": "63012345"}
    return Conversation(
        hotline="114", desk="114", duration_s=now_s, turns=tuple(turns), marks=(), facts=facts
    )


def _turn(at: int, text: str, start_s: float, sound: Sound, syllable_s: float) -> Turn:
    said = [character for character in text if character.isalnum()]
    words = tuple(
        Word(
            text=character,
            start_s=start_s + place * syllable_s,
            end_s=start_s + (place + 1) * syllable_s,
            confidence=1.0,
        )
        for place, character in enumerate(said)
    )
    role = Role.CALLER if at % 2 else Role.OPERATOR
    return Turn(
        role=role, start_s=start_s, end_s=words[-1].end_s, text="".join(said), words=words, sound=sound
    )


def finding(rule: str, conversation: Conversation) -> Finding:
    """What a rule says."""
    return next(found for found in judge(conversation, PACK).findings if found.rule == rule)


@pytest.mark.parametrize(
    ("rule", "texts"),
    [("greeting", NO_GREETING), ("forbidden-words", RUDE), ("number-readback", WRONG_NUMBER)],
)
def test_a_breach_in_noise_cannot_be_told(rule: str, texts: tuple[str, ...]) -> None:
    """The same words fail on a clear line; in noise they take nothing off."""
    assert finding(rule, talk(texts, CLEAR)).verdict is Verdict.FAIL
    found = finding(rule, talk(texts, NOISE))
    assert (found.verdict, found.points) == (Verdict.CANNOT_TELL, 0.0)


def test_the_reason_names_the_noise() -> None:
    """A monitor reads why the machine does not decide."""
    assert NOISY in finding("greeting", talk(NO_GREETING, NOISE)).reason
    assert NOISY in finding("forbidden-words", talk(RUDE, NOISE)).reason


BROKEN_CLOSING = (*RIGHT[:6], "感谢您的来电三箭")


@pytest.mark.parametrize(
    ("rule", "texts"),
    [("closing", BROKEN_CLOSING), ("forbidden-words", RUDE), ("number-readback", WRONG_NUMBER)],
)
def test_a_breach_between_gaps_cannot_be_told(rule: str, texts: tuple[str, ...]) -> None:
    """Packets lost in a row take a syllable; a few lost here and there take none."""
    assert finding(rule, talk(texts, SOME_LOST)).verdict is Verdict.FAIL
    found = finding(rule, talk(texts, GAPS))
    assert found.verdict is Verdict.CANNOT_TELL
    assert rule == "number-readback" or GAPPED in found.reason


def test_what_gaps_cannot_have_made_is_judged() -> None:
    """Nothing alike was said: the gaps are too short for a whole greeting."""
    assert finding("greeting", talk(NO_GREETING, GAPS)).verdict is Verdict.FAIL


def test_what_was_heard_in_noise_counts() -> None:
    """A greeting that was understood is a greeting."""
    assert finding("greeting", talk(RIGHT, NOISE)).verdict is Verdict.PASS


def test_a_transcript_without_sound_is_judged_as_before() -> None:
    """Old transcripts were not measured."""
    conversation = talk(NO_GREETING, CLEAR)
    unmeasured = replace(conversation, turns=tuple(replace(turn, sound=None) for turn in conversation.turns))
    assert finding("greeting", unmeasured).verdict is Verdict.FAIL


@pytest.mark.parametrize(("syllable_s", "verdict"), [(0.2, Verdict.PASS), (0.125, Verdict.FAIL)])
def test_the_pace_is_judged(syllable_s: float, verdict: Verdict) -> None:
    """Five syllables a second are in order, eight are too many."""
    assert finding("speech-rate", talk(RIGHT, CLEAR, syllable_s)).verdict is verdict


def test_the_faster_the_pace_the_more_syllables_are_added() -> None:
    """Of 6.9 heard a second about 8 were said; an even pace stays as it is."""
    even, hurried = (_heard(talk(RIGHT, CLEAR, syllable_s)) for syllable_s in (0.2, 1 / 6.9))
    assert pace_of(even) == pytest.approx(5.0, abs=0.1)
    assert pace_of(hurried) == pytest.approx(7.7, abs=0.3)
    assert (is_hurried(even), is_hurried(hurried)) == (False, True)


def test_hurried_speech_is_not_clear() -> None:
    """Who speaks too fast may have said what was not heard."""
    heard = _heard(talk(NO_GREETING, CLEAR, 0.12))
    assert unclear(heard, 0.0, 10.0) == TOO_FAST


def _heard(conversation: Conversation) -> Heard:
    return hear(conversation.rounds_of(Role.OPERATOR))
