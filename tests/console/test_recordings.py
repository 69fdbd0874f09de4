"""The sound by range, and the peaks."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from ledger.database import Ledger
from ledger.settings import Settings
from ledger.tables import RecordingRow
from tests.console.seeding import FLAGGED, LENGTH_S, REFUSED

AUDIO = f"/calls/{FLAGGED}/audio"
PEAKS = f"/calls/{FLAGGED}/peaks"


@pytest.fixture
def sound(settings: Settings, ledger: Ledger) -> bytes:
    """The sealed file's content."""
    return (settings.recordings_dir / "2026" / f"{FLAGGED}.flac").read_bytes()


def test_the_sound_comes_whole(monitor: httpx.Client, sound: bytes) -> None:
    """Without a range the sealed FLAC comes as it is, and says that ranges are possible."""
    response = monitor.get(AUDIO)
    assert (response.status_code, response.headers["content-type"]) == (200, "audio/flac")
    assert response.headers["accept-ranges"] == "bytes"
    assert response.content == sound


@pytest.mark.parametrize(
    ("wanted", "start", "stop"),
    [("bytes=100-199", 100, 200), ("bytes=500-", 500, None), ("bytes=-50", -50, None)],
)
def test_the_sound_comes_by_range(
    monitor: httpx.Client, sound: bytes, wanted: str, start: int, stop: int | None
) -> None:
    """A browser that jumps fetches only what it needs."""
    response = monitor.get(AUDIO, headers={"Range": wanted})
    assert response.status_code == 206
    assert response.content == sound[start:stop]
    assert response.headers["content-range"].endswith(f"/{len(sound)}")


@pytest.mark.parametrize(("wanted", "status"), [("bytes=99999999-", 416), ("lines=1-2", 400)])
def test_a_range_that_cannot_be_had_is_refused(monitor: httpx.Client, wanted: str, status: int) -> None:
    """Ranges beyond the end and of other units are refused, not guessed."""
    assert monitor.get(AUDIO, headers={"Range": wanted}).status_code == status


def test_the_peaks_show_who_sounds_when(monitor: httpx.Client) -> None:
    """Left and right take turns every two seconds in the test tones, and so do their peaks."""
    response = monitor.get(PEAKS, params={"buckets": 20})
    body = response.json()
    assert (body["duration_s"], body["channels"]) == (LENGTH_S, 2)
    left, right = body["peaks"]
    assert len(left) == len(right) == 20
    assert left[0] == pytest.approx(0.5, abs=0.01)
    assert right[2] == pytest.approx(0.4, abs=0.01)
    assert max(left[2], right[1]) < 0.05


def test_the_browser_keeps_the_peaks_until_the_recording_changes(monitor: httpx.Client) -> None:
    """Asked again with the tag, the server sends nothing anew."""
    tag = monitor.get(PEAKS).headers["etag"]
    assert monitor.get(PEAKS, headers={"If-None-Match": tag}).status_code == 304
    assert monitor.get(PEAKS, params={"buckets": 7}, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("buckets", ["0", "8001", "many"])
def test_a_senseless_number_of_peaks_is_refused(monitor: httpx.Client, buckets: str) -> None:
    """Nobody can make the server draw a million peaks."""
    response = monitor.get(PEAKS, params={"buckets": buckets}, headers={"Accept": "application/json"})
    assert response.status_code == 422
    assert "buckets" in response.json()["error"]


@pytest.mark.parametrize("part", ["audio", "peaks"])
def test_a_call_without_recording_has_no_sound(monitor: httpx.Client, part: str) -> None:
    """404 for calls that were never recorded."""
    assert monitor.get(f"/calls/{REFUSED}/{part}").status_code == 404


@pytest.mark.parametrize("path", ["../ledger.sqlite3", "/etc/passwd", "2026/gone.flac", "2026"])
@pytest.mark.parametrize("part", ["audio", "peaks"])
def test_only_files_in_the_recordings_folder_are_served(
    monitor: httpx.Client, ledger: Ledger, path: str, part: str
) -> None:
    """Even a ledger that names another file opens none outside the folder."""
    with ledger.transaction() as session:
        session.execute(update(RecordingRow).where(RecordingRow.call_id == FLAGGED).values(path=path))
    assert monitor.get(f"/calls/{FLAGGED}/{part}").status_code == 404


def test_a_broken_recording_is_told(monitor: httpx.Client, settings: Settings) -> None:
    """A file that is no sound any more gives a sentence, not a server error."""
    Path(settings.recordings_dir / "2026" / f"{FLAGGED}.flac").write_text("not a sound")
    response = monitor.get(PEAKS, headers={"Accept": "application/json"})
    assert response.status_code == 400
    assert response.json()["error"]
