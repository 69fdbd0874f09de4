"""Recordings made elsewhere come into our form, or are refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from ledger.errors import BadRecording
from recorder.foreign import read_foreign
from recorder.peaks import read_peaks


def write_tones(path: Path, rate_hz: int, tones_hz: tuple[float, ...], **options: str) -> Path:
    """One second, a tone for each channel at half of full scale."""
    at_s = np.arange(rate_hz) / rate_hz
    channels = [0.5 * np.sin(2 * np.pi * hz * at_s) for hz in tones_hz]
    soundfile.write(path, np.stack(channels, axis=1), rate_hz, **options)
    return path


def strongest_hz(samples: np.ndarray) -> float:
    """The frequency of the strongest partial, of one second at 8000 Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 8000 / len(samples))


@pytest.mark.parametrize(
    ("name", "rate_hz", "options"),
    [
        ("a.wav", 8000, {"subtype": "ALAW"}),
        ("a.wav", 8000, {"subtype": "ULAW"}),
        ("a.wav", 44100, {"subtype": "PCM_24"}),
        ("a.flac", 16000, {}),
        ("a.ogg", 48000, {"format": "OGG", "subtype": "VORBIS"}),
    ],
)
def test_any_rate_and_coding_becomes_telephone_form(
    tmp_path: Path, name: str, rate_hz: int, options: dict[str, str]
) -> None:
    """The tones are where they were: caller left, the other right, at 8000 Hz, as loud as before."""
    sound = read_foreign(write_tones(tmp_path / name, rate_hz, (440, 1000), **options), caller_channel=0)
    assert sound.samples.dtype == np.int16
    assert abs(len(sound.samples) - 8000) <= 2
    assert [strongest_hz(sound.samples[:, channel]) for channel in (0, 1)] == pytest.approx(
        [440, 1000], abs=2
    )
    assert np.abs(sound.samples).max() == pytest.approx(16384, rel=0.1)


def test_the_callers_channel_becomes_the_left_one(tmp_path: Path) -> None:
    """A file with the caller on the right is turned round."""
    sound = read_foreign(write_tones(tmp_path / "a.wav", 8000, (1000, 440)), caller_channel=1)
    assert strongest_hz(sound.samples[:, 0]) == pytest.approx(440, abs=2)


def test_mono_stays_mono(tmp_path: Path) -> None:
    """One channel for both speakers is not made to look like two."""
    assert read_foreign(write_tones(tmp_path / "a.wav", 8000, (440,)), caller_channel=0).samples.shape[1] == 1


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, r"there is no file .*a\.wav; check the name"),
        (b"", r"a\.wav is empty \(0 bytes\)"),
        ("这是文字，不是录音。\n".encode() * 20, r"a\.wav is no audio file that we can read"),
    ],
)
def test_what_is_no_recording_is_told_in_a_sentence(tmp_path: Path, content: bytes | None, says: str) -> None:
    """Missing, empty, or text that is called .wav."""
    path = tmp_path / "a.wav"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadRecording, match=says):
        read_foreign(path, caller_channel=0)


def test_a_header_without_samples_is_told(tmp_path: Path) -> None:
    """An empty recording is no call."""
    soundfile.write(tmp_path / "a.wav", np.zeros((0, 2), dtype=np.int16), 8000)
    with pytest.raises(BadRecording, match=r"holds no sound \(0 samples\)"):
        read_foreign(tmp_path / "a.wav", caller_channel=0)


def test_three_channels_are_refused(tmp_path: Path) -> None:
    """Nobody could say who is who."""
    with pytest.raises(BadRecording, match="has 3 channels; import mono or stereo"):
        read_foreign(write_tones(tmp_path / "a.wav", 8000, (1, 2, 3)), caller_channel=0)


def test_peaks_show_where_each_channel_is_loud(tmp_path: Path) -> None:
    """The left channel is loud in its first half only; the right one is silent."""
    samples = np.zeros((8000, 2), dtype=np.float32)
    samples[:4000, 0] = 0.5
    soundfile.write(tmp_path / "a.flac", samples, 8000)
    left, right = read_peaks(tmp_path / "a.flac", 10)
    assert left == pytest.approx([0.5] * 5 + [0.0] * 5, abs=0.001)
    assert right == [0.0] * 10


def test_a_damaged_recording_is_told(tmp_path: Path) -> None:
    """The page of a call whose file was overwritten says so instead of failing."""
    (tmp_path / "a.flac").write_bytes(b"fLaC and nothing more")
    with pytest.raises(BadRecording, match=r"recording cannot be read"):
        read_peaks(tmp_path / "a.flac", 10)
