"""The chain grows without gaps or forks, whoever writes and whatever the clock says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ledger import audit, chain, judgements
from ledger.audit_actions import AuditAction
from ledger.chain import START, ChainEntry, Scope
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import SettingsError
from ledger.imports import Told, begin_import
from ledger.states import ChainKind
from ledger.tables import CallRow, ChainRow
from recorder.adopting import adopt_recordings
from recorder.chain import append, link_of
from recorder.facts import canonical, hash_facts
from recorder.links import Links, head_document
from recorder.problems import Fault
from tests.recorder.chaining import NOON, Archive

DAY, NEXT_DAY = date(2026, 1, 2), date(2026, 1, 3)
THREADS, EACH = 8, 12


@pytest.fixture
def archive(ledger: Ledger, tmp_path: Path) -> Archive:
    """Empty."""
    return Archive(ledger=ledger, folder=tmp_path / "recordings")


@pytest.fixture
def postgres_ledger(postgres_url: str) -> Iterator[Ledger]:
    """A migrated ledger on a real PostgreSQL."""
    with closing(Ledger(postgres_url)) as opened:
        yield opened


def entries_of(ledger: Ledger) -> list[ChainEntry]:
    """The whole chain."""
    with ledger.reading() as session:
        return chain.page(session, Scope(), None, 10_000)


def faults(archive: Archive, **options: object) -> set[Fault]:
    """What verifying finds."""
    return {problem.fault for problem in archive.verify(**options).problems}  # type: ignore[arg-type]


def test_each_day_begins_with_the_head_of_the_last_day_that_had_entries(archive: Archive) -> None:
    """The first opening carries zeros; a day without calls is left out."""
    archive.seal("a", NOON)
    archive.seal("b", NOON)
    archive.seal("c", NOON + timedelta(days=3))
    told = [(entry.day.day, entry.number, entry.kind, entry.call_id) for entry in entries_of(archive.ledger)]
    assert told == [
        (2, 0, "opening", None),
        (2, 1, "sealed", "a"),
        (2, 2, "sealed", "b"),
        (5, 0, "opening", None),
        (5, 1, "sealed", "c"),
    ]
    entries = entries_of(archive.ledger)
    assert entries[0].prev_sha256 == START
    assert entries[3].prev_sha256 == entries[2].link_sha256
    assert archive.verify().is_clean


def test_a_clock_that_steps_back_never_writes_into_an_earlier_day(archive: Archive) -> None:
    """The newest day stays; the entry says honestly what the clock said."""
    archive.seal("a", NOON + timedelta(days=1))
    archive.seal("b", NOON)
    newest = entries_of(archive.ledger)[-1]
    assert (newest.day, newest.number, newest.at) == (NEXT_DAY, 2, NOON)
    assert archive.verify().is_clean


def test_facts_and_links_are_the_same_bytes_everywhere() -> None:
    """The documented encodings, computed by hand elsewhere; a float is refused."""
    document = canonical({"b": "查号", "a": [1, None, True]})
    assert document == '{"a":[1,null,true],"b":"查号"}'
    assert hash_facts("{}") == "8b0ba06f4cd7076dfd696ccda059af5ec9390fb409e0020f56076cbe833edd31"
    with pytest.raises(TypeError, match="fixed decimals"):
        canonical({"seconds": 0.1})


def test_eight_threads_append_to_one_chain_without_gap_or_fork(postgres_ledger: Ledger) -> None:
    """On PostgreSQL, where writers really meet: every number once, every link on the one before."""

    def write(thread: int) -> None:
        for count in range(EACH):
            with postgres_ledger.transaction() as session:
                append(session, ChainKind.LOST, f"{thread}-{count}", None, {"cause": "disk full"})

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(THREADS)))
    entries = entries_of(postgres_ledger)
    assert list(Links(None).check(entries)) == []
    written = [entry.call_id for entry in entries if entry.kind != ChainKind.OPENING]
    assert len(written) == len(set(written)) == THREADS * EACH


def test_eight_threads_write_one_audit_log(postgres_ledger: Ledger) -> None:
    """PostgreSQL lets all write at once: they take turns, and every row follows the one before."""

    def write(number: int) -> None:
        with postgres_ledger.transaction() as session:
            act = audit.Act(user="li", action=AuditAction.LISTENED, call_id=f"call-{number}")
            audit.write(session, act)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(write, range(50)))
    with postgres_ledger.reading() as session:
        assert audit.head(session)[0] == 50
        assert list(audit.problems(session)) == []


def test_postgresql_gives_back_what_was_sealed(postgres_ledger: Ledger, tmp_path: Path) -> None:
    """Times, decimals and marks are the same after another database has had them."""
    archive = Archive(ledger=postgres_ledger, folder=tmp_path / "recordings")
    archive.seal("a", NOON)
    assert archive.verify().is_clean
    with postgres_ledger.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE calls SET queue_wait_s = 0.2, caller = '1' WHERE id = 'a'")
    (problem,) = archive.verify().problems
    assert problem.says.endswith("was sealed with other values of the call's caller, queue_wait_s")


def test_an_append_that_is_rolled_back_leaves_no_gap(ledger: Ledger) -> None:
    """A stage that fails after its entry was made takes the entry with it."""

    def fail() -> None:
        with ledger.transaction() as session:
            append(session, ChainKind.LOST, "a", None, {})
            raise RuntimeError("the stage failed")

    with pytest.raises(RuntimeError):
        fail()
    with ledger.transaction() as session:
        entry = append(session, ChainKind.LOST, "b", None, {})
    assert entry.number == 1


def test_a_deleted_recording_leaves_a_tombstone_and_no_facts(archive: Archive) -> None:
    """The chain verifies without what was deleted; what should be gone and is not, is told."""
    recording = archive.seal("a")
    archive.seal("b")
    archive.delete("a")
    assert archive.verify().is_clean
    with archive.ledger.reading() as session:
        assert set(chain.documents(session, [(DAY, 1), (DAY, 3)])) == {(DAY, 3)}
    (archive.folder / recording.path).write_bytes(b"kept aside")
    assert faults(archive) == {Fault.FILE_INSERTED}


def test_only_exported_heads_betray_a_chain_that_was_written_anew(archive: Archive, tmp_path: Path) -> None:
    """Whoever may write everything can make a chain that is whole in itself, but not with the same heads."""
    archive.seal("a")
    archive.seal("b")
    with archive.ledger.reading() as session:
        (head,) = chain.day_heads(session)
    told = head_document(head)
    assert (told["day"], told["entries"], told["sealed"]) == ("2026-01-02", 2, 2)
    heads = tmp_path / "heads.jsonl"
    heads.write_text(json.dumps(told) + "\n")
    archive.seal("c")  # the day goes on after the export
    assert archive.verify(heads=heads).is_clean
    rewrite(archive, "b")
    assert archive.verify().is_clean
    assert faults(archive, heads=heads) == {Fault.HEAD_DIFFERS}


def test_a_chain_whose_end_was_cut_with_everything_is_known_by_its_heads(
    archive: Archive, tmp_path: Path
) -> None:
    """Entry, facts, rows and file of the newest call are gone: the sentence says where the chain was cut."""
    archive.seal("a")
    archive.seal("b")
    heads = tmp_path / "heads.jsonl"
    with archive.ledger.reading() as session:
        heads.write_text("\n".join(json.dumps(head_document(head)) for head in chain.day_heads(session)))
    with archive.ledger.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM chain WHERE number = 2")
        for table in ("sealed_facts", "recordings", "search_texts", "transcripts"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE call_id = 'b'")
        connection.exec_driver_sql("DELETE FROM calls WHERE id = 'b'")
    next(archive.folder.rglob("b.flac")).unlink()
    assert archive.verify().is_clean
    (problem,) = archive.verify(heads=heads).problems
    assert "the chain of 2026-01-02 is cut: entry no. 2" in problem.says


@pytest.mark.parametrize("text", ["not json", '{"day": "2026-13-01"}', '{"day": "2026-01-02", "entries": 1}'])
def test_a_file_that_holds_no_heads_is_told(archive: Archive, tmp_path: Path, text: str) -> None:
    """One sentence with the line."""
    (tmp_path / "heads").write_text(text)
    with pytest.raises(SettingsError, match="heads line 1 is no head"):
        archive.verify(heads=tmp_path / "heads")


def test_a_day_and_a_call_can_be_verified_alone(archive: Archive) -> None:
    """Only what belongs to them is looked at, and it is looked at whole."""
    archive.seal("a", NOON)
    archive.seal("b", NOON + timedelta(days=1))
    broken = next(archive.folder.rglob("b.flac"))
    broken.write_bytes(b"x")
    assert archive.verify(Scope(first=DAY, last=DAY)).is_clean
    assert archive.verify(Scope(call_id="a")).is_clean
    assert archive.verify(Scope(call_id="a")).recordings == 1
    assert faults(archive, scope=Scope(first=NEXT_DAY, last=NEXT_DAY)) == {Fault.AUDIO_CHANGED}
    assert faults(archive, scope=Scope(call_id="b")) == {Fault.AUDIO_CHANGED}


def test_what_is_being_written_is_no_stranger(archive: Archive) -> None:
    """A part that grows, and a file that was renamed a moment before its row is there."""
    archive.add_call("a")
    (archive.folder / "2026-01-02/114/b.part").write_bytes(b"half")
    assert archive.verify().is_clean


def test_an_old_recording_that_is_being_brought_in_is_no_stranger(archive: Archive) -> None:
    """Its row has the time of long ago that `hotline import --at` gave it; the import's claim counts."""
    told = Told(hotline="114", received_at=NOON - timedelta(days=900))
    with archive.ledger.transaction() as session:
        call_id = begin_import(session, "1" * 64, "a.wav", told, "worker")
    file = archive.folder / f"2023-07-17/114/{call_id}.flac"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"sealed, and its row comes in a moment")
    assert archive.verify().problems == []
    with archive.ledger.transaction() as session:
        session.get_one(CallRow, call_id).claimed_until = now() - timedelta(seconds=1)
    assert faults(archive) == {Fault.FILE_INSERTED}, "what was broken off is told"


