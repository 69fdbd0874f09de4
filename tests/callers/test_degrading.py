"""What lines and rooms do to speech: the same seed gives the same, and each does what its name says."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from callers import degrading, noises
from callers.conditions import CLEAN, CONDITIONS, LINE, OVERLAP, heard_under, overlapped
from callers.labelled_audio import RATE_HZ, SpokenSpan, read_talk
from tests.standard import labelled

LABELLED = labelled()
CALL = LABELLED.half("tune").calls[0]
TALK = read_talk(LABELLED.folder, CALL)
SPEECH = TALK.samples[:, 1]
ROOM = [SPEECH, TALK.samples[:, 0]]


def seeded() -> np.random.Generator:
    """The same in every test."""
    return np.random.default_rng(7)


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_is_the_same_in_every_run(condition: str) -> None:
    """A call under a condition depends on nothing but its name and the condition's."""
    first, again = (heard_under(condition, CALL, LABELLED.folder, ROOM) for _ in range(2))
    assert np.array_equal(first.samples, again.samples)
    assert first.samples.dtype == np.int16
    if condition != OVERLAP:
        assert first.samples.shape == TALK.samples.shape
        assert first.turns == TALK.turns
    if condition != CLEAN:
        assert not np.array_equal(first.samples, TALK.samples)


@pytest.mark.parametrize("snr_db", [15.0, 5.0])
@pytest.mark.parametrize("kind", ["white", "babble", "office"])
def test_noise_lies_as_far_under_the_speech_as_asked(kind: str, snr_db: float) -> None:
    """The power of what was added is the speech's less the ratio, within half a decibel."""
    make = {
        "white": lambda: noises.white(seeded(), len(SPEECH)),
        "babble": lambda: noises.babble(seeded(), len(SPEECH), ROOM),
        "office": lambda: noises.office(seeded(), len(SPEECH)),
    }
    noisy = degrading.with_noise(SPEECH, make[kind](), snr_db)
    added = noisy.astype(np.float64) - SPEECH
    ratio_db = 20 * np.log10(degrading.speech_rms(SPEECH) / np.sqrt(np.mean(added**2)))
    assert ratio_db == pytest.approx(snr_db, abs=0.5)


@pytest.mark.parametrize("frames", [1, RATE_HZ // 2, RATE_HZ, RATE_HZ * 3])
def test_music_fills_a_pause_of_any_length(frames: int) -> None:
    """Also one that is shorter than a note."""
    assert len(noises.music(seeded(), frames)) == frames


def test_office_noise_is_low_and_white_noise_is_not() -> None:
    """Half of an office's power lies under 500 Hz; of white noise an eighth does."""
    shares = [_share_below(make(seeded(), RATE_HZ * 5), 500) for make in (noises.office, noises.white)]
    assert shares[0] > 0.5
    assert shares[1] == pytest.approx(500 / 4000, abs=0.02)


@pytest.mark.parametrize("share", [0.03, 0.10])
def test_packets_are_lost_in_bursts_and_made_up(share: float) -> None:
    """The share is right over a long call; a lost packet is a quieter copy; long losses end in silence."""
    long = np.resize(np.arange(1000, 9000, dtype=np.int16), RATE_HZ * 600)
    heard = degrading.with_lost_packets(long, seeded(), share)
    packets, original = (samples.reshape(-1, degrading.PACKET_FRAMES) for samples in (heard, long))
    lost = np.any(packets != original, axis=1)
    assert lost.mean() == pytest.approx(share, rel=0.15)
    bursts = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], lost.astype(int), [0]]))))[::2]
    assert bursts.mean() == pytest.approx(degrading.LOSS_BURST, rel=0.15)
    first = int(np.flatnonzero(lost)[0])
    assert packets[first] == pytest.approx(packets[first - 1] * degrading.FADE_A_PACKET, abs=1)
    longest = int(np.argmax(bursts))
    end = np.flatnonzero(np.diff(np.concatenate([[0], lost.astype(int), [0]])) < 0)[longest]
    assert not packets[end - 1].any()


def test_a_louder_call_is_clipped_and_a_quieter_one_is_not() -> None:
    """18 dB more meets full scale and stays there; 25 dB less is the same wave, smaller."""
    loud, quiet = degrading.amplified(SPEECH, 18.0), degrading.amplified(SPEECH, -25.0)
    assert (np.abs(loud.astype(int)) >= degrading.FULL_SCALE).mean() > 0.01
    assert np.abs(quiet).max() == pytest.approx(np.abs(SPEECH.astype(int)).max() * 10 ** (-25 / 20), abs=1)


def test_a_law_keeps_its_ratio_of_signal_to_noise() -> None:
    """Its error lies 35 dB or more under speech, as G.711 is built."""
    error = degrading.through_a_law(SPEECH).astype(np.float64) - SPEECH
    assert degrading.speech_rms(SPEECH) / np.sqrt(np.mean(error**2)) > 10 ** (35 / 20)


def test_echo_comes_later_and_quieter_in_the_other_channel() -> None:
    """A click on the left is heard on the right after the delay, at the loss, and nowhere else."""
    click = np.zeros((RATE_HZ, 2), np.int16)
    click[100, 0] = 20_000
    echoed = degrading.with_echo(click, 0.1, 20.0)
    assert np.argwhere(echoed).tolist() == [[100, 0], [100 + RATE_HZ // 10, 1]]
    assert echoed[100 + RATE_HZ // 10, 1] == 2000


def test_laughter_is_the_listeners_and_has_pitch_and_bursts() -> None:
    """It lies in the other's channel from half a second before the turn's end on, in bursts of voice."""
    turn = SpokenSpan(who="operator", text="您好", start_s=0.0, end_s=1.0)
    mix = degrading.with_laughter(np.zeros((RATE_HZ * 4, 2), np.int16), [turn], seeded())
    assert not mix[:, 1].any()
    heard = np.flatnonzero(mix[:, 0])
    assert heard[0] / RATE_HZ == pytest.approx(0.5, abs=0.02)
    laugh = noises.laughter(seeded())
    envelope = np.convolve(np.abs(laugh), np.hanning(480), mode="same")
    inside = np.concatenate([[False], envelope > envelope.max() / 4])
    assert 4 <= np.count_nonzero(np.diff(inside.astype(int)) > 0) <= 7
    assert 0.5 < len(laugh) / RATE_HZ < 2.0


def test_answers_overlap_but_waits_stay() -> None:
    """In the overlap condition who answers begins early; a wait of seconds is kept."""
    waiting = next(call for call in LABELLED.half("tune").calls if any(t.pause_s > 5 for t in call.turns))
    early = overlapped(waiting)
    assert [turn.text for turn in early.turns] == [turn.text for turn in waiting.turns]
    assert sum(turn.pause_s < 0 for turn in early.turns) > len(early.turns) / 2
    assert {turn.pause_s for turn in waiting.turns if turn.pause_s > 5} <= {t.pause_s for t in early.turns}
    assert LINE in CONDITIONS


def _share_below(sound: NDArray[np.float64], hz: float) -> float:
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float(power[np.fft.rfftfreq(len(sound), 1 / RATE_HZ) < hz].sum() / power.sum())
