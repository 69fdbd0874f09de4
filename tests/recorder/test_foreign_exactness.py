"""Nothing is stretched, shifted or made louder on the way into our form, whatever the rate and the length."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clock import now
from ledger.records import Call
from ledger.states import CallState, Origin
from recorder.foreign import read_foreign
from recorder.sealing import seal

AMPLITUDE = 0.5
LOSSLESS = [("wav", "PCM_16"), ("wav", "PCM_24"), ("wav", "PCM_32"), ("wav", "FLOAT"), ("flac", "PCM_16")]
CODED = [("wav", "ALAW"), ("wav", "ULAW"), ("wav", "PCM_U8"), ("mp3", "MPEG_LAYER_III"), ("ogg", "VORBIS")]
MP3_RATES_HZ = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]


@st.composite
def tones(draw: st.DrawFn) -> tuple[str, str, int, int, float]:
    """Container, coding, rate, frames, and a tone that both rates can carry."""
    container, coding = draw(st.sampled_from(LOSSLESS + CODED))
    most_hz = 65_535 if container == "flac" else 192_000  # FLAC knows higher ones only in steps of ten
    if container in {"mp3", "ogg"}:
        rate_hz = draw(st.sampled_from(MP3_RATES_HZ))
    else:
        rate_hz = draw(st.integers(4000, most_hz))
    frames = draw(st.integers(rate_hz, 4 * rate_hz))
    return container, coding, rate_hz, frames, draw(st.floats(200, min(3300, 0.4 * rate_hz)))


def tone_in(samples: np.ndarray, rate_hz: int, near_hz: float) -> tuple[float, float]:
    """Frequency and amplitude of the strongest tone, by a window that keeps levels between two bins."""
    window = np.blackman(len(samples))
    spectrum = np.abs(np.fft.rfft(samples * window, 8 * len(samples)))
    top = int(np.argmax(spectrum))
    return top * rate_hz / (8 * len(samples)), 2 * float(spectrum[top]) / float(window.sum())


@settings(max_examples=120, deadline=None, derandomize=True)
@given(tones())
def test_length_frequency_and_level_are_kept(tone: tuple[str, str, int, int, float]) -> None:
    """The sealed duration is the source's within 1 ms, the tone within 0.5 Hz, its level within 0.5 dB."""
    container, coding, rate_hz, frames, tone_hz = tone
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"a.{container}")
        soundfile.write(
            path, AMPLITUDE * np.sin(2 * np.pi * tone_hz * np.arange(frames) / rate_hz), rate_hz, coding
        )
        sound = read_foreign(path, 0, Path(folder)).sound
        call = Call(id="a", origin=Origin.IMPORT, sip_call_id=None, hotline="114", caller=None,
                    state=CallState.RECEIVED, received_at=now())  # fmt: skip
        assert seal(call, sound, Path(folder)).duration_s == pytest.approx(frames / rate_hz, abs=0.001)
        samples = sound.samples[400:-400, 0] / 32768
    heard_hz, amplitude = tone_in(samples, 8000, tone_hz)
    assert heard_hz == pytest.approx(tone_hz, abs=0.5)
    assert 20 * np.log10(amplitude / AMPLITUDE) == pytest.approx(0, abs=0.5)


def test_no_drift_in_half_an_hour(tmp_path: Path) -> None:
    """A click after 1799 s of 44,056 Hz is after 1799 s of 8000 Hz: within one sample."""
    rate_hz, click_s = 44_056, 1799
    with soundfile.SoundFile(tmp_path / "a.flac", "w", rate_hz, 1) as file:
        for second in range(1800):
            block = np.zeros(rate_hz)
            block[0] = 0.9 if second == click_s else 0
            file.write(block)
    samples = read_foreign(tmp_path / "a.flac", 0, tmp_path).sound.samples
    assert len(samples) == pytest.approx(1800 * 8000, abs=1)
    assert int(np.argmax(np.abs(samples[:, 0]))) == pytest.approx(click_s * 8000, abs=1)


TWO_HOURS = """
import json, resource, sys
from pathlib import Path
from ledger.clock import now
from ledger.records import Call
from ledger.states import CallState, Origin
from recorder.foreign import fingerprint, read_foreign
from recorder.sealing import seal

path = Path(sys.argv[1])
call = Call(id="a", origin=Origin.IMPORT, sip_call_id=None, hotline="114", caller=None,
            state=CallState.RECEIVED, received_at=now())

def status_kb(name):
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status[name].split()[0])

def peak_kb():  # ru_maxrss would count what the parent had when it forked
    return status_kb("VmHWM")

resource.setrlimit(resource.RLIMIT_DATA, ((status_kb("VmData") << 10) + (int(sys.argv[2]) << 20),) * 2)
fingerprint(path)
foreign = read_foreign(path, 0, path.parent)
read_kb = peak_kb()
recording = seal(call, foreign.sound, path.parent)
measured = {"duration_s": recording.duration_s, "channels": recording.channels}
print(json.dumps({**measured, "read_mb": read_kb >> 10, "sealed_mb": peak_kb() >> 10}))
"""
MEMORY_MB = 120  # of its own; the samples alone have 230 MB at 8000 Hz and 1.4 GB as they come


@pytest.mark.slow
def test_two_hours_of_stereo_need_no_more_memory_than_minutes(tmp_path: Path) -> None:
    """The kernel gives the process 120 MB beyond what the interpreter has; more would end it."""
    path, rate_hz, seconds = tmp_path / "a.wav", 48_000, 7200
    with soundfile.SoundFile(path, "w", rate_hz, 2, "PCM_16") as file:
        file.write(np.stack([AMPLITUDE * np.sin(np.arange(rate_hz) / 9), np.zeros(rate_hz)], axis=1))
        file.seek(rate_hz * (seconds - 1))  # a hole: the disk is not filled with zeros
        file.write(np.stack([np.zeros(rate_hz), AMPLITUDE * np.sin(np.arange(rate_hz) / 9)], axis=1))
    done = subprocess.run(
        [sys.executable, "-c", TWO_HOURS, path, str(MEMORY_MB)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    measured = json.loads(done.stdout)
    print(measured)  # noqa: T201 - the measurement
    assert (measured["duration_s"], measured["channels"]) == (seconds, 2)
    assert measured["read_mb"] < MEMORY_MB
