"""Changes to come: made once when their moment has come, editable and withdrawable until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Thread

import pytest
from sqlalchemy import update

from desks.directory import entries, history, planned
from desks.directory.changes import Deed, change
from desks.directory.history import Source
from desks.directory.planned import NotWaiting, Planned, PlannedState
from desks.directory.records import Entry, EntryState
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict
from ledger.tables import DirectoryPlannedRow
from tests.desks.directory.test_changes import SHOP, deed, editor_of
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]

HOUR = timedelta(hours=1)


def has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours pass."""
    later: Callable[[], datetime] = lambda: now() + 2 * HOUR  # noqa: E731
    monkeypatch.setattr(planned, "now", later)


def prepare(ledger: Ledger) -> tuple[Entry, Planned, Deed]:
    """An entry that is to move in an hour."""
    with ledger.transaction() as session:
        doing = deed(editor_of(session))
        made = change(session, doing, SHOP).entries[0]
        waiting = planned.plan(session, doing, replace(made, address="新址9号"), now() + HOUR)
    return made, waiting, doing


def test_nothing_happens_before_its_moment_and_then_once(
    either_ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other fields may have changed meanwhile: they stay."""
    made, waiting, doing = prepare(either_ledger)
    assert planned.make_due(either_ledger) == 0
    with either_ledger.transaction() as session:
        change(session, doing, replace(made, remark="周末休息"))
    has_come(monkeypatch)
    clocks = [Thread(target=planned.make_due, args=(either_ledger,)) for _ in range(3)]
    for clock in clocks:
        clock.start()
    for clock in clocks:
        clock.join()
    with either_ledger.reading() as session:
        entry = entries.get(session, made.id or 0)
        assert (entry.address, entry.remark) == ("新址9号", "周末休息")
        sources = [batch.source for _, batch in history.changes_of_entry(session, made.id or 0)]
        assert sources == [Source.PLANNED, Source.HAND, Source.HAND]
        assert planned.get(session, waiting.id).state is PlannedState.MADE


def test_a_crash_in_the_middle_makes_none_twice(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not committed is made at the next minute; what was is not made again."""
    with ledger.transaction() as session:
        doing = deed(editor_of(session))
        for number in range(4):
            planned.plan(session, doing, replace(SHOP, name=f"新店{number}"), now() + HOUR)
    has_come(monkeypatch)
    move, moved = planned._move, list[int]()

    def die(session: object, one: Planned, **values: object) -> None:
        move(session, one, **values)  # type: ignore[arg-type]
        moved.append(one.id)
        if len(moved) == 3:
            raise SystemExit

    monkeypatch.setattr(planned, "_move", die)
    with pytest.raises(SystemExit):
        planned.make_due(ledger)
    assert planned.make_due(ledger) == 2
    with ledger.reading() as session:
        assert sorted(entry.name for entry in entries.read_all(session)) == [f"新店{n}" for n in range(4)]


def test_what_changed_in_the_same_field_is_not_overwritten(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan fails with a sentence that names the field."""
    made, waiting, doing = prepare(ledger)
    with ledger.transaction() as session:
        change(session, doing, replace(made, address="别处1号"))
    has_come(monkeypatch)
    assert planned.make_due(ledger) == 0
    with ledger.reading() as session:
        failed = planned.get(session, waiting.id)
        assert (failed.state, failed.problem[:25]) == (PlannedState.FAILED, "changed meanwhile: addres")
        assert entries.get(session, made.id or 0).address == "别处1号"


def test_the_last_that_failed_are_shown_however_many_did(ledger: Ledger) -> None:
    """In the order of their moments."""
    with ledger.transaction() as session:
        doing = deed(editor_of(session))
        for hours in (3, 1, 2):
            planned.plan(session, doing, replace(SHOP, name=f"新店{hours}"), now() + hours * HOUR)
        session.execute(update(DirectoryPlannedRow).values(state=PlannedState.FAILED))
        assert [one.name for one in planned.failed_last(session, 2)] == ["新店2", "新店3"]


def test_it_is_edited_and_withdrawn_until_then(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whoever read it as it is; a planned removal too."""
    made, waiting, doing = prepare(ledger)
    with ledger.transaction() as session:
        user = editor_of(session)
        gone = replace(made, state=EntryState.REMOVED)
        planned.edit(session, doing, waiting, gone, now() + HOUR)
        with pytest.raises(NotWaiting):
            planned.withdraw(session, user, waiting)
        with pytest.raises(Conflict, match="nothing to plan"):
            planned.plan(session, doing, made, now() + HOUR)
        again = planned.plan(session, doing, replace(made, remark="x"), now() + HOUR)
        planned.withdraw(session, user, again)
    has_come(monkeypatch)
    assert planned.make_due(ledger) == 1
    with ledger.reading() as session:
        entry = entries.get(session, made.id or 0)
        assert (entry.state, entry.remark) == (EntryState.REMOVED, "")
        assert planned.list_of(session, PlannedState.WAITING) == []
