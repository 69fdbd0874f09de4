"""Masked spans: silent in the sound, ＊ in every text, and the chain tells of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from ledger import archived, audit, chain, holds, judgements
from ledger.errors import Conflict, SettingsError
from ledger.records import (
    Recording,
)
from ledger.states import CallState, ChainKind, Decision, UserRole
from ledger.tables import Base, CallRow, DiscardedRow, FindingRow, OriginalRow, ReviewRow, TranscriptRow
from ledger.users import find_user, save_user
from recorder.masking import masks_of
from recorder.peaks import unpack
from tests.recorder.house import CALL, RATE_HZ, SECRET, House


def test_the_span_is_silent_and_nothing_else_changes(house: House) -> None:
    """Length, timeline and every sample outside are as they were; the file stays encrypted if it was."""
    before = house.samples()
    masked = house.mask()
    after = house.samples()
    span = slice(3 * RATE_HZ, 5 * RATE_HZ)
    assert not after[span].any()
    assert np.array_equal(np.delete(before, span, 0), np.delete(after, span, 0))
    assert len(before) == len(after)
    original = house.original()
    assert original is not None
    assert masked.path == original.path.replace(f"{CALL}.", f"{CALL}.m1.")
    assert np.array_equal(house.samples(original), before)
    assert house.verify().problems == []


def test_one_channel_may_be_masked_alone(house: House) -> None:
    """The caller's voice and words go, the operator's stay."""
    house.mask(3, 5, channel=0)
    after = house.samples()[3 * RATE_HZ : 5 * RATE_HZ]
    assert not after[:, 0].any()
    assert np.abs(after[:, 1]).max() > 7000
    with house.ledger.reading() as session:
        found = judgements.newest_transcript(session, CALL)
    assert found is not None
    assert [turn.text for turn in found[1].turns] == ["卡号＊＊＊＊＊＊，谢谢", "好的"]


def test_no_table_tells_what_is_masked(house: House) -> None:
    """Not in old transcripts, words, search text, evidence, reasons or comments."""
    with house.ledger.transaction() as session:
        save_user(session, name="li", display_name="李", role=UserRole.MONITOR, password_hash="x")
        session.flush()
        user = find_user(session, "li")
        assert user is not None
        for finding_id in session.scalars(select(FindingRow.id)).all():
            comment = f"客户说了{SECRET}"
            judgements.save_review(session, finding_id, user[0].id, Decision.CONFIRMED, comment)
    house.mask()
    with house.ledger.reading() as session:
        for row in session.scalars(select(TranscriptRow)):
            assert row.text == "卡号＊＊＊＊＊＊，谢谢\n＊＊"
            assert [word["text"] for word in row.turns[0]["words"]] == ["卡号", "＊＊＊", "＊＊＊", "谢谢"]
        for finding in session.scalars(select(FindingRow)):
            assert finding.text == "＊＊＊＊＊＊，谢谢"
            assert SECRET[:2] not in finding.reason
            assert finding.reason.endswith("谢谢”")
        assert set(session.scalars(select(ReviewRow.comment))) == {"客户说了＊＊＊＊＊＊"}
    with house.ledger.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows = str(session.execute(select(table)).all())
            assert not any(part in rows for part in (SECRET[:3], SECRET[3:])), table.name


def test_the_peaks_are_silent_too(house: House) -> None:
    """The waveform does not show how loud the masked voice was."""
    house.mask()
    with house.ledger.reading() as session:
        recording = judgements.get_recording(session, CALL)
        levels = judgements.find_peaks(session, recording)
    assert levels is not None
    left, right = unpack(levels, 2, 10)
    assert left[3] == left[4] == right[3] == right[4] == 0
    assert min(left[2], left[5], right[2], right[5]) > 0.2


def test_masks_add_up_and_one_original_is_kept(house: House) -> None:
    """The second mask keeps the first one's silence; the version between them is removed."""
    house.mask(3, 5)
    first = house.original()
    masked = house.mask(7, 8)
    after = house.samples()
    assert not after[3 * RATE_HZ : 5 * RATE_HZ].any()
    assert not after[7 * RATE_HZ : 8 * RATE_HZ].any()
    assert house.original() == first
    assert first is not None
    assert sorted(house.files()) == sorted([first.path, masked.path])
    with house.ledger.reading() as session:
        assert archived.paths_of(session, CALL) == sorted([first.path, masked.path])
        told = masks_of(session, CALL)
    assert [mask["spans"][0]["start_s"] for mask in told] == ["3.000000", "7.000000"]
    assert {mask["by"] for mask in told} == {"root"}
    assert house.verify().problems == []


