"""The clock takes up long work that was left, and leaves alone what somebody is at."""

from __future__ import annotations

from pathlib import Path

import pytest

from desks.directory import asking, works
from desks.directory.import_records import Mode
from desks.directory.imports import ImportWish
from hotline.directory_duties import see_to_directory
from ledger.database import Ledger
from ledger.settings import Settings
from ledger.tables import DirectoryWorkRow

DEAD = "{}:1@00000000"  # the first process of this machine, in another life


def test_what_was_left_is_taken_up(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once where its process is dead; after three attempts that got nowhere never again."""
    settings, started = Settings(data_dir=tmp_path), list[str]()
    monkeypatch.setattr(asking, "start_beside", lambda _settings, module: started.append(module))
    see_to_directory(settings, ledger)
    with ledger.transaction() as session:
        wish = ImportWish(user="he", title="资料.csv", why="每周传递", mode=Mode.CHANGES)
        asking.ask_to_read(session, wish, "名称,号码\n甲,83330001\n".encode(), "")
        taken = works.take(session)
    assert taken
    see_to_directory(settings, ledger)
    assert started == []
    for _ in range(2):
        with ledger.transaction() as session:
            row = session.get_one(DirectoryWorkRow, taken.id)
            row.claimed_by = DEAD.format((row.claimed_by or "").partition(":")[0])
        see_to_directory(settings, ledger)
        with ledger.transaction() as session:
            assert works.take(session)
    with ledger.transaction() as session:
        row = session.get_one(DirectoryWorkRow, taken.id)
        row.claimed_by = DEAD.format((row.claimed_by or "").partition(":")[0])
        assert works.take(session) is None
        found = works.get(session, taken.id)
    assert (len(started), found.state, found.problem) == (2, "failed", "broken")
