"""Retention deletes what the plan keeps no longer, whole or not at all, and never what is held."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hotline.reconciling import reconcile_calls
from hotline.retaining import delete_due
from ledger import archived, calls, holds, judgements, messages
from ledger.clock import now
from ledger.database import open_ledger
from ledger.errors import ArchiveAway, Conflict
from ledger.records import Evidence, Finding, Recording, Scorecard, Transcript, Turn
from ledger.settings import Settings, load_settings, prepare_data_dir
from ledger.states import ChainKind, Decision, Result, Role, UserRole, Verdict
from ledger.tables import Base, CallRow
from ledger.users import save_user
from recorder.archive import Folder
from recorder.archivist import Archivist
from recorder.retention import Retention, Rule
from sip_config.load import load_plan
from tests.hotline.command import assert_one_sentence, hotline
from tests.recorder.chaining import Archive

SECRET = "密码是四二七"
PHONE = "13800000001"
ALL = (Rule(days=30),)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data directory."""
    made = load_settings(data_dir=tmp_path)
    prepare_data_dir(made)
    return made


@pytest.fixture
def archive(settings: Settings) -> Archive:
    """Its ledger and recordings, empty."""
    return Archive(ledger=open_ledger(settings), folder=settings.recordings_dir)


def keep(
    archive: Archive, call_id: str, *, age_days: int = 100, desk: str = "114", flagged: bool = False
) -> None:
    """A call that was recorded so long ago, transcribed, judged, reviewed, and left a message."""
    recording = archive.seal(call_id, now() - timedelta(days=age_days))
    with archive.ledger.transaction() as session:
        archived.mark_archived(session, judgements.get_recording(session, call_id), None)
        session.get_one(CallRow, call_id).desk = desk
        judge(session, recording, flagged=flagged)
        messages.keep_voicemail(session, call_id=call_id, desk=desk, start_s=1, end_s=2)
        messages.ask_call_back(session, call_id=call_id, desk=desk, number=PHONE)


def judge(session: Session, recording: Recording, *, flagged: bool) -> None:
    """What was heard and found, and a decision on it."""
    call_id = recording.call_id
    turn = Turn(role=Role.CALLER, start_s=0, end_s=1, text=SECRET)
    transcript = Transcript(
        model="small", model_sha256="0" * 64, recording_sha256=recording.sha256, turns=(turn,)
    )
    evidence = Evidence(start_s=0, end_s=1, text=SECRET, likeness=1)
    finding = Finding(rule="greeting", verdict=Verdict.FAIL, evidence=evidence, reason=SECRET)
    card = Scorecard(
        pack="p", pack_version="1", score=80, flags=("greeting",) if flagged else (), findings=(finding,)
    )
    transcript_id = judgements.save_transcript(session, call_id, transcript)
    judgements.save_scorecard(session, call_id, transcript_id, card)
    saved = judgements.newest_scorecard(session, call_id)
    assert saved is not None
    judgements.save_review(session, saved.findings[0].id or 0, 1, Decision.CONFIRMED, SECRET)
    session.get_one(CallRow, call_id).state = "scored"


@pytest.fixture(autouse=True)
def monitor(archive: Archive) -> None:
    """Somebody who reviews: user 1."""
    with archive.ledger.transaction() as session:
        save_user(session, name="wang", display_name="王", role=UserRole.MONITOR, password_hash="x")


def due_ids(archive: Archive, *rules: Rule) -> list[str]:
    """What these rules would delete."""
    return [due.call.call_id for due in Retention(archive.ledger, rules).due()]


def everything_in(archive: Archive) -> str:
    """All rows of all tables, as text."""
    with archive.ledger.reading() as session:
        return "\n".join(
            str(row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))
        )


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


