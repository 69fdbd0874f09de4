"""What lines and rooms do to a recording, each a pure function: the same input and seed, the same output.

Samples are int16 at 8 kHz, one channel unless it says stereo.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from callers.codec import Samples
from callers.g711 import PCMA
from callers.labelled_audio import CHANNELS, SpokenSpan
from callers.noises import RATE_HZ, Sound, laughter

PACKET_FRAMES = 160  # 20 ms, as phones send
FADE_A_PACKET = 0.5  # each further packet that is made up is half as loud
MOST_MADE_UP = 3  # packets; then silence (as G.711 Appendix I ends after 60 ms)
LOSS_BURST = 2.0  # packets in a row, in the mean: losses come in bursts
SPEECH_BELOW_LOUDEST_DB = 35.0
FULL_SCALE = 32767
LAUGH_DBFS = -9.0  # peak
LAUGH_EVERY = 2  # pauses


def through_a_law(samples: Samples) -> Samples:
    """As G.711 A-law carries it: 8 bits a sample."""
    return PCMA.decode(PCMA.encode(np.ascontiguousarray(samples)))


def with_noise(samples: Samples, noise: Sound, snr_db: float) -> Samples:
    """Noise of power 1 under the speech, `snr_db` below the level that the speech has while it lasts."""
    level = speech_rms(samples) * 10 ** (-snr_db / 20)
    return _int16(samples + noise[: len(samples)] * level)


def with_lost_packets(samples: Samples, rng: np.random.Generator, share: float) -> Samples:
    """A share of the 20 ms packets lost in bursts of two in the mean (Gilbert's model), and made up.

    A lost packet is filled with the one before it, each time half as loud, after three with silence: what a
    plain receiver plays and a recorder behind it writes.
    """
    packets = _packets(samples).astype(np.float64)
    made_up = 0
    for place, lost in enumerate(_losses(rng, len(packets), share)):
        made_up = made_up + 1 if lost else 0
        if lost:
            gone = place == 0 or made_up > MOST_MADE_UP
            packets[place] = 0.0 if gone else packets[place - 1] * FADE_A_PACKET
    return _int16(packets.reshape(-1)[: len(samples)])


def amplified(samples: Samples, gain_db: float) -> Samples:
    """Louder or quieter; what passes full scale is clipped, as a badly set gateway does."""
    return _int16(samples.astype(np.float64) * 10 ** (gain_db / 20))


def with_echo(stereo: Samples, delay_s: float, loss_db: float) -> Samples:
    """Stereo: each side is heard again in the other's channel, later and quieter."""
    delay = round(delay_s * RATE_HZ)
    back = np.zeros(stereo.shape)
    back[delay:] = stereo[: len(stereo) - delay, ::-1]
    return _int16(stereo + back * 10 ** (-loss_db / 20))


def with_laughter(stereo: Samples, turns: Sequence[SpokenSpan], rng: np.random.Generator) -> Samples:
    """Stereo: who has been spoken to laughs, from the last half second of every second turn on."""
    mix = stereo.astype(np.float64)
    for turn in turns[::LAUGH_EVERY]:
        laugh = laughter(rng) * FULL_SCALE * 10 ** (LAUGH_DBFS / 20)
        start = max(0, round((turn.end_s - 0.5) * RATE_HZ))
        channel = 1 - CHANNELS[turn.who]
        stretch = mix[start : start + len(laugh), channel]
        stretch += laugh[: len(stretch)]
    return _int16(mix)


def speech_rms(samples: Samples) -> float:
    """The level of the frames with speech: those at most 35 dB below the loudest; 0 in silence."""
    energy = np.mean(np.square(_packets(samples).astype(np.float64)), axis=1)
    loud = energy[energy > energy.max(initial=0.0) * 10 ** (-SPEECH_BELOW_LOUDEST_DB / 10)]
    return float(np.sqrt(loud.mean())) if loud.size else 0.0


def _losses(rng: np.random.Generator, packets: int, share: float) -> list[bool]:
    """Gilbert's two states: lost packets follow each other with the chance that gives the mean burst."""
    leaves = 1 / LOSS_BURST
    enters = leaves * share / (1 - share)
    lost, losses = False, []
    for chance in rng.random(packets):
        lost = chance >= leaves if lost else chance < enters
        losses.append(bool(lost))
    return losses


def _packets(samples: Samples) -> NDArray[np.int16]:
    return np.pad(samples, (0, -len(samples) % PACKET_FRAMES)).reshape(-1, PACKET_FRAMES)


def _int16(sound: Sound) -> Samples:
    return np.clip(np.round(sound), -FULL_SCALE - 1, FULL_SCALE).astype(np.int16)
