"""Recordings made elsewhere come into our form, or are refused in one sentence."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from ledger.errors import BadRecording
from recorder.foreign import ForeignRecording, read_foreign
from recorder.peaks import read_peaks

FFMPEGS_BLOCK = 1024  # frames: its ADPCM and GSM headers do not tell how much of the last block is filled up
ROUNDED_UP = {"IMA_ADPCM": 500}  # frames: libsndfile writes into its header that the last block is full


def write_samples(path: Path, rate_hz: int, samples: np.ndarray, **options: str) -> Path:
    """As any program would write it."""
    soundfile.write(path, samples, rate_hz, **options)
    return path


def write_tones(path: Path, rate_hz: int, tones_hz: tuple[float, ...], **options: str) -> Path:
    """One second, a tone for each channel at half of full scale."""
    at_s = np.arange(rate_hz) / rate_hz
    channels = [0.5 * np.sin(2 * np.pi * hz * at_s) for hz in tones_hz]
    return write_samples(path, rate_hz, np.stack(channels, axis=1), **options)


def run_ffmpeg(*arguments: str | Path) -> bytes:
    """Another program that writes recordings; gives its standard output."""
    return subprocess.run(
        ["ffmpeg", "-loglevel", "error", *arguments], check=True, capture_output=True
    ).stdout


def read(path: Path, caller_channel: int = 0) -> ForeignRecording:
    """Read it with the file's own folder for scratch."""
    return read_foreign(path, caller_channel, path.parent)


def strongest_hz(samples: np.ndarray) -> float:
    """The frequency of the strongest partial, of one second at 8000 Hz."""
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 8000 / len(samples))


@pytest.mark.parametrize(
    ("name", "rate_hz", "options"),
    [
        ("a.wav", 8000, {"subtype": "ALAW"}),
        ("a.wav", 8000, {"subtype": "ULAW"}),
        ("a.wav", 8000, {"subtype": "PCM_U8"}),
        ("a.wav", 11025, {"subtype": "PCM_16"}),
        ("a.wav", 44100, {"subtype": "PCM_24"}),
        ("a.wav", 96000, {"subtype": "PCM_32"}),
        ("a.wav", 192000, {"subtype": "FLOAT"}),
        ("a.wav", 16000, {"subtype": "DOUBLE"}),
        ("a.wav", 16000, {"subtype": "IMA_ADPCM"}),
        ("a.wav", 16000, {"subtype": "MS_ADPCM"}),
        ("a.wav", 16000, {"format": "RF64"}),
        ("a.wav", 16000, {"endian": "BIG"}),
        ("a.flac", 16000, {}),
        ("a.ogg", 48000, {"format": "OGG", "subtype": "VORBIS"}),
        ("a.opus", 48000, {"format": "OGG", "subtype": "OPUS"}),
        ("a.mp3", 44100, {"format": "MP3"}),
        ("named wrongly.txt", 16000, {"format": "FLAC"}),
    ],
)
def test_any_rate_and_coding_becomes_telephone_form(
    tmp_path: Path, name: str, rate_hz: int, options: dict[str, str]
) -> None:
    """The tones are where they were: caller left, the other right, at 8000 Hz, as loud as before."""
    foreign = read(write_tones(tmp_path / name, rate_hz, (440, 1000), **options))
    samples = foreign.sound.samples
    assert samples.dtype == np.int16
    assert abs(len(samples) - 8000) <= ROUNDED_UP.get(options.get("subtype", ""), 8)
    heard = [strongest_hz(samples[:8000, channel]) for channel in (0, 1)]
    assert heard == pytest.approx([440, 1000], abs=2)
    assert np.sqrt(2) * samples[400:-400].std(axis=0) == pytest.approx([16384, 16384], rel=0.06)
    assert foreign.facts == {}


def test_gsm_is_read(tmp_path: Path) -> None:
    """GSM 6.10 in WAV, mono as telephones have it: the tone, and no filled-up last block."""
    foreign = read(write_tones(tmp_path / "a.wav", 8000, (440,), subtype="GSM610"))
    assert foreign.sound.samples.shape == (8000, 1)
    assert strongest_hz(foreign.sound.samples[:, 0]) == pytest.approx(440, abs=2)


@pytest.mark.parametrize(
    ("name", "coding"),
    [
        ("a.wav", "libgsm_ms"),
        ("a.wav", "adpcm_ms"),
        ("a.wav", "adpcm_ima_wav"),
        ("a.wav", "pcm_alaw"),
        ("a.mp3", "libmp3lame"),
        ("a.opus", "libopus"),
        ("a.aiff", "pcm_s16be"),
    ],
)
def test_what_ffmpeg_writes_is_read(tmp_path: Path, name: str, coding: str) -> None:
    """Another program's headers than the library's own."""
    source, made = write_tones(tmp_path / "source.wav", 8000, (440,)), tmp_path / name
    run_ffmpeg("-i", source, "-c:a", coding, made)
    foreign = read(made)
    assert 8000 <= len(foreign.sound.samples) <= 8000 + FFMPEGS_BLOCK
    assert strongest_hz(foreign.sound.samples[:8000, 0]) == pytest.approx(440, abs=2)
    assert foreign.facts == {}


