"""The hold music: ours, quiet, without a seam."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np

from sip_config.hold_music import LEVEL_DBFS, render_hold_music, write_hold_music
from sip_config.prompts import prompt_folder


def test_the_committed_file_is_what_the_code_makes(tmp_path: Path) -> None:
    """The file that callers hear is the generator's, up to the last bit's rounding."""
    with wave.open(str(prompt_folder("zh") / "hold-music.wav"), "rb") as sound:
        committed = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(int)
    assert np.abs(committed - render_hold_music()).max() <= 1
    write_hold_music(tmp_path / "again.wav")
    with wave.open(str(tmp_path / "again.wav"), "rb") as sound:
        assert (sound.getframerate(), sound.getsampwidth(), sound.getnchannels()) == (8000, 2, 1)
        assert sound.getnframes() == len(committed)


def test_twenty_quiet_seconds() -> None:
    """It lasts 20 s at the level named and never comes near full scale."""
    music = render_hold_music().astype(float) / 32768
    assert len(music) == 20 * 8000
    level_dbfs = 20 * np.log10(np.sqrt(np.mean(music**2)))
    assert abs(level_dbfs - LEVEL_DBFS) < 0.1
    assert np.abs(music).max() < 0.25


def test_it_loops_without_a_click() -> None:
    """The step from the last sample to the first is no greater than steps within."""
    music = render_hold_music().astype(int)
    seam = abs(music[0] - music[-1])
    assert seam <= np.percentile(np.abs(np.diff(music)), 99)


def test_it_lies_in_the_telephone_band() -> None:
    """Nearly all its power is between 250 and 3400 Hz, so that little is lost on a line."""
    power = np.abs(np.fft.rfft(render_hold_music().astype(float))) ** 2
    hz = np.fft.rfftfreq(20 * 8000, 1 / 8000)
    assert power[(hz >= 250) & (hz <= 3400)].sum() > 0.9 * power.sum()
