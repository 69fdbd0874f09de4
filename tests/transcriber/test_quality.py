"""What a transcript knows of its own worth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from spoken_timeline import OPERATOR, RATE_HZ, SCRIPT, make_call, syllables

from ledger.packet_losses import PacketLoss
from ledger.records import Sound, Word
from ledger.states import Clearness, Role
from transcriber.quality import Background, Limits, clearness
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

WriteRecording = Callable[..., Path]
GOOD = Sound(level_dbfs=-20.0, snr_db=40.0, clipped_share=0.0)


def word(confidence: float) -> Word:
    """A word that the recogniser was so sure of."""
    return Word(text="您好", start_s=0.0, end_s=0.4, confidence=confidence)


def tone_in_noise(level_dbfs: float, noise_dbfs: float) -> np.ndarray:
    """Ten seconds of noise with two of a tone in the middle, as 16 bit."""
    at_s = np.arange(10 * RATE_HZ) / RATE_HZ
    tone = np.sqrt(2) * 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * 440 * at_s) * (abs(at_s - 5) < 1)
    noise = np.random.default_rng(1).normal(0, 10 ** (noise_dbfs / 20), len(at_s))
    return np.clip(np.round((tone + noise) * 32768), -32768, 32767).astype(np.int16)


@pytest.mark.parametrize(("level_dbfs", "noise_dbfs"), [(-20, -60), (-30, -40), (-10, -35)])
def test_level_and_signal_to_noise_are_those_of_the_sound(level_dbfs: float, noise_dbfs: float) -> None:
    """A tone of known level over noise of known level, within 1.5 dB."""
    sound = Background(tone_in_noise(level_dbfs, noise_dbfs)).sound(4.1, 5.9)
    assert sound.level_dbfs == pytest.approx(level_dbfs, abs=1.0)
    assert sound.snr_db == pytest.approx(level_dbfs - noise_dbfs, abs=1.5)
    assert sound.clipped_share == 0.0


def test_clipping_is_seen() -> None:
    """A tone 10 dB above full scale stands at its limits for most of the time."""
    assert Background(tone_in_noise(7, -60)).sound(4.1, 5.9).clipped_share > 0.5


def test_bad_sound_decides_alone() -> None:
    """In noise, at the limit of hearing or clipped no word can be relied on, however sure it is."""
    for bad in (
        Sound(level_dbfs=-20.0, snr_db=3.0, clipped_share=0.0),
        Sound(level_dbfs=-70.0, snr_db=40.0, clipped_share=0.0),
        Sound(level_dbfs=-3.0, snr_db=40.0, clipped_share=0.5),
    ):
        assert clearness([word(1.0)], 0, bad, Limits()) is Clearness.UNUSABLE


def test_an_unsure_recogniser_makes_a_word_doubtful() -> None:
    """With good sound a word is clear only where no other was nearly as likely."""
    assert clearness([word(1.0)], 0, GOOD, Limits()) is Clearness.CLEAR
    assert clearness([word(0.5)], 0, GOOD, Limits()) is Clearness.DOUBTFUL


def test_errors_come_in_company() -> None:
    """A word that was heard surely between two guesses is doubtful too."""
    words = [word(0.4), word(1.0), word(0.5)]
    assert clearness(words, 1, GOOD, Limits()) is Clearness.DOUBTFUL


def test_a_clean_call_has_clear_words_and_a_drowned_one_none(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """A third of a clean call and more is clear, and right; in noise as loud as the speech nothing is."""
    call, _ = make_call()
    track = [Track(channel=OPERATOR, role=Role.OPERATOR)]
    clean = transcriber.transcribe(write_recording(call, "clean.flac"), recording_sha256="", tracks=track)
    words = [word for turn in clean.turns for word in turn.words]
    clear = "".join(word.text for word in words if word.clearness is Clearness.CLEAR)
    assert len(clear) >= sum(len(word.text) for word in words) / 3
    said = "".join(text for channel, _, text in SCRIPT if channel == OPERATOR)
    assert set(syllables(clear)) <= set(syllables(said))
    noise = np.random.default_rng(2).normal(0, 10 ** (-22 / 20), call.shape).astype(np.float32)
    noisy = np.clip(call + noise, -1, 1)
    heard = transcriber.transcribe(write_recording(noisy, "noisy.flac"), recording_sha256="", tracks=track)
    assert all(word.clearness is not Clearness.CLEAR for turn in heard.turns for word in turn.words)


def test_lost_packets_make_words_doubtful_and_then_unusable() -> None:
    """As the line told of them: few change nothing, many leave nothing to rely on; untold is not lost."""
    by_share = {None: "clear", 0.1: "clear", 0.4: "doubtful", 0.7: "unusable"}
    for share, expected in by_share.items():
        sound = Sound(level_dbfs=-20.0, snr_db=40.0, clipped_share=0.0, lost_share=share)
        assert clearness([word(1.0)], 0, sound, Limits()) == expected


def test_a_turn_knows_what_was_lost_of_it() -> None:
    """A second lost of four: a quarter."""
    background = Background(tone_in_noise(-20, -60))
    losses = [PacketLoss(start_s=4.0, end_s=6.0, lost=25, due=50)]
    assert background.sound(3.0, 7.0, losses).lost_share == pytest.approx(0.25)
    assert background.sound(3.0, 7.0).lost_share is None
    assert background.sound(3.0, 7.0, losses).burst_share == pytest.approx(max(loss.share for loss in losses))
