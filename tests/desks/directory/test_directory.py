"""The directory of a process: its file, what has changed since, what is not valid, the file built anew."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desks.directory import directory as module
from desks.directory import entries, synthetic
from desks.directory.directory import Answer, Directory
from desks.directory.indexing import build_index, index_path, start_building
from desks.directory.records import Entry, EntryState, Field, Number, Standing
from desks.directory.segments import Segment
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import StorageError
from ledger.settings import Settings
from tests.ledger.conftest import either_ledger

__all__ = ["either_ledger"]

NOON = now()
HOSPITAL = Entry(
    name="红星医院",
    district="东山区",
    address="中山路12号",
    numbers=(Number(number="83332222", label="总机"), Number(number="83332120", label="急诊")),
)


@pytest.fixture(autouse=True)
def _look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Changes are asked for with every search."""
    monkeypatch.setattr(module, "LOOKED_AGAIN_S", 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """Where the index is."""
    return tmp_path / "directory" / "index.bin"


def put(ledger: Ledger, *some: Entry) -> list[Entry]:
    """Write entries."""
    with ledger.transaction() as session:
        return entries.put_many(session, some)


def ask(ledger: Ledger, directory: Directory, query: str, *, everything: bool = False) -> Answer:
    """Search."""
    with ledger.reading() as session:
        return directory.search(session, query, at=NOON, everything=everything)


def names(answer: Answer) -> Sequence[str]:
    """What was found."""
    return [hit.entry.name for hit in answer.hits]


def test_a_change_is_found_by_the_next_search_of_every_process(either_ledger: Ledger, path: Path) -> None:
    """Added, renamed, removed; over a file that was built before and without one."""
    put(either_ledger, *synthetic.make(300, 2))
    build_index(either_ledger, path)
    built, bare = Directory(path), Directory(path.with_name("none"))
    for directory in (built, bare):
        assert ask(either_ledger, directory, "红星医院").hits == () or "红星医院" not in names(
            ask(either_ledger, directory, "红星医院")
        )
    (made,) = put(either_ledger, HOSPITAL)
    for directory in (built, bare):
        assert names(ask(either_ledger, directory, "hongxingyiyuan"))[0] == "红星医院"
    (renamed,) = put(either_ledger, replace(made, name="兰花医院"))
    for directory in (built, bare):
        assert names(ask(either_ledger, directory, "兰花医院"))[0] == "兰花医院"
        assert "红星医院" not in names(ask(either_ledger, directory, "红星医院"))
    put(either_ledger, replace(renamed, state=EntryState.REMOVED))
    for directory in (built, bare):
        assert "兰花医院" not in names(ask(either_ledger, directory, "兰花医院", everything=True))


def test_many_small_changes_stay_few_layers(ledger: Ledger, path: Path) -> None:
    """What changed again and again is searched once."""
    directory = Directory(path)
    made = put(ledger, HOSPITAL)
    for number in range(40):
        made = put(
            ledger, replace(made[0], remark=f"第{number}次"), replace(HOSPITAL, name=f"红星{number}店")
        )[:1]
        assert ask(ledger, directory, "红星医院").hits[0].entry.remark == f"第{number}次"
    assert len(directory._view.layers) < 7
    assert len(names(ask(ledger, directory, "红星"))) == 20


def test_what_is_not_valid_is_found_only_when_asked_for(ledger: Ledger, path: Path) -> None:
    """It says so; the moment counts, also for an index that was built long ago."""
    ended = replace(HOSPITAL, name="红星旧楼", valid_until=NOON)
    coming = replace(HOSPITAL, name="红星新楼", valid_from=NOON + timedelta(days=1))
    put(ledger, HOSPITAL, ended, coming)
    build_index(ledger, path)
    directory = Directory(path)
    assert names(ask(ledger, directory, "红星")) == ["红星医院"]
    told = {hit.entry.name: hit.standing for hit in ask(ledger, directory, "红星", everything=True).hits}
    assert told == {
        "红星医院": Standing.VALID,
        "红星旧楼": Standing.NO_MORE,
        "红星新楼": Standing.NOT_YET,
    }
    with ledger.reading() as session:
        tomorrow: datetime = NOON + timedelta(days=1)
        assert len(directory.search(session, "红星", at=tomorrow).hits) == 2


def test_a_hit_says_what_was_found_where(ledger: Ledger, path: Path) -> None:
    """The span of the text, the number that the label or the digits ask for."""
    put(ledger, HOSPITAL)
    directory = Directory(path)
    hit = ask(ledger, directory, "中山路 红星 急诊").hits[0]
    told = {(match.field, match.text[match.first : match.past]) for match in hit.matches}
    assert told == {(Field.ADDRESS, "中山路"), (Field.NAME, "红星"), (Field.LABEL, "急诊")}
    assert hit.number == HOSPITAL.numbers[1]
    assert ask(ledger, directory, "2120").hits[0].number == HOSPITAL.numbers[1]
    assert ask(ledger, directory, "红星医元").hits[0].matches[0].field is Field.NAME


def test_who_lacks_too_many_changes_has_the_file_built_anew(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says that it is behind, starts one building, and takes the new file up by itself."""
    monkeypatch.setattr(module, "MOST_FOLLOWED", 10)
    started: list[bool] = []
    directory = Directory(path, lambda: started.append(True))
    put(ledger, HOSPITAL, *synthetic.make(30, 3))
    assert ask(ledger, directory, "红星医院").is_behind
    assert ask(ledger, directory, "红星医院").hits == ()
    assert started == [True]
    build_index(ledger, path)
    answer = ask(ledger, directory, "红星医院")
    assert (names(answer)[0], answer.is_behind) == ("红星医院", False)


def test_a_process_of_its_own_builds_the_file(ledger: Ledger, tmp_path: Path) -> None:
    """Of the same ledger, into the same data directory; nobody waits for it but this test."""
    settings = Settings(data_dir=tmp_path, database_url=ledger.url)
    put(ledger, HOSPITAL)
    start_building(settings)
    ends_s = time.monotonic() + 60
    while not index_path(settings).exists() and time.monotonic() < ends_s:
        time.sleep(0.1)
    assert Segment.open(index_path(settings)).count == 1


def test_a_file_of_another_database_is_not_searched(ledger: Ledger, path: Path, tmp_path: Path) -> None:
    """As after a backup was put back: what it lacks is not found, what it has is."""
    other = Ledger(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    other.migrate()
    put(other, HOSPITAL)
    put(other, replace(HOSPITAL, name="兰花医院"))
    build_index(other, path)
    other.close()
    put(ledger, replace(HOSPITAL, name="海棠医院"))
    assert names(ask(ledger, Directory(path), "医院")) == ["海棠医院"]


def test_a_file_of_another_kind_is_told_in_a_sentence(ledger: Ledger, path: Path) -> None:
    """What is broken or of another version is built again."""
    path.parent.mkdir()
    path.write_bytes(b"nothing of ours")
    with pytest.raises(StorageError, match="no index that we can read"):
        ask(ledger, Directory(path), "红星")