def test_the_first_rule_that_matches_counts(archive: Archive) -> None:
    """By desk, result and flags; without days for ever; without any rule everything stays."""
    keep(archive, "plain")
    keep(archive, "flagged", flagged=True)
    keep(archive, "other", desk="12345")
    rules = (Rule(flagged=True, days=365), Rule(desk="12345"), Rule(result=Result.SERVED, days=90))
    assert due_ids(archive, *rules) == ["plain"]
    assert due_ids(archive, Rule(desk="12345", days=99), Rule(days=101)) == ["other"]
    assert due_ids(archive, Rule(result=Result.ABANDONED, days=1)) == []
    assert due_ids(archive) == []


def test_a_call_that_nobody_has_judged_waits_for_rules_that_ask_for_flags(archive: Archive) -> None:
    """It may still be flagged; the rule after it must not take it meanwhile."""
    keep(archive, "a")
    with archive.ledger.transaction() as session:
        session.get_one(CallRow, "a").state = "transcribed"
    assert due_ids(archive, Rule(flagged=True, days=365), Rule(days=30)) == []
    assert due_ids(archive, Rule(days=30)) == ["a"]


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
        holds.release(session, "a", by="judge")
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


def plan_file(folder: Path, keeps: str) -> Path:
    """The standard plan with these rules."""
    standard = Path(load_plan.__code__.co_filename).with_name("standard_plan.yaml")
    file = folder / "plan.yaml"
    file.write_text(f"{standard.read_text()}\nrecordings:\n  keep: {keeps}\n")
    return file


def test_the_command_says_what_would_go_then_deletes_it(archive: Archive, settings: Settings) -> None:
    """Counts by desk and rule, ids in JSON; a dry run changes nothing; holds are told."""
    for call_id in ("a", "b", "held"):
        keep(archive, call_id)
    plan = plan_file(settings.data_dir, "[{desk: 114, result: served, days: 30}]".replace("114", '"114"'))
    data = settings.data_dir
    held = hotline("hold", "set", "held", "--why", "case 7", "--by", "law", data=data)
    assert held.status == 0, held.err
    before = everything_in(archive)
    dry = hotline("retention", "run", "--dry-run", "--json", "--plan", plan, data=data)
    assert dry.status == 0, dry.err
    assert everything_in(archive) == before
    assert sorted(dry.document["calls"]) == ["a", "b"]
    assert dry.document["counts"] == [{"desk": "114", "rule": "114, served: 30 days", "recordings": 2}]
    assert "2 recordings were deleted" in hotline("retention", "run", "--plan", plan, data=data).out
    with archive.ledger.reading() as session:
        kinds = session.scalars(
            text("SELECT kind FROM chain WHERE call_id IN ('a','b') ORDER BY number")
        ).all()
    assert kinds.count(ChainKind.DELETED) == 2
    (listed,) = hotline("hold", "list", "--json", data=data).document
    assert (listed["call_id"], listed["why"], listed["set_by"]) == ("held", "case 7", "law")
    assert hotline("hold", "release", "held", data=data).status == 0
    assert_one_sentence(hotline("hold", "release", "held", data=data), "is not held")
    assert_one_sentence(hotline("hold", "set", "nobody", "--why", "x", data=data), "there is no call")


@pytest.mark.parametrize(
    ("keeps", "says"),
    [
        ("[{desk: nowhere, days: 3}]", "there is no desk 'nowhere'"),
        ("[{days: 0}]", "must be at least 1, here is 0"),
        ("[{dayz: 3}]", "did you mean 'days'"),
        ("[{result: lost, days: 3}]", "must be 'served'"),
        ("[{flagged: perhaps, days: 3}]", "must be true or false"),
        ("{days: 3}", "must be a list"),
    ],
)
def test_rules_with_mistakes_are_told_with_their_line(tmp_path: Path, keeps: str, says: str) -> None:
    """And nothing is deleted by half of a plan."""
    plan = plan_file(tmp_path, keeps)
    line = plan.read_text().count("\n")
    answer = hotline("retention", "run", "--plan", plan, data=tmp_path / "data")
    assert_one_sentence(answer, says)
    assert f"plan.yaml:{line}: recordings.keep" in answer.err
