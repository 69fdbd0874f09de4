"""Cross-talk: an echo is not transcribed twice, and who really speaks is heard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from spoken_timeline import CALLER, OPERATOR, RATE_HZ, load_clip, make_call, syllable_errors

from ledger.states import Role
from transcriber.crosstalk import likeness
from transcriber.speech import DetectorSettings, find_speech
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

BOTH = (Track(channel=CALLER, role=Role.CALLER), Track(channel=OPERATOR, role=Role.OPERATOR))
WriteRecording = Callable[..., Path]


def with_echo(call: np.ndarray, loss_db: float, delay_s: float) -> np.ndarray:
    """Each side once more in the other's channel, later and quieter."""
    late = np.roll(call[:, ::-1], round(delay_s * RATE_HZ), axis=0)
    return (call + late * 10 ** (-loss_db / 20)).astype(np.float32)


def as_samples(audio: np.ndarray) -> np.ndarray:
    """Float audio as 16 bit."""
    return np.clip(audio * 32767, -32768, 32767).astype(np.int16)


@pytest.mark.parametrize(("loss_db", "delay_s"), [(20, 0.02), (25, 0.12), (30, 0.3)])
def test_an_echo_is_no_speech_of_its_channel(loss_db: float, delay_s: float) -> None:
    """With an echo 20 to 30 dB below its origin the same stretches are speech as without."""
    call, _ = make_call()
    echoing = as_samples(with_echo(call, loss_db, delay_s))
    for channel in (CALLER, OPERATOR):
        other = echoing[:, 1 - channel]
        found = find_speech(echoing[:, channel], None, DetectorSettings(), other)
        without = find_speech(as_samples(call)[:, channel], None, DetectorSettings())
        assert np.array(found) == pytest.approx(np.array(without), abs=0.35 * RATE_HZ)


def test_an_echo_is_not_transcribed_twice(transcriber: Transcriber, write_recording: WriteRecording) -> None:
    """Each clip is one turn, of the speaker who said it."""
    call, spoken = make_call()
    path = write_recording(with_echo(call, 22, 0.15))
    turns = transcriber.transcribe(path, recording_sha256="", tracks=BOTH).turns
    assert [turn.role for turn in turns] == [
        Role.CALLER if said.channel == CALLER else Role.OPERATOR for said in spoken
    ]


def test_both_are_heard_who_speak_at_once(transcriber: Transcriber, write_recording: WriteRecording) -> None:
    """Double talk, one side 15 dB quieter and both echoing, is kept on both sides."""
    loud, quiet = load_clip("help-desk-greeting"), load_clip("broadband-question")
    call = np.zeros((len(quiet) + 2 * RATE_HZ, 2), np.float32)
    call[RATE_HZ:][: len(loud), OPERATOR] = loud
    call[RATE_HZ:][: len(quiet), CALLER] = quiet * 10 ** (-15 / 20)
    turns = transcriber.transcribe(
        write_recording(with_echo(call, 30, 0.1)), recording_sha256="", tracks=BOTH
    ).turns
    said = {role: "".join(turn.text for turn in turns if turn.role is role) for role in Role}
    wrong, total = syllable_errors("您好，客服中心，请问有什么可以帮您？", said[Role.OPERATOR])
    assert wrong <= 0.2 * total
    wrong, total = syllable_errors("你好，我想安装宽带，什么时候可以来装？", said[Role.CALLER])
    assert wrong <= 0.2 * total


def test_an_echo_before_own_words_is_cut_away() -> None:
    """Who answers into the other's echo is heard from his own first word on, not from the echo's."""
    first, answer = load_clip("help-desk-greeting"), load_clip("nothing-more")
    call = np.zeros((len(first) + len(answer) + 2 * RATE_HZ, 2), np.float32)
    call[RATE_HZ:][: len(first), OPERATOR] = first
    call[RATE_HZ + len(first) :][: len(answer), CALLER] = answer
    echoing = as_samples(with_echo(call, 20, 0.1))
    ((start, end),) = find_speech(echoing[:, CALLER], None, DetectorSettings(), echoing[:, OPERATOR])
    assert start >= RATE_HZ + len(first) - 0.6 * RATE_HZ
    assert end >= RATE_HZ + len(first) + len(answer) - 0.2 * RATE_HZ


def test_the_same_wave_is_alike_and_two_voices_are_not() -> None:
    """Likeness is 1 for a wave within a longer one, and small between two people."""
    one, other = load_clip("help-desk-greeting"), load_clip("broadband-question")
    assert likeness(one[4000:7000], one[2000:9000]) == pytest.approx(1.0, abs=1e-6)
    pairs = [(one[at : at + 2400], other[at - 3200 : at + 2400]) for at in range(3200, 16000, 2400)]
    assert max(likeness(*pair) for pair in pairs) < 0.5
