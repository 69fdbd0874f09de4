"""The tables, their migrations and their times."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import StatementError

from ledger import calls
from ledger.clock import now
from ledger.database import Ledger
from ledger.errors import NotFound, StorageError
from ledger.tables import Base


def add_answered_call(ledger: Ledger, at: datetime, answered_id: str = "a") -> None:
    """Two writes in one transaction."""
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="114")
        calls.mark_answered(session, answered_id, at)


def test_the_migrations_make_exactly_the_tables(ledger: Ledger) -> None:
    """A change of a table without a revision is found here."""
    indexes = ("search_grams", "article_grams")
    options = {"include_name": lambda name, kind, _of: kind != "table" or not name.startswith(indexes)}
    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(ledger: Ledger) -> None:
    """Every process of an installation migrates when it starts."""
    ledger.migrate()
    with ledger.transaction() as session:
        assert calls.count_by_state(session) == {}


def test_times_come_back_aware(ledger: Ledger) -> None:
    """What was written as UTC is read as UTC."""
    before = now()
    with ledger.transaction() as session:
        calls.add_call(session, call_id="a", hotline="114")
    with ledger.transaction() as session:
        received_at = calls.get_call(session, "a").received_at
    assert received_at.tzinfo is UTC
    assert before <= received_at <= now()


def test_naive_times_are_refused(ledger: Ledger) -> None:
    """Nobody can find out later in which zone a naive time was meant."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the mistake
    with pytest.raises(StatementError, match="naive datetime"):
        add_answered_call(ledger, naive)


def test_a_failed_transaction_leaves_nothing(ledger: Ledger) -> None:
    """One commit, or everything is rolled back."""
    with pytest.raises(NotFound):
        add_answered_call(ledger, now(), answered_id="b")
    with ledger.transaction() as session:
        assert calls.count_by_state(session) == {}


def test_a_ledger_that_cannot_be_opened_is_told_in_a_sentence(tmp_path: Path) -> None:
    """A missing folder is no traceback."""
    broken = Ledger(f"sqlite:///{tmp_path / 'missing' / 'ledger.sqlite3'}")
    with pytest.raises(StorageError, match=r"cannot open the ledger .* check that the folder can be written"):
        broken.migrate()


def test_readers_hold_up_no_writer(ledger: Ledger) -> None:
    """A page that is being read does not keep a line from writing, and sees one state all the time."""
    with ledger.reading() as reader:
        assert calls.count_by_state(reader) == {}
        with ledger.transaction() as session:
            calls.add_call(session, call_id="a", hotline="114")
        assert calls.count_by_state(reader) == {}
    with ledger.reading() as reader:
        assert calls.get_call(reader, "a").hotline == "114"
