"""Retention where an installation has grown: the ledger on PostgreSQL, recordings in an object store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from hotline.retaining import delete_due
from ledger import archived, holds
from ledger.database import Ledger, open_ledger
from ledger.settings import Settings, prepare_data_dir
from recorder.archivist import Archivist
from recorder.retention import Retention
from tests.hotline.keeping import ALL, SECRET, due_ids, everything_in, keep
from tests.recorder.chaining import Archive
from tests.recorder.object_store import BUCKET, ObjectStore, running_store

SOMEBODY_WAITS = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


@pytest.fixture
def postgres_archive(tmp_path: Path, postgres_url: str) -> Iterator[Archive]:
    """A ledger on a real PostgreSQL, recordings in a folder."""
    settings = Settings(data_dir=tmp_path, database_url=postgres_url)
    prepare_data_dir(settings)
    with closing(open_ledger(settings)) as ledger:
        yield Archive(ledger=ledger, folder=settings.recordings_dir)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ObjectStore]:
    """A real S3-compatible server."""
    (tmp_path / "store").mkdir()
    with running_store(tmp_path / "store") as running:
        yield running


def wait_until_somebody_waits(ledger: Ledger) -> None:
    """Until a transaction stands at a lock of another one."""
    give_up_s = time.monotonic() + 30
    while True:
        with ledger.reading() as session:
            if session.scalar(SOMEBODY_WAITS):
                return
        assert time.monotonic() < give_up_s, "nobody waits"
        time.sleep(0.02)  # polling the server


def test_on_postgresql_all_of_a_call_goes_but_one_that_is_held_at_that_moment(
    postgres_archive: Archive, tmp_path: Path
) -> None:
    """The deletion waits for the hold's transaction and sees it; the other call goes whole."""
    archive = postgres_archive
    keep(archive, "old")
    keep(archive, "held")
    keep(archive, "young", age_days=3)
    retention = Retention(archive.ledger, ALL)
    due = {found.call.call_id: found for found in retention.due()}
    assert set(due) == {"old", "held"}
    with ThreadPoolExecutor(1) as pool:
        with archive.ledger.transaction() as session:
            holds.set_hold(session, "held", by="lawyer", why="case 7")
            session.flush()
            deletion = pool.submit(retention.delete, due["held"])
            wait_until_somebody_waits(archive.ledger)
        assert deletion.result() is False
    settings = Settings(data_dir=tmp_path, database_url=archive.ledger.url)
    assert [gone.call.call_id for gone in delete_due(settings, archive.ledger, ALL)] == ["old"]
    assert everything_in(archive).count(SECRET) == 2 * (5 + 1), "of the two calls that stay"
    assert {path.name for path in archive.folder.rglob("*.flac")} == {"held.flac", "young.flac"}
    assert archive.verify().problems == []


def test_in_an_object_store_what_is_due_goes_also_after_an_outage(
    settings: Settings, books: Ledger, store: ObjectStore
) -> None:
    """Rows go while the store is away, the object as soon as it is back; nothing else is removed."""
    url = f"s3://{BUCKET}/recordings"
    settings = settings.model_copy(update={"archive_url": url})
    archive = Archive(ledger=books, folder=settings.spool_dir, archive_url=url)
    for call_id, age_days in (("old", 100), ("young", 3)):
        keep(archive, call_id, age_days=age_days, spooled=True)
    archivist = Archivist(settings, books)
    assert archivist.sweep()
    assert names_in(store) == {"old.flac", "young.flac"}
    store.kill()
    assert len(delete_due(settings, books, ALL)) == 1
    assert due_ids(archive, *ALL) == []
    store.start()
    assert names_in(store) == {"old.flac", "young.flac"}
    assert archivist.discard()
    assert names_in(store) == {"young.flac"}
    with books.reading() as session:
        assert archived.discarded(session) == []
    assert archive.verify().problems == []


def names_in(store: ObjectStore) -> set[str]:
    """The recordings' objects."""
    return {str(path).rpartition("/")[2] for path in store.client().find(f"{BUCKET}/recordings")}
