"""Recordings without words, and files that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from spoken_timeline import RATE_HZ, make_call

from asr_models.catalogue import AssetKind
from asr_models.store import InstalledModel
from ledger.errors import BadAsset, BadRecording
from ledger.states import Role
from transcriber.tracks import Track
from transcriber.transcriber import Transcriber

SHA256 = "5" * 64
MIXED = (Track(channel=0, role=Role.MIXED),)
WriteRecording = Callable[..., Path]


def _seconds(duration_s: float) -> np.ndarray:
    return np.arange(round(duration_s * RATE_HZ)) / RATE_HZ


def _noise(level_dbfs: float) -> np.ndarray:
    return np.random.default_rng(7).normal(0, 10 ** (level_dbfs / 20), 20 * RATE_HZ)


def _tones(*frequencies_hz: float) -> np.ndarray:
    return sum(0.2 * np.sin(2 * np.pi * hz * _seconds(10)) for hz in frequencies_hz)


def _bursts() -> np.ndarray:
    return _noise(-25) * (_seconds(20) % 1.0 < 0.4)


WORDLESS = {
    "no frames at all": np.zeros(0),
    "a hundredth of a second": np.zeros(80),
    "digital silence": np.zeros(10 * RATE_HZ),
    "line noise": _noise(-50),
    "loud noise": _noise(-20),
    "bursts of noise": _bursts(),
    "ringing tone": _tones(450),
    "a key pressed": _tones(697, 1209),
    "mains hum": _tones(50, 100),
}


@pytest.mark.parametrize("audio", WORDLESS.values(), ids=WORDLESS.keys())
def test_where_nobody_speaks_there_are_no_turns(
    transcriber: Transcriber, write_recording: WriteRecording, audio: np.ndarray
) -> None:
    """Silence, noise and tones are no error and give no words."""
    path = write_recording(audio.astype(np.float32), "call.wav")
    assert transcriber.transcribe(path, recording_sha256=SHA256, tracks=MIXED).turns == ()


def test_a_text_file_named_wav_is_refused_in_one_sentence(transcriber: Transcriber, tmp_path: Path) -> None:
    """The sentence names the file and says what to do."""
    path = tmp_path / "notes.wav"
    path.write_text("this is no recording", encoding="utf-8")
    with pytest.raises(BadRecording, match=r"notes\.wav cannot be read as a recording .* export it again"):
        transcriber.transcribe(path, recording_sha256=SHA256, tracks=MIXED)


def test_a_missing_file_is_refused(transcriber: Transcriber, tmp_path: Path) -> None:
    """A path without a file is told by name."""
    with pytest.raises(BadRecording, match=r"gone\.flac cannot be read"):
        transcriber.transcribe(tmp_path / "gone.flac", recording_sha256=SHA256, tracks=MIXED)


def test_a_recording_that_breaks_off_is_refused(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """Half a FLAC is damage, not a short call: nobody is judged by half of what was said."""
    call, _ = make_call()
    path = write_recording(call)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadRecording, match="cannot be read"):
        transcriber.transcribe(path, recording_sha256=SHA256, tracks=MIXED)


def test_a_track_in_a_channel_that_is_not_there_is_refused(
    transcriber: Transcriber, write_recording: WriteRecording
) -> None:
    """A stereo track asked of a mono file is a mistake of the caller, told with the number of channels."""
    path = write_recording(np.zeros(RATE_HZ, dtype=np.float32))
    track = [Track(channel=1, role=Role.OPERATOR)]
    with pytest.raises(BadRecording, match=r"has 1 channel\(s\) and none with the number 1"):
        transcriber.transcribe(path, recording_sha256=SHA256, tracks=track)


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """Vosk's refusal becomes one sentence with the command that helps."""
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "model.conf").write_text("--beam=12\n", encoding="utf-8")
    empty = InstalledModel(name="m", kind=AssetKind.RECOGNISER, path=tmp_path, sha256="0" * 64)
    with pytest.raises(BadAsset, match=r"Vosk cannot load .* `hotline models verify`"):
        Transcriber(empty).load()
