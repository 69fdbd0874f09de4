"""The ear of the renderer: what the transcriber's own decoder hears of rendered speech, and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from asr_models.voice import SPEECH_LEVEL_DBFS
from ledger.errors import BadAsset
from sip_config.prompts import SAMPLE_RATE_HZ

if TYPE_CHECKING:  # it loads Vosk, which rendering without a listener does not need
    from transcriber.decoder import Decoder

PADDING_S = 0.5  # silence around a text, as a call would have
MARGIN_S = 0.01  # around a span that is cut out
FADE_S = 0.006

Audio = npt.NDArray[np.float32]


class Ear:
    """A listener over the transcriber's own decoder, so that texts are tested by what will hear them."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder

    def hear(self, audio: Audio) -> str:
        """The words."""
        return "".join(word.text for word in self._decoder.words(_padded(audio), 0.0))

    def cut(self, audio: Audio, sentence: str, text: str) -> Audio:
        """What is said of `text` within `sentence`. Raises BadAsset where it is not heard clearly enough."""
        said = "".join(re.findall(r"\w", sentence))
        words = self._decoder.align(_padded(audio), said)
        if "".join(word.text for word in words) != said or said.count(text) != 1:
            heard = "".join(word.text for word in words)
            raise BadAsset(f"{text!r} cannot be cut out of {sentence!r}, heard as {heard!r}; reword 'within'")
        first = said.index(text)
        start_s, end_s = words[first].start_s, words[first + len(text) - 1].end_s
        return joint(audio, start_s - PADDING_S, end_s - PADDING_S)


def joint(audio: Audio, start_s: float, end_s: float) -> Audio:
    """A span of speech that fades in and out, so that others can be joined to it without a click."""
    start, end = (int(at_s * SAMPLE_RATE_HZ) for at_s in (start_s - MARGIN_S, end_s + MARGIN_S))
    span = audio[max(0, start) : end].copy()
    fade = np.linspace(0, 1, int(FADE_S * SAMPLE_RATE_HZ), dtype=np.float32)
    span[: len(fade)] *= fade
    span[-len(fade) :] *= fade[::-1]
    return np.asarray(span * 10 ** (SPEECH_LEVEL_DBFS / 20) / np.sqrt(np.mean(span**2)), dtype=np.float32)


def _padded(audio: Audio) -> npt.NDArray[np.int16]:
    silence = np.zeros(int(PADDING_S * SAMPLE_RATE_HZ), dtype=np.float32)
    padded = np.concatenate([silence, audio, silence])
    return np.asarray(np.round(np.clip(padded, -1, 1) * 32767), dtype=np.int16)
