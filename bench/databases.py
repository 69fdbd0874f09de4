"""Where a bench keeps its ledger: SQLite in a folder, or a PostgreSQL of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ledger.postgres import running_postgres


@contextmanager
def new_database(name: str, folder: Path) -> Iterator[str]:
    """The URL of an empty one, `sqlite` or `postgresql`."""
    if name == "postgresql":
        with running_postgres() as server, server.new_ledger() as url:
            yield url
        return
    yield f"sqlite:///{folder / 'ledger.sqlite3'}"
