"""A desk with tickets, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.database import Ledger
from tests.desks.tickets.desk import TicketDesk


@pytest.fixture(params=["sqlite", "postgresql"])
def either_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TicketDesk]:
    """On SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'ledger.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
    opened = Ledger(url)
    opened.migrate()
    yield TicketDesk(opened)
    opened.close()


@pytest.fixture
def desk(ledger: Ledger) -> TicketDesk:
    """On SQLite."""
    return TicketDesk(ledger)
