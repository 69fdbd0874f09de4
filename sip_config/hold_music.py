"""Our own hold music: a quiet pentatonic music box over soft chords, made by additive synthesis.

`python -m sip_config.hold_music` writes it beside the prompts again. It is 20 s long and loops without a
seam, because notes that ring past the end are laid over the beginning.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sip_config.prompts import SAMPLE_RATE_HZ, prompt_folder

Sound = npt.NDArray[np.float64]

BAR_S = 2.5
LEVEL_DBFS = -26.0  # of the whole loop, root mean square: quieter than speech
_REST = 0
_LONGEST_NOTE_S = 4.0
# Each bar: the chord held below and eight notes above, as MIDI numbers (60 is middle C), all from C D E G A.
_BARS: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = (
    ((60, 64, 67), (67, 72, 76, 79, 76, 72, 74, 72)),
    ((57, 64, 69), (69, 72, 76, 81, 79, 76, 74, 72)),
    ((60, 67, 69), (69, 72, 74, 76, 74, 72, 69, 67)),
    ((62, 67, 69), (67, 69, 74, 79, 76, 74, _REST, _REST)),
    ((60, 64, 67), (79, 76, 72, 74, 76, 79, 81, 79)),
    ((57, 64, 69), (81, 79, 76, 72, 74, 76, 74, 72)),
    ((62, 67, 69), (74, 76, 74, 72, 69, 67, 69, 72)),
    ((60, 64, 67), (72, _REST, 67, _REST, 72, _REST, _REST, _REST)),
)


def render_hold_music() -> npt.NDArray[np.int16]:
    """The loop: 20 s at 8 kHz, 16 bit, mono."""
    loop = np.zeros(round(len(_BARS) * BAR_S * SAMPLE_RATE_HZ))
    for place, (chord, notes) in enumerate(_BARS):
        for pitch in chord:
            _lay(loop, _held(pitch), place * BAR_S)
        for step, pitch in enumerate(notes):
            if pitch != _REST:
                _lay(loop, _struck(pitch), (place + step / 8) * BAR_S)
    wanted = 10 ** (LEVEL_DBFS / 20) * 32768
    return np.asarray(np.round(loop * wanted / np.sqrt(np.mean(loop**2))), dtype=np.int16)


def write_hold_music(path: Path) -> None:
    """Write the loop as a WAV file."""
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        sound.writeframes(render_hold_music().astype("<i2").tobytes())


def _lay(loop: Sound, note: Sound, at_s: float) -> None:
    """Add a note to the loop; what rings past the end goes to the beginning."""
    places = (np.arange(len(note)) + round(at_s * SAMPLE_RATE_HZ)) % len(loop)
    np.add.at(loop, places, note)


def _struck(pitch: int) -> Sound:
    """A music box's tone: a sharp but soft start, partials that fade the faster the higher they are."""
    seconds = _seconds(_LONGEST_NOTE_S)
    attack = 1 - np.exp(-seconds / 0.006)
    partials = ((1, 1.0, 0.9), (2, 0.35, 0.5), (3, 0.12, 0.25), (4, 0.05, 0.15))
    tones = [
        share * np.exp(-seconds / fade_s) * _tone(pitch, multiple, seconds)
        for multiple, share, fade_s in partials
        if _frequency_hz(pitch) * multiple < SAMPLE_RATE_HZ * 0.42
    ]
    return np.asarray(attack * np.sum(tones, axis=0) * _faded_out(seconds))


def _held(pitch: int) -> Sound:
    """A soft chord tone that swells and fades over its bar and a little of the next."""
    seconds = _seconds(BAR_S + 0.5)
    swell = np.sin(np.pi * seconds / (BAR_S + 0.5)) ** 2
    tone = _tone(pitch, 1, seconds) + 0.3 * _tone(pitch, 2, seconds) + 0.1 * _tone(pitch, 3, seconds)
    return np.asarray(0.22 * swell * tone)


def _faded_out(seconds: Sound) -> Sound:
    return np.asarray(np.minimum(1.0, (_LONGEST_NOTE_S - seconds) / 0.1))


def _tone(pitch: int, multiple: int, seconds: Sound) -> Sound:
    return np.asarray(np.sin(2 * np.pi * _frequency_hz(pitch) * multiple * seconds))


def _frequency_hz(pitch: int) -> float:
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def _seconds(length_s: float) -> Sound:
    return np.arange(round(length_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ


if __name__ == "__main__":
    write_hold_music(prompt_folder("zh") / "hold-music.wav")
