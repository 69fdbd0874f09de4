"""Changes of entries: each has who, when and why, and can be taken back; the history is the table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from desks.directory import entries, history
from desks.directory.changes import Deed, change, change_many
from desks.directory.documents import document_of
from desks.directory.history import Kind, Source
from desks.directory.records import Entry, EntryState, Number
from desks.directory.undoing import CannotUndo, Hindrance, hindrances, undo, undo_batch
from ledger import audit, users
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.records import User
from ledger.states import UserRole
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]

SHOP = Entry(name="万顺茶楼", numbers=(Number(number="83330001"),), district="东山区", kind="酒家")


def editor_of(session: Session) -> User:
    """Somebody who keeps the directory."""
    return users.save_user(session, name="he", display_name="何资料", role=UserRole.EDITOR, password_hash="x")


def deed(user: User) -> Deed:
    """By hand, for a reason."""
    return Deed(user=user, why="来函更正")


def test_a_change_is_kept_with_who_when_and_why(either_ledger: Ledger) -> None:
    """What was there before and after, field by field; what changes nothing leaves no trace."""
    begun = now()
    with either_ledger.transaction() as session:
        user = editor_of(session)
        made = change(session, deed(user), SHOP).entries[0]
        moved = change(session, deed(user), replace(made, address="中山路8号", remark="已迁")).entries[0]
        assert change(session, deed(user), moved).batch_id is None
    with either_ledger.reading() as session:
        assert entries.get(session, moved.id or 0) == moved
        (second, batch), (first, _) = history.changes_of_entry(session, moved.id or 0)
        told = [row.details for row in audit.find(session, user="he")]
    assert (first.kind, second.kind) == (Kind.ADDED, Kind.CHANGED)
    assert [(each.field, each.before, each.after) for each in second.differences] == [
        ("address", "", "中山路8号"),
        ("remark", "", "已迁"),
    ]
    assert (batch.user, batch.why, batch.source, batch.changes) == ("he", "来函更正", Source.HAND, 1)
    assert begun <= second.at <= now()
    assert len(told) == 2


def test_who_writes_over_a_newer_entry_is_refused(either_ledger: Ledger) -> None:
    """And no history is written."""
    with either_ledger.transaction() as session:
        user = editor_of(session)
        read = change(session, deed(user), SHOP).entries[0]
        change(session, deed(user), replace(read, remark="先"))
    with pytest.raises(Conflict, match="changed meanwhile"), either_ledger.transaction() as session:
        change(session, deed(user), replace(read, remark="后"))
    with either_ledger.reading() as session:
        assert [each.after["remark"] for each, _ in history.changes_of_entry(session, read.id or 0)] == [
            "先",
            "",
        ]


def test_only_the_newest_change_can_be_taken_back(either_ledger: Ledger) -> None:
    """One that others stand upon once these are gone; a taking back can be taken back."""
    with either_ledger.transaction() as session:
        user = editor_of(session)
        made = change(session, deed(user), SHOP).entries[0]
        change(session, deed(user), replace(made, remark="甲"))
        (second, _), (first, _) = history.changes_of_entry(session, made.id or 0)
        with pytest.raises(CannotUndo, match="a later change stands upon"):
            undo(session, user, first.id, "误")
        undo(session, user, second.id, "误")
        with pytest.raises(CannotUndo, match="undone already"):
            undo(session, user, second.id, "误")
        undo(session, user, first.id, "误")
        assert entries.get(session, made.id or 0).state is EntryState.REMOVED
        back = history.changes_of_entry(session, made.id or 0)[0][0]
        assert (back.kind, back.undoes) == (Kind.REMOVED, first.id)
        undo(session, user, back.id, "仍在")
        assert document_of(entries.get(session, made.id or 0)) == first.after


def test_what_was_written_past_the_history_is_not_overwritten(ledger: Ledger) -> None:
    """The sentence says that it is to be corrected by hand."""
    with ledger.transaction() as session:
        user = editor_of(session)
        made = change(session, deed(user), SHOP).entries[0]
        entries.put(session, replace(made, remark="旁路"))
        change_id = history.changes_of_entry(session, made.id or 0)[0][0].id
        with pytest.raises(CannotUndo, match="correct it by hand"):
            undo(session, user, change_id, "误")


def test_a_batch_is_taken_back_whole_or_as_far_as_it_can_be(
    either_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In several transactions; begun again it does nothing twice."""
    monkeypatch.setattr("desks.directory.undoing.AT_ONCE", 2)
    with either_ledger.transaction() as session:
        user = editor_of(session)
        batch = change_many(session, deed(user), [replace(SHOP, name=f"店{n}") for n in range(5)])
        changed = change(session, deed(user), replace(batch.entries[3], remark="后改"))
    batch_id = batch.batch_id or 0
    with pytest.raises(CannotUndo, match="upon 1 of the changes"):
        undo_batch(either_ledger, user, batch_id, "导错")
    undone = undo_batch(either_ledger, user, batch_id, "导错", all_or_none=False)
    assert (undone.done, undone.hindered) == (4, 1)
    with either_ledger.transaction() as session:
        why = hindrances(session, history.changes_of_batch(session, batch_id))
        assert list(why.values()).count(Hindrance.UNDONE) == 4
        assert history.get_batch(session, undone.batch_id or 0).changes == 4
        undo(session, user, history.changes_of_batch(session, changed.batch_id or 0)[0].id, "误")
    assert undo_batch(either_ledger, user, batch_id, "导错").done == 1
    with either_ledger.reading() as session:
        assert entries.count(session) == 0


