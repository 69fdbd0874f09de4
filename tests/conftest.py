"""What several rooms' tests need."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect

from ledger.database import Ledger
from tests.ledger.postgres import PostgresServer, running_postgres
from tests.logging_now import follow_standard_error

follow_standard_error()

# Files whose tests wait for minutes, mostly for people who speak: begun first, they do not end last.
LONGEST = (
    "hotline/test_demo.py",
    "hotline/test_tenancy.py",
    "hotline/test_foreign_phones.py",
    "hotline/test_crew.py",
    "faults/test_share.py",
    "hotline/test_fleet.py",
    "torture/test_edge.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, files that wait come between files that compute.

    After the longest they come in the order of a checksum; those of the attacked line, which is started
    once, follow each other.
    """
    if hasattr(config, "workerinput"):
        items.sort(key=_turn)


def _turn(item: pytest.Item) -> tuple[int, bool, int]:
    file = item.nodeid.partition("::")[0].removeprefix("tests/")
    place = LONGEST.index(file) if file in LONGEST else len(LONGEST)
    return place, file.startswith("torture/"), zlib.crc32(file.encode())


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started once a process."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    """The URL of an empty, migrated ledger on PostgreSQL that is the test's own."""
    with postgres.new_ledger() as url:
        yield url