def test_a_wav_from_a_pipe_is_read(tmp_path: Path) -> None:
    """The writer could not go back to its header: all samples are there, a fact says what is not known."""
    source = write_tones(tmp_path / "source.wav", 8000, (440,))
    (tmp_path / "a.wav").write_bytes(run_ffmpeg("-i", source, "-f", "wav", "-"))
    foreign = read(tmp_path / "a.wav")
    assert np.array_equal(foreign.sound.samples, read(source).sound.samples)
    assert foreign.facts == {"truncated": "1.0 s, header never finished"}


def test_aac_of_ffmpeg_is_told_how_to_convert(tmp_path: Path) -> None:
    """The command that the sentence names does it."""
    source = write_tones(tmp_path / "source.wav", 8000, (440,))
    run_ffmpeg("-i", source, tmp_path / "a.m4a")
    with pytest.raises(BadRecording, match=r"convert it first: ffmpeg -i 'a\.m4a' 'a-pcm\.wav'"):
        read(tmp_path / "a.m4a")
    run_ffmpeg("-i", tmp_path / "a.m4a", tmp_path / "a-pcm.wav")
    assert strongest_hz(read(tmp_path / "a-pcm.wav").sound.samples[:8000, 0]) == pytest.approx(440, abs=2)


def test_the_callers_channel_becomes_the_left_one(tmp_path: Path) -> None:
    """A file with the caller on the right is turned round."""
    foreign = read(write_tones(tmp_path / "a.wav", 8000, (1000, 440)), caller_channel=1)
    assert strongest_hz(foreign.sound.samples[:, 0]) == pytest.approx(440, abs=2)


def test_mono_stays_mono(tmp_path: Path) -> None:
    """One channel for both speakers is not made to look like two."""
    assert read(write_tones(tmp_path / "a.wav", 8000, (440,))).sound.samples.shape[1] == 1


def test_two_equal_channels_are_one(tmp_path: Path) -> None:
    """Mono in stereo's clothing, also a little fainter on one side: one channel, and a fact says so."""
    speech = 0.3 * np.random.default_rng(4).standard_normal(16000)
    write_samples(tmp_path / "a.mp3", 16000, np.stack([speech, 0.8 * speech], axis=1), format="MP3")
    foreign = read(tmp_path / "a.mp3")
    assert foreign.sound.samples.shape == (8000, 1)
    assert foreign.facts == {"both_channels_equal": "yes"}


@pytest.mark.parametrize("leak", [0.0, 0.1])
def test_an_echo_of_the_caller_does_not_make_the_channels_equal(tmp_path: Path, leak: float) -> None:
    """The operator is silent throughout, or the line's echo is all that there is: still two channels."""
    speech = 0.3 * np.random.default_rng(4).standard_normal(8000)
    foreign = read(write_samples(tmp_path / "a.wav", 8000, np.stack([speech, leak * speech], axis=1)))
    assert foreign.sound.samples.shape == (8000, 2)
    assert foreign.facts == {}


def test_two_speakers_over_a_noisy_line_stay_two(tmp_path: Path) -> None:
    """A hum, a DC offset and crosstalk in both channels do not make them one."""
    rng = np.random.default_rng(5)
    own = 0.1 * rng.standard_normal((16000, 2))
    hum = 0.03 * np.sin(2 * np.pi * 50 * np.arange(16000) / 8000)[:, np.newaxis]
    foreign = read(write_samples(tmp_path / "a.wav", 8000, own + 0.1 * own[:, ::-1] + hum + 0.2))
    assert foreign.sound.samples.shape[1] == 2


def test_telephone_samples_come_back_as_they_were(tmp_path: Path) -> None:
    """16 bit at 8000 Hz loses nothing, at full scale neither."""
    samples = np.random.default_rng(6).integers(-32768, 32768, (4000, 2)).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", samples, 8000)
    assert np.array_equal(read(tmp_path / "a.wav").sound.samples, samples)


def test_floats_that_are_no_numbers_become_silence_and_too_loud_ones_are_clipped(tmp_path: Path) -> None:
    """What another program has miscalculated does not wrap round into noise."""
    samples = np.array([np.nan, np.inf, -np.inf, 7.0, -7.0, 0.5] * 100, dtype=np.float32)
    soundfile.write(tmp_path / "a.wav", samples, 8000, subtype="FLOAT")
    assert read(tmp_path / "a.wav").sound.samples[:6, 0].tolist() == [0, 32767, -32768, 32767, -32768, 16384]


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
