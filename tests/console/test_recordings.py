"""The sound by range, and the peaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import update

from console.app import create_app
from console.signin.visitors import SESSION_COOKIE
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.tables import RecordingRow
from recorder.encryption import encrypt
from recorder.keys import append_key, new_key
from tests.console.conftest import open_session, serve
from tests.console.seeding import FLAGGED, LENGTH_S, REFUSED, SWITCHBOARD

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


def encrypt_it(settings: Settings, ledger: Ledger, tmp_path: Path) -> None:
    """The flagged call's recording lies encrypted, and its plain file is gone."""
    key = new_key()
    append_key(tmp_path / "keys", key)
    plain = settings.recordings_dir / "2026" / f"{FLAGGED}.flac"
    path = f"2026/{FLAGGED}.flac.enc"
    with plain.open("rb") as source, (settings.recordings_dir / path).open("wb") as target:
        encrypt(source, target, key)
    plain.unlink()
    with ledger.transaction() as session:
        values = {"path": path, "key_id": key.id}
        session.execute(update(RecordingRow).where(RecordingRow.call_id == FLAGGED).values(**values))


def test_an_encrypted_recording_plays_like_a_plain_one(
    settings: Settings, ledger: Ledger, sound: bytes, tmp_path: Path
) -> None:
    """Whole, by range and as peaks; nothing decrypted is left on the disk."""
    encrypt_it(settings, ledger, tmp_path)
    with keyed_console(settings, ledger, tmp_path / "keys") as monitor:
        assert monitor.get(AUDIO).content == sound
        part = monitor.get(AUDIO, headers={"Range": "bytes=70000-70999"})
        assert (part.status_code, part.content) == (206, sound[70000:71000])
        assert part.headers["content-range"] == f"bytes 70000-70999/{len(sound)}"
        assert monitor.get(PEAKS, params={"buckets": 20}).json()["duration_s"] == LENGTH_S
    assert not list(settings.data_dir.rglob(f"{FLAGGED}.flac"))


def test_a_missing_key_is_told_by_its_id(
    settings: Settings, ledger: Ledger, monitor: httpx.Client, tmp_path: Path
) -> None:
    """The console started without the key: one sentence, 503."""
    encrypt_it(settings, ledger, tmp_path)
    with ledger.reading() as session:
        key_id = session.get_one(RecordingRow, FLAGGED).key_id
    response = monitor.get(AUDIO, headers={"Accept": "application/json"})
    assert response.status_code == 503
    assert f"key {key_id}" in response.json()["error"]


def test_parts_of_another_recording_are_not_mixed(monitor: httpx.Client, sound: bytes) -> None:
    """A range is given only to who has parts of this very recording (If-Range)."""
    tag = monitor.get(AUDIO).headers["etag"]
    same = monitor.get(AUDIO, headers={"Range": "bytes=0-9", "If-Range": tag})
    other = monitor.get(AUDIO, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (same.status_code, other.status_code) == (206, 200)
    assert other.content == sound


def test_several_ranges_at_once_get_the_whole(monitor: httpx.Client, sound: bytes) -> None:
    """Nobody needs them, and the whole is always a right answer."""
    response = monitor.get(AUDIO, headers={"Range": "bytes=0-9,20-29"})
    assert (response.status_code, response.content) == (200, sound)


@contextmanager
def keyed_console(settings: Settings, ledger: Ledger, keys: Path) -> Iterator[httpx.Client]:
    """A console that was given the key file, and a monitor who has signed in."""
    app = create_app(settings.model_copy(update={"recording_key_file": keys}), ledger, SWITCHBOARD)
    with serve(app) as address, httpx.Client(base_url=address, verify=False, timeout=120) as client:
        client.cookies.set(SESSION_COOKIE, open_session(ledger))
        yield client
