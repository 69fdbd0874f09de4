"""Our own beep before a message. `python -m sip_config.beep` writes it beside the prompts again."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sip_config.prompts import SAMPLE_RATE_HZ, prompt_folder

PITCH_HZ = 1000.0
LENGTH_S = 0.4
FADE_S = 0.02  # at both ends, so that nothing clicks
LEVEL = 0.2  # of full scale


def render_beep() -> npt.NDArray[np.int16]:
    """8 kHz, 16 bit, mono."""
    at_s = np.arange(round(LENGTH_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    fade = np.minimum(1.0, np.minimum(at_s, LENGTH_S - at_s) / FADE_S)
    return np.asarray(np.round(LEVEL * 32767 * fade * np.sin(2 * np.pi * PITCH_HZ * at_s)), dtype=np.int16)


def write_beep(path: Path) -> None:
    """Write it as a WAV file."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        sound.writeframes(render_beep().astype("<i2").tobytes())


if __name__ == "__main__":
    write_beep(prompt_folder("zh") / "beep.wav")
