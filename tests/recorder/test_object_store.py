"""Recordings in a bucket of a real S3-compatible server, which may be away, die, or refuse."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from ledger import archived, calls, judgements
from ledger.clock import new_call_id
from ledger.database import Ledger
from ledger.errors import ArchiveAway, NotFound, SettingsError
from ledger.masks import Span
from ledger.records import Recording
from ledger.settings import Settings, prepare_data_dir
from ledger.states import CallState
from ledger.tables import CallRow
from recorder import archive
from recorder.archive import open_archive
from recorder.archivist import Archivist
from recorder.keys import append_key, new_key
from recorder.masking import Masker, Wish
from recorder.opening import Recordings
from recorder.sealing import Form, Sound, seal
from tests.recorder.object_store import BUCKET, SECRET_KEY, ObjectStore, running_store
from tests.recorder.wire import Wire

LENGTH_S = 60
NOISE = np.random.default_rng(4).integers(-3000, 3000, (LENGTH_S * 8000, 2)).astype(np.int16)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """The server; it takes seconds to start, so all tests share it."""
    with running_store(tmp_path_factory.mktemp("store")) as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, store: ObjectStore) -> Settings:
    """An installation that archives into a folder of its own in the bucket, encrypted."""
    append_key(tmp_path / "keys", new_key())
    made = Settings(
        data_dir=tmp_path / "var",
        archive_url=f"s3://{BUCKET}/{tmp_path.name}",
        recording_key_file=tmp_path / "keys",
    )
    prepare_data_dir(made)
    return made


def seal_a_call(settings: Settings, ledger: Ledger) -> Recording:
    """A minute of noise, sealed and in the ledger: some 1.5 MB."""
    call_id = new_call_id()
    with ledger.transaction() as session:
        calls.add_call(session, call_id=call_id, hotline="114")
        call = calls.get_call(session, call_id)
    recording = seal(call, Sound(samples=NOISE), settings.spool_dir, Form.of(settings))
    with ledger.transaction() as session:
        judgements.save_recording(session, recording)
    return recording


def in_ledger(ledger: Ledger, call_id: str) -> Recording:
    """As the ledger has it now."""
    with ledger.reading() as session:
        return judgements.get_recording(session, call_id)


def waiting(ledger: Ledger) -> int:
    """How many recordings the ledger says are not in the archive."""
    with ledger.reading() as session:
        return archived.spooled(session).recordings


def spooled_files(settings: Settings) -> list[Path]:
    """What the spool holds."""
    return [path for path in settings.spool_dir.rglob("*.flac*") if path.is_file()]


def test_a_recording_goes_into_the_bucket_and_is_read_by_range(settings: Settings, ledger: Ledger) -> None:
    """By day and number; the spool is free afterwards; a jump reads what was sealed, decrypted."""
    recording = seal_a_call(settings, ledger)
    recordings = Recordings(settings)
    plain = recordings.load(recording).getvalue()  # still from the spool
    assert Archivist(settings, ledger).sweep()
    kept = in_ledger(ledger, recording.call_id)
    assert kept.archived_at is not None
    assert spooled_files(settings) == []
    assert kept.path == f"{recording.path[:10]}/114/{recording.call_id}.flac.enc"
    assert hashlib.sha256(plain).hexdigest() == recording.sha256
    with recordings.open(kept) as file:
        for start, length in ((1_000_000, 70_000), (5, 10), (len(plain) - 3, 100), (300_000, 1)):
            file.seek(start)
            assert file.read(length) == plain[start : start + length]
    assert recordings.seal_holds(kept)


def test_what_lies_in_the_bucket_is_encrypted(settings: Settings, ledger: Ledger, store: ObjectStore) -> None:
    """Who owns the store hears nothing."""
    recording = seal_a_call(settings, ledger)
    Archivist(settings, ledger).sweep()
    stored = store.client().cat_file(f"{BUCKET}/{settings.data_dir.parent.name}/{recording.path}")
    assert stored.startswith(b"HOTLENC")
    assert b"fLaC" not in stored[:4096]


def test_a_store_that_dies_in_the_middle_of_an_upload_loses_nothing(
    settings: Settings, ledger: Ledger, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recording stays in the spool and can be heard; when the store is back the next round takes it."""
    recording = seal_a_call(settings, ledger)
    archivist = Archivist(settings, ledger)
    with capture_logs() as logs, Wire(store.endpoint) as wire:
        monkeypatch.setenv("AWS_ENDPOINT_URL", wire.url)
        wire.after(500_000, store.kill)
        assert not archivist.sweep()
        assert wire.sent_bytes >= 500_000
        assert not archivist.sweep()  # away
        monkeypatch.setenv("AWS_ENDPOINT_URL", store.endpoint)
        assert len(spooled_files(settings)) == 1
        assert Recordings(settings).load(recording)
        assert waiting(ledger) == 1
        store.start()
        assert archivist.sweep()
    assert [line["event"] for line in logs] == ["recording_not_put_away"] * 2 + ["recording_put_away"]
    assert SECRET_KEY not in str(logs)
    assert (spooled_files(settings), waiting(ledger)) == ([], 0)
    assert Recordings(settings).seal_holds(in_ledger(ledger, recording.call_id))


