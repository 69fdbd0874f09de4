"""Retention deletes whole or not at all, and never what is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from hotline.reconciling import reconcile_calls
from hotline.retaining import delete_due
from ledger import archived, calls, holds, judgements
from ledger.clock import now
from ledger.errors import ArchiveAway, Conflict
from ledger.settings import Settings
from ledger.tables import CallRow
from recorder.archive import Folder
from recorder.archivist import Archivist
from recorder.retention import Retention
from tests.hotline.keeping import ALL, PHONE, SECRET, due_ids, everything_in, keep
from tests.recorder.chaining import Archive


def test_all_that_is_personal_goes_together_and_the_chain_still_verifies(
    archive: Archive, settings: Settings
) -> None:
    """Nothing of it is found in any table or folder; its row still counts; another call is untouched."""
    keep(archive, "old")
    keep(archive, "young", age_days=3)
    deleted = delete_due(settings, archive.ledger, ALL)
    assert [due.call.call_id for due in deleted] == ["old"]
    left_over = everything_in(archive).count(SECRET)
    assert left_over == 5 + 1, "turns, text, search, evidence, reason, comment of one call"
    assert not list(settings.data_dir.rglob("old.flac"))
    with archive.ledger.reading() as session:
        left, other = calls.get_call(session, "old"), calls.get_call(session, "young")
        assert archived.discarded(session) == []
    assert (left.caller, left.facts, left.sip_call_id) == (None, {}, None)
    assert (left.desk, left.operator, left.score) == ("114", "8001", 80)
    assert other.caller == PHONE
    assert archive.verify().problems == []
    account = reconcile_calls(archive.ledger, archive.shelf, settings.capture_dir)
    assert account.is_clean, account
    assert account.explanations["deleted_by_retention"] == account.recorded == 1


def test_a_hold_beats_every_rule_also_one_set_meanwhile(archive: Archive, settings: Settings) -> None:
    """Set between the look and the deletion it still saves the call; released, the call goes."""
    keep(archive, "a")
    retention = Retention(archive.ledger, ALL)
    (due,) = retention.due()
    with archive.ledger.transaction() as session:
        holds.set_hold(session, "a", by="lawyer", why="case 7")
    assert not retention.delete(due)
    assert retention.due() == []
    with archive.ledger.transaction() as session:
        with pytest.raises(Conflict):
            holds.set_hold(session, "a", by="lawyer", why="again")
        holds.release(session, "a", by="judge", why="closed")
    assert len(delete_due(settings, archive.ledger, ALL)) == 1
    with archive.ledger.transaction() as session:
        with pytest.raises(Conflict):
            holds.set_hold(session, "a", by="lawyer", why="too late")
        (told,) = holds.of_call(session, "a")
    assert (told.set_by, told.why, told.released_by) == ("lawyer", "case 7", "judge")


@pytest.mark.parametrize("state", ["claimed", "spooled"])
def test_what_is_being_worked_on_or_waits_for_the_archive_stays(archive: Archive, state: str) -> None:
    """A worker would write a transcript of what is gone; another machine's spool is out of reach."""
    keep(archive, "a")
    with archive.ledger.transaction() as session:
        if state == "claimed":
            session.get_one(CallRow, "a").claimed_until = now() + timedelta(minutes=1)
        else:
            archived.mark_spooled(session, judgements.get_recording(session, "a"))
    assert due_ids(archive, *ALL) == []


def test_a_store_that_is_away_is_asked_again(
    archive: Archive, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows go at once; the file waits, verifying says nothing of it, the next sweep removes it."""
    keep(archive, "a")

    def refuse(_self: Folder, _path: str) -> None:
        raise ArchiveAway("the archive is away; it is tried again")

    with monkeypatch.context() as patch:
        patch.setattr(Folder, "remove", refuse)
        assert len(delete_due(settings, archive.ledger, ALL)) == 1
        assert list(settings.data_dir.rglob("a.flac"))
        assert archive.verify().problems == []
    archivist = Archivist(settings, archive.ledger)
    assert archivist.discard()
    assert not list(settings.data_dir.rglob("a.flac"))
    assert archivist.discard(), "nothing is left to do"


def test_a_file_that_was_removed_before_a_crash_counts_as_removed(
    archive: Archive, settings: Settings
) -> None:
    """The crash came between the file and its row."""
    keep(archive, "a")
    retention = Retention(archive.ledger, ALL)
    assert retention.delete(retention.due()[0])
    next(settings.data_dir.rglob("a.flac")).unlink()
    assert Archivist(settings, archive.ledger).discard()
    with archive.ledger.reading() as session:
        assert archived.discarded(session) == []


def test_a_masked_calls_original_goes_too(archive: Archive, settings: Settings) -> None:
    """Whatever was kept of it beside the recording."""
    keep(archive, "a")
    path = next(settings.recordings_dir.rglob("a.flac"))
    path.with_name("a.m1.flac").write_bytes(path.read_bytes())
    with archive.ledger.transaction() as session:
        recording = judgements.get_recording(session, "a")
        archived.keep_original(session, replace(recording, path=recording.path.replace(".flac", ".m1.flac")))
    retention = Retention(archive.ledger, ALL)
    assert retention.delete(retention.due()[0])
    assert Archivist(settings, archive.ledger).discard()
    assert list(settings.recordings_dir.rglob("*.flac")) == []
    assert archive.verify().is_clean


def test_a_forged_removal_costs_no_recording(archive: Archive, settings: Settings) -> None:
    """What is a recording's file stays."""
    keep(archive, "a")
    with archive.ledger.transaction() as session:
        path = judgements.get_recording(session, "a").path
        session.execute(
            text("INSERT INTO discarded (path, call_id, at) VALUES (:path, 'a', '2026-01-01 00:00:00')"),
            {"path": path},
        )
    assert Archivist(settings, archive.ledger).discard()
    assert archive.verify().problems == []


def test_a_spool_that_still_has_a_deleted_recording_is_cleared(archive: Archive, settings: Settings) -> None:
    """Another machine deleted it while a copy lay here."""
    keep(archive, "a")
    path = next(settings.recordings_dir.rglob("a.flac"))
    left = settings.spool_dir / path.relative_to(settings.recordings_dir)
    left.parent.mkdir(parents=True)
    left.write_bytes(path.read_bytes())
    retention = Retention(archive.ledger, ALL)
    assert retention.delete(retention.due()[0])
    with archive.ledger.transaction() as session:
        archived.forget_discarded(session, path.relative_to(settings.recordings_dir).as_posix())
    assert Archivist(settings, archive.ledger).sweep()
    assert not left.exists()


def test_an_audit_names_a_deleted_call_whose_rows_come_back(archive: Archive, settings: Settings) -> None:
    """The tombstone is checked, not only believed."""
    keep(archive, "a")
    with archive.ledger.reading() as session:
        recording = judgements.get_recording(session, "a")
    delete_due(settings, archive.ledger, ALL)
    with archive.ledger.transaction() as session:
        judgements.save_recording(session, recording)
    assert [problem.fault for problem in archive.verify().problems] == ["still_there"]
