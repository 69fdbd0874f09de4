"""Hard cases: kept when nothing is found, counted when alike, answered, and found again. And change lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from desks.directory import hard_cases, history
from desks.directory.change_lists import list_changes
from desks.directory.changes import change
from desks.directory.hard_cases import AnsweredMeanwhile, CaseState, NothingAsked
from desks.directory.history import Kind
from desks.directory.records import EntryState
from desks.directory.undoing import undo
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound
from tests.desks.directory.test_changes import SHOP, deed, editor_of
from tests.desks.directory.test_proposals import operator
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]


def test_what_sounds_alike_is_one_case(either_ledger: Ledger) -> None:
    """However it is written; each asking is kept as it was typed."""
    with either_ledger.transaction() as session:
        user = operator(session)
        first = hard_cases.keep(session, user, "世纪莲体育馆")
        second = hard_cases.keep(session, user, " 世纪联，体育馆 ")
        other = hard_cases.keep(session, user, "KFC 东山店")
        assert (first.id, second.times, other.times) == (second.id, 2, 1)
        assert [one.asked for one in hard_cases.askings_of(session, first.id)] == [
            "世纪联，体育馆",
            "世纪莲体育馆",
        ]
        assert [one.asked for one in hard_cases.list_of(session)] == ["世纪莲体育馆", "KFC 东山店"]
        with pytest.raises(NothingAsked):
            hard_cases.keep(session, user, " ？ ")


def test_an_answer_is_an_entry_or_a_note_and_is_found_by_words_and_sound(either_ledger: Ledger) -> None:
    """In the month in which it was given."""
    begun = now()
    with either_ledger.transaction() as session:
        user, editor = operator(session), editor_of(session)
        entry = change(session, deed(editor), SHOP).entries[0]
        case = hard_cases.keep(session, user, "万顺老店")
        with pytest.raises(NothingAsked, match="an entry or a note"):
            hard_cases.answer(session, editor, case, " ", None)
        with pytest.raises(NotFound):
            hard_cases.answer(session, editor, case, "", 999)
        hard_cases.answer(session, editor, case, "现名万顺茶楼", entry.id)
        with pytest.raises(AnsweredMeanwhile):
            hard_cases.drop(session, editor, case)
        (told,) = hard_cases.answered_between(session, begun, now() + timedelta(seconds=1))
        assert (told.state, told.answer, told.entry_id, told.answered_by) == (
            "answered",
            "现名万顺茶楼",
            entry.id,
            "he",
        )
        assert hard_cases.answered_between(session, begun - timedelta(days=1), begun) == []
        assert [one.id for one in hard_cases.search(session, "茶楼")] == [case.id]
        assert [one.id for one in hard_cases.search(session, "万瞬老店")] == [case.id]
        assert hard_cases.search(session, "100%") == []


def test_what_was_dropped_and_is_asked_again_is_open_again(ledger: Ledger) -> None:
    """It was of use after all."""
    with ledger.transaction() as session:
        editor = editor_of(session)
        case = hard_cases.keep(session, editor, "某某")
        hard_cases.drop(session, editor, case)
        assert hard_cases.list_of(session) == []
        assert hard_cases.keep(session, editor, "某某").state is CaseState.OPEN


def test_a_list_says_what_came_of_the_week(either_ledger: Ledger) -> None:
    """Added, removed, changed, by district and kind; what was undone is in none."""
    with either_ledger.transaction() as session:
        editor = editor_of(session)
        old, gone, same = (
            change(session, deed(editor), replace(SHOP, name=f"店{n}")).entries[0] for n in range(3)
        )
    begun = now()
    with either_ledger.transaction() as session:
        change(session, deed(editor), replace(old, remark="一"))
        moved = change(session, deed(editor), replace(same, remark="误"))
        change(session, deed(editor), replace(gone, state=EntryState.REMOVED))
        change(session, deed(editor), replace(SHOP, name="新店", district="西关区"))
        undo(session, editor, history.changes_of_batch(session, moved.batch_id or 0)[0].id, "误")
        until = now() + timedelta(seconds=1)
        told = list_changes(session, begun, until)
        names = {kind: [one.document["name"] for one in listed] for kind, listed in told.of_kind.items()}
        assert names == {Kind.ADDED: ["新店"], Kind.REMOVED: ["店1"], Kind.CHANGED: ["店0"]}
        assert list_changes(session, begun, until, district="西关区").count == 1
        assert list_changes(session, begun, until, kind="医院").count == 0
        assert [one.field for one in told.of_kind[Kind.CHANGED][0].differences] == ["remark"]