def test_what_is_destroyed_goes_once_the_store_is_back(
    settings: Settings, ledger: Ledger, store: ObjectStore
) -> None:
    """Masked and to be destroyed while the store is away: the object goes with the next sweep."""
    recording = seal_a_call(settings, ledger)
    with ledger.transaction() as session:
        session.get_one(CallRow, recording.call_id).state = CallState.SCORED
    recordings, span = Recordings(settings), Span(start_s=1, end_s=2)
    wish = Wish(call_id=recording.call_id, spans=(span,), why="x", by="root", destroy=True)
    masker = Masker(settings, ledger, recordings)
    archivist = Archivist(settings, ledger)
    archivist.archive.put(settings.spool_dir / recording.path, recording.path)
    store.kill()
    try:
        masked = masker.mask(wish)  # the recording is still in the spool
        assert not archivist.discard()
    finally:
        store.start()
    assert archivist.sweep()
    assert list(recordings.walk()) == [masked.path]
    with ledger.reading() as session:
        assert archived.paths_of(session, recording.call_id) == [masked.path]


def test_a_store_that_is_away_holds_up_neither_sealing_nor_reading(
    settings: Settings, ledger: Ledger, store: ObjectStore
) -> None:
    """Five calls end meanwhile: all are sealed, can be heard, and go when the store is back."""
    store.kill()
    archivist = Archivist(settings, ledger)
    sealed = [seal_a_call(settings, ledger) for _ in range(5)]
    assert not archivist.is_near
    assert not archivist.sweep()
    assert all(Recordings(settings).seal_holds(recording) for recording in sealed)
    assert waiting(ledger) == 5
    store.start()
    assert archivist.sweep()
    assert waiting(ledger) == 0


def test_a_recording_in_a_store_that_is_away_is_told(
    settings: Settings, ledger: Ledger, store: ObjectStore
) -> None:
    """Also when the store goes while a recording is being read: never the silence of a short file."""
    recording = seal_a_call(settings, ledger)
    Archivist(settings, ledger).sweep()
    kept = in_ledger(ledger, recording.call_id)
    recordings = Recordings(settings)
    with recordings.open(kept) as file:
        file.read(1000)
        store.kill()
        with pytest.raises(ArchiveAway, match="it is tried again until it works"):
            file.read()
    with pytest.raises(ArchiveAway):
        recordings.load(kept)
    store.start()
    assert recordings.load(kept)


def test_a_store_that_hangs_is_told_and_used_again_when_it_answers(
    settings: Settings, ledger: Ledger, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and never answers: every question ends, the spool is heard, the rest resumes."""
    monkeypatch.setattr(archive, "CONNECT_S", 1)
    monkeypatch.setattr(archive, "ANSWER_S", 6)  # a busy machine lets a healthy store wait for seconds
    monkeypatch.setattr(archive, "SLOWEST_BYTES_A_S", 3_000_000)
    monkeypatch.setattr(archive, "LISTING_S", 3)
    with Wire(store.endpoint) as wire:
        monkeypatch.setenv("AWS_ENDPOINT_URL", wire.url)
        archivist, recordings = Archivist(settings, ledger), Recordings(settings)
        kept = seal_a_call(settings, ledger)
        assert archivist.sweep()
        kept = in_ledger(ledger, kept.call_id)
        with recordings.open(kept) as file:
            file.read(1000)
            wire.hang()
            waits = seal_a_call(settings, ledger)
            for ask in (
                file.read,
                lambda: archivist.archive.open(kept.path).read(),
                lambda: list(recordings.walk()),
                lambda: archivist.archive.remove("nothing"),
            ):
                with pytest.raises(ArchiveAway, match=r"did not answer|[Tt]imeout"):
                    ask()
            for _ in range(2):
                assert not archivist.sweep()
        assert recordings.seal_holds(waits), "it is heard from the spool"
        wire.flow()
        assert archivist.sweep()
        assert (spooled_files(settings), waiting(ledger)) == ([], 0)
        assert recordings.seal_holds(kept)


def test_wrong_credentials_are_told_and_never_shown(
    settings: Settings, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence that says what to do; the secret is in no log."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-wrong-secret")
    seal_a_call(settings, ledger)
    with capture_logs() as logs:
        assert not Archivist(settings, ledger).sweep()
    assert "it refuses us" in logs[0]["cause"]
    assert "AWS_ACCESS_KEY_ID" in logs[0]["cause"]
    assert "a-wrong-secret" not in str(logs)


def test_a_missing_bucket_is_told(settings: Settings, ledger: Ledger) -> None:
    """Nobody makes a bucket by mistake."""
    lost = settings.model_copy(update={"archive_url": "s3://nowhere/recordings"})
    seal_a_call(lost, ledger)
    with capture_logs() as logs:
        assert not Archivist(lost, ledger).sweep()
    assert "s3://nowhere/recordings" in logs[0]["cause"]
    assert "make the bucket" in logs[0]["cause"]


def test_an_object_that_somebody_removed_is_told(
    settings: Settings, ledger: Ledger, store: ObjectStore
) -> None:
    """It is not taken for a store that is away."""
    recording = seal_a_call(settings, ledger)
    Archivist(settings, ledger).sweep()
    store.client().rm_file(f"{BUCKET}/{settings.data_dir.parent.name}/{recording.path}")
    with pytest.raises(NotFound, match="bring it back"):
        Recordings(settings).load(in_ledger(ledger, recording.call_id))


def test_without_the_extra_the_sentence_says_what_to_install(settings: Settings) -> None:
    """The client of S3 is large, and a local archive needs none."""
    program = (
        "import sys; sys.modules['s3fs'] = None\n"
        "from recorder.archive import Store\n"
        "Store('s3://bucket/folder').remove('x')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "pip install 'hotline[s3]'" in done.stderr


def test_credentials_have_no_place_in_the_url() -> None:
    """A URL is logged, a secret is not."""
    with pytest.raises(SettingsError, match="AWS_SECRET_ACCESS_KEY") as told:
        open_archive(Settings(archive_url="s3://me:secret@bucket/folder"))
    assert "me:secret" not in str(told.value)
