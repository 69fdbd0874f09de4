"""Directory entries: written, changed by one at a time, followed by number of change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from desks.directory import entries
from desks.directory.records import Entry, EntryState, Number, Standing
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import Conflict, NotFound
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]

HOSPITAL = Entry(
    name="市第一人民医院",
    aliases=("一医院", "市一医"),
    kind="医院",
    district="东山区",
    address="中山路12号",
    numbers=(Number(number="83332222", label="总机"), Number(number="83332120", label="急诊")),
    remark="急诊昼夜有人",
    asked=7,
)


@pytest.fixture
def session(either_ledger: Ledger) -> Iterator[Session]:
    """A transaction on either database."""
    with either_ledger.transaction() as opened:
        yield opened


def test_an_entry_comes_back_as_it_was_written(session: Session) -> None:
    """All fields, and times in UTC."""
    begins_at = now().replace(microsecond=0)
    written = entries.put(session, replace(HOSPITAL, valid_from=begins_at))
    assert entries.get(session, written.id or 0) == written
    assert written.standing(begins_at) is Standing.VALID
    assert written.standing(begins_at - timedelta(seconds=1)) is Standing.NOT_YET
    with pytest.raises(NotFound, match="no directory entry 99"):
        entries.get(session, 99)


def test_the_end_is_the_first_moment_after() -> None:
    """A removed entry is removed whatever its times say."""
    at = now()
    assert replace(HOSPITAL, valid_until=at).standing(at) is Standing.NO_MORE
    assert replace(HOSPITAL, valid_until=at).standing(at - timedelta(seconds=1)) is Standing.VALID
    assert replace(HOSPITAL, state=EntryState.REMOVED).standing(at) is Standing.REMOVED


def test_whoever_changes_what_another_changed_is_refused(session: Session) -> None:
    """Neither change is lost silently; how often it was asked for is counted beside them."""
    read = entries.put(session, HOSPITAL)
    entries.note_asked(session, read.id or 0)
    first = entries.put(session, replace(read, remark="改了"))
    with pytest.raises(Conflict, match="changed meanwhile"):
        entries.put(session, replace(read, remark="也改了"))
    kept = entries.get(session, read.id or 0)
    assert (kept.remark, kept.asked, kept.changed_seq) == ("改了", 8, first.changed_seq)


def test_who_follows_sees_each_entry_once_as_it_is_now(session: Session) -> None:
    """In pages; an entry that changed again comes at its last change."""
    made = entries.put_many(session, [replace(HOSPITAL, name=f"单位{n}") for n in range(5)])
    place = entries.place_of(made[1])
    entries.put(session, replace(made[3], state=EntryState.REMOVED))
    told = []
    while page := entries.changed_since(session, place, limit=2):
        told += [(entry.name, entry.state) for entry in page]
        place = entries.place_of(page[-1])
    listed, removed = EntryState.LISTED, EntryState.REMOVED
    assert told == [("单位2", listed), ("单位4", listed), ("单位3", removed)]
    assert place == entries.newest(session)
    assert entries.count(session) == 4


def test_many_are_loaded_at_once(session: Session) -> None:
    """They are followed like others."""
    assert entries.load_many(session, (replace(HOSPITAL, name=f"单位{n}") for n in range(1200))) == 1200
    assert [entry.name for entry in entries.read_all(session)][::600] == ["单位0", "单位600"]
    assert len(entries.changed_since(session, entries.Place())) == 1200
    assert len(entries.get_many(session, range(1, 1301))) == 1200
