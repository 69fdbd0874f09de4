"""What several rooms' tests need."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from ledger.database import Ledger


@pytest.fixture(scope="session", autouse=True)
def _migrate_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Alembic makes one SQLite ledger a process; every further new one is a copy of it."""
    template = tmp_path_factory.mktemp("template") / "ledger.sqlite3"
    upgrade = Ledger._upgrade  # what it does is not changed, only how often

    def copy(ledger: Ledger) -> None:
        name = ledger.engine.url.database
        is_new = not inspect(ledger.engine).has_table("alembic_version")
        if ledger.engine.dialect.name != "sqlite" or not name or not is_new:
            upgrade(ledger)
            return
        if not template.exists():
            with closing(Ledger(f"sqlite:///{template}")) as made:
                upgrade(made)
        ledger.engine.dispose()
        with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(name)) as target:
            source.backup(target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Ledger, "_upgrade", copy)
        yield


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty, migrated ledger on SQLite."""
    opened = Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite3'}")
    opened.migrate()
    yield opened
    opened.close()