@pytest.fixture(scope="module")
def one_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """One for all examples: each is rolled back."""
    path: Path = tmp_path_factory.mktemp("laws") / "ledger.sqlite3"
    opened = Ledger(f"sqlite:///{path}")
    opened.migrate()
    yield opened
    opened.close()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("甲乙丙")),
        st.tuples(
            st.just("write"), st.integers(0, 2), st.sampled_from(["remark", "address"]), st.sampled_from("ab")
        ),
        st.tuples(st.just("remove"), st.integers(0, 2)),
        st.tuples(st.just("undo"), st.integers(0, 11)),
    ),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS)
@settings(max_examples=40, deadline=None)
def test_whatever_is_done_the_history_is_the_table(one_ledger: Ledger, steps: list[tuple[Any, ...]]) -> None:
    """Played again from nothing it gives every entry; an undo gives what was before, or is refused."""
    with one_ledger.transaction() as session:
        user = editor_of(session)
        for step in steps:
            take(session, user, step)
        played: dict[int, Any] = {}
        for each in history.changes_between(session, user_made(session), now()):
            assert played.get(each.entry_id) == each.before
            played[each.entry_id] = each.after
        assert played == {entry.id: document_of(entry) for entry in entries.read_all(session)}
        session.rollback()


def user_made(session: Session) -> Any:
    """Before everything."""
    return history.list_batches(session)[-1].at if history.list_batches(session) else now()


def take(session: Session, user: User, step: tuple[Any, ...]) -> None:
    """One step, where there is what it needs."""
    known = list(entries.read_all(session))
    done = [
        each
        for batch in history.list_batches(session)
        for each in history.changes_of_batch(session, batch.id)
    ]
    match step:
        case ("add", name):
            change(session, deed(user), replace(SHOP, name=name))
        case ("write", place, field, value) if place < len(known):
            change(session, deed(user), replace(known[place], **{field: value}))
        case ("remove", place) if place < len(known):
            change(session, deed(user), replace(known[place], state=EntryState.REMOVED))
        case ("undo", place) if place < len(done):
            take_back(session, user, done[place])


def take_back(session: Session, user: User, wanted: history.Change) -> None:
    """As the history says whether it can be."""
    if hindrances(session, [wanted]):
        with pytest.raises(CannotUndo):
            undo(session, user, wanted.id, "撤")
        return
    undo(session, user, wanted.id, "撤")
    now_is = document_of(entries.get(session, wanted.entry_id))
    assert now_is == (wanted.before or {**wanted.after, "state": "removed"})