def test_recordings_older_than_the_chain_are_entered_as_such(archive: Archive) -> None:
    """What still matches its own hash gets an entry that says when it was adopted; what does not is told."""
    for call_id in ("a", "b"):
        recording = archive.add_call(call_id)
        with archive.ledger.transaction() as session:
            judgements.save_recording(session, recording)
    next(archive.folder.rglob("b.flac")).write_bytes(b"other")
    adoption = adopt_recordings(archive.ledger, archive.shelf)
    assert adoption.adopted == ["a"]
    assert adoption.refused == [
        "the recording 2026-01-02/114/b.flac of call b is not the one that was sealed"
    ]
    assert [entry.kind for entry in entries_of(archive.ledger)] == ["opening", "adopted"]
    assert faults(archive) == {Fault.RECORDING_INSERTED}


def rewrite(archive: Archive, call_id: str) -> None:
    """Change a call and all that tells of it, and compute every link again."""
    with archive.ledger.transaction() as session:
        entry = chain.of_calls(session, [call_id])[call_id][0]
        ((_, document),) = chain.documents(session, [entry.place]).values()
        forged = document.replace("13800000001", "13800000002")
        prev = entry.prev_sha256
        for later in [entry, *chain.page(session, Scope(), entry.place, 100)]:
            facts = hash_facts(forged) if later == entry else later.facts_sha256
            changed = replace(later, prev_sha256=prev, facts_sha256=facts)
            row = session.get_one(ChainRow, later.place)
            row.prev_sha256, row.facts_sha256, row.link_sha256 = prev, facts, link_of(changed)
            prev = row.link_sha256
        session.connection().exec_driver_sql(
            "UPDATE sealed_facts SET document = ? WHERE call_id = ?", (forged, call_id)
        )
        session.connection().exec_driver_sql(
            "UPDATE calls SET caller = '13800000002' WHERE id = ?", (call_id,)
        )