def test_destroying_leaves_nothing_but_the_masked_version(house: House) -> None:
    """All earlier versions go from disk and rows, also one that was kept before; the chain says so."""
    house.mask(3, 5)
    masked = house.mask(7, 8, destroy=True)
    assert house.files() == [masked.path]
    assert house.original() is None
    with house.ledger.reading() as session:
        entry = chain.newest_entry(session, CALL)
        assert entry is not None
        assert entry.kind == ChainKind.MASKED
        assert [mask["original"]["state"] for mask in masks_of(session, CALL)] == ["kept", "destroyed"]
    assert house.verify().problems == []


def test_a_hold_keeps_the_original_from_being_destroyed(house: House) -> None:
    """It beats everything: nothing is masked, and the sentence says what may be done instead."""
    before = house.files()
    with house.ledger.transaction() as session:
        holds.set_hold(session, CALL, by="root", why="案件")
    with pytest.raises(Conflict, match="mask it without destroying the original, or release it"):
        house.mask(destroy=True)
    assert house.files() == before
    house.mask()
    assert house.original() is not None


def _flip(house: House, original: Recording) -> None:
    path = house.settings.recordings_dir / original.path
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)


def _remove(house: House, original: Recording) -> None:
    (house.settings.recordings_dir / original.path).unlink()


def _forget(house: House, _original: Recording) -> None:
    with house.ledger.transaction() as session:
        session.execute(delete(OriginalRow))


def _rename(house: House, _original: Recording) -> None:
    with house.ledger.transaction() as session:
        session.execute(update(OriginalRow).values(sha256="0" * 64))


@pytest.mark.parametrize("change", [_flip, _remove, _forget, _rename])
def test_a_changed_original_is_found(house: House, change: Callable[[House, Recording], None]) -> None:
    """A byte, the file, its row or the row's hash: each is a problem that names the call."""
    house.mask()
    original = house.original()
    assert original is not None
    change(house, original)
    problems = house.verify().problems
    assert problems
    assert {problem.call_id for problem in problems} == {CALL}


def test_an_original_that_should_be_destroyed_is_found(house: House) -> None:
    """Somebody brought a copy back, with a row of it."""
    with house.ledger.reading() as session:
        before = judgements.get_recording(session, CALL)
    house.mask(destroy=True)
    with house.ledger.transaction() as session:
        archived.keep_original(session, before)
    assert "still_there" in {problem.fault for problem in house.verify().problems}


def test_a_death_in_the_middle_leaves_the_recording_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file is there, the transaction never came: nothing is in force, and the sweep removes it."""
    before = house.samples()

    def die(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("recorder.masking._put_in_force", die)
        with pytest.raises(KeyboardInterrupt):
            house.mask()
    assert np.array_equal(house.samples(), before)
    assert house.verify().problems == []
    assert house.archivist.sweep()
    assert len(house.files()) == 1
    with house.ledger.reading() as session:
        assert session.scalars(select(DiscardedRow)).all() == []


def test_a_call_that_is_being_heard_is_not_masked(house: House) -> None:
    """A recogniser that has the unmasked sound would bring the words back."""
    with house.ledger.transaction() as session:
        session.get_one(CallRow, CALL).state = CallState.RECORDED
    with pytest.raises(Conflict, match="still being worked on"):
        house.mask()


@pytest.mark.parametrize(("start_s", "end_s"), [(5, 3), (-1, 2), (9, 11), (float("nan"), 3)])
def test_a_span_outside_is_refused(house: House, start_s: float, end_s: float) -> None:
    """One sentence with the recording's length."""
    with pytest.raises(SettingsError, match="ends at 10 s"):
        house.mask(start_s, end_s)


def test_the_audit_log_tells_who_masked(house: House) -> None:
    """In the same transaction as the mask."""
    house.mask()
    with house.ledger.reading() as session:
        (row,) = audit.find(session, call_id=CALL)
        assert (row.user, row.action, json.loads(row.details)["why"]) == ("root", "masked", "银行卡号")
        assert list(audit.problems(session)) == []
