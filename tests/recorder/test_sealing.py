"""Two capture files become one sealed stereo recording, also after a crash."""

from __future__ import annotations

import struct
import wave
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from ledger.errors import BadRecording, StorageError
from ledger.records import Call
from ledger.states import CallState, Origin
from recorder.capture import Capture
from recorder.raw_wav import read_samples
from recorder.sealing import hash_file, seal_call

RATE_HZ = 8000
CALL = Call(
    id="20260102-030405-abc",
    origin=Origin.SIP,
    sip_call_id="x",
    hotline="114",
    caller="138",
    state=CallState.ENDED,
    received_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
)


def tone(hz: float, length_s: float) -> NDArray[np.int16]:
    """A sine at half of full scale."""
    at_s = np.arange(int(length_s * RATE_HZ)) / RATE_HZ
    return np.round(16384 * np.sin(2 * np.pi * hz * at_s)).astype(np.int16)


def write_wav(path: Path, samples: NDArray[np.int16]) -> None:
    """A WAV file as pjsip leaves it after a clean end."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())


def capture(folder: Path, said: NDArray[np.int16], heard: NDArray[np.int16]) -> Capture:
    """Both files of CALL."""
    files = Capture.of_call(folder, CALL.id)
    write_wav(files.said, said)
    write_wav(files.heard, heard)
    return files


def break_header(path: Path) -> None:
    """What kill -9 leaves: a header that says 0 bytes of data."""
    data = bytearray(path.read_bytes())
    data[40:44] = bytes(4)
    path.write_bytes(data)


def test_the_caller_is_left_and_what_is_heard_is_right(tmp_path: Path) -> None:
    """Every sample of both files is in its channel, and the hash is the file's."""
    said, heard = tone(440, 2.0), tone(1000, 2.0)
    capture(tmp_path, said, heard)
    recording = seal_call(CALL, tmp_path, tmp_path / "rec")
    path = tmp_path / "rec" / recording.path
    stereo, rate_hz = soundfile.read(path, dtype="int16")
    assert rate_hz == RATE_HZ
    np.testing.assert_array_equal(stereo[:, 0], said)
    np.testing.assert_array_equal(stereo[:, 1], heard)
    assert recording.path == "2026-01-02/114/20260102-030405-abc.flac"
    assert (recording.duration_s, recording.channels, recording.rescued) == (2.0, 2, False)
    assert recording.sha256 == hash_file(path)


def test_the_shorter_channel_ends_in_silence(tmp_path: Path) -> None:
    """Both channels are as long as the call."""
    capture(tmp_path, tone(440, 1.0), tone(1000, 1.5))
    recording = seal_call(CALL, tmp_path, tmp_path / "rec")
    stereo, _ = soundfile.read(tmp_path / "rec" / recording.path, dtype="int16")
    assert recording.duration_s == 1.5
    assert not stereo[RATE_HZ:, 0].any()


def test_what_a_killed_line_captured_is_rescued(tmp_path: Path) -> None:
    """A header that says nothing was written loses nothing, and the recording says that it was rescued."""
    said, heard = tone(440, 3.0), tone(1000, 3.0)
    files = capture(tmp_path, said, heard)
    break_header(files.said)
    break_header(files.heard)
    recording = seal_call(CALL, tmp_path, tmp_path / "rec")
    stereo, _ = soundfile.read(tmp_path / "rec" / recording.path, dtype="int16")
    np.testing.assert_array_equal(stereo[:, 0], said)
    assert recording.rescued


def test_sealing_again_gives_the_same_recording(tmp_path: Path) -> None:
    """A worker that died after sealing costs nothing but time."""
    capture(tmp_path, tone(440, 1.0), tone(1000, 1.0))
    first, second = (seal_call(CALL, tmp_path, tmp_path / "rec") for _ in range(2))
    assert (first.sha256, first.path) == (second.sha256, second.path)


def test_a_call_of_no_length_is_sealed_too(tmp_path: Path) -> None:
    """A caller who hangs up in the moment of the answer still has a recording, that can be read."""
    capture(tmp_path, tone(440, 0), tone(440, 0))
    recording = seal_call(CALL, tmp_path, tmp_path / "rec")
    stereo, _ = soundfile.read(tmp_path / "rec" / recording.path, dtype="int16")
    assert (recording.duration_s, stereo.shape, stereo.any()) == (0.02, (160, 2), False)


def test_nothing_captured_is_told(tmp_path: Path) -> None:
    """The sentence says which call, and where to look."""
    with pytest.raises(BadRecording, match=f"nothing was captured of call {CALL.id}"):
        seal_call(CALL, tmp_path, tmp_path / "rec")


def test_a_store_that_refuses_leaves_the_capture(tmp_path: Path) -> None:
    """A file is in the way of the folder: a sentence, no half recording, and the capture is still there."""
    files = capture(tmp_path, tone(440, 1.0), tone(1000, 1.0))
    (tmp_path / "rec").write_text("in the way")
    with pytest.raises(StorageError, match="cannot write"):
        seal_call(CALL, tmp_path, tmp_path / "rec")
    assert files.exists()


def test_a_capture_whose_header_met_a_full_disk_is_rescued(tmp_path: Path) -> None:
    """As pjsip leaves it: samples from the first byte on, and at its end both sizes in the midst of them."""
    samples = np.arange(8000, dtype="<i2")
    data = bytearray(samples.tobytes())
    for at in (4, 40):
        struct.pack_into("<I", data, at, len(data) - at - 4)
    (tmp_path / "x.wav").write_bytes(data)
    read = read_samples(tmp_path / "x.wav")
    assert read.broken_off
    assert len(read.samples) == 8000
    assert list(read.samples[22:]) == list(samples[22:])


def test_a_file_that_is_no_wav_is_told(tmp_path: Path) -> None:
    """Something else wrote to the capture folder."""
    path = tmp_path / "x.wav"
    path.write_bytes(b"hello, this is text and long enough")
    with pytest.raises(BadRecording, match=r"x\.wav is no WAV file"):
        read_samples(path)
