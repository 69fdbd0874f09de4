"""A console's ledger with a month of random calls, some of them of today."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from console.times import SHANGHAI
from ledger import users
from ledger.database import Ledger
from ledger.states import UserRole
from ledger.statistics.days import LocalDay, Period
from tests.console import seeding
from tests.ledger.random_ledger import Maker

MONTH = Period(
    first=datetime(2026, 10, 1, tzinfo=UTC).date(),
    last=datetime(2026, 10, 31, tzinfo=UTC).date(),
    zone=SHANGHAI,
)
QUERY = f"day_from={MONTH.first}&day_to={MONTH.last}"


def fill(ledger: Ledger, calls: int = 90, month: Period = MONTH) -> None:
    """A month, and ten calls of the one before to compare with."""
    chance = random.Random(3)
    with ledger.transaction() as session:
        first = LocalDay(day=month.before.first, zone=SHANGHAI).starts_at
        maker = Maker(chance=chance, first=first, days=30)
        for _ in range(10):
            maker.add_call(session)
        maker.first, maker.days = month.starts_at, month.length
        for _ in range(calls):
            maker.add_call(session)


def add_user(ledger: Ledger, role: UserRole, **held: list[str]) -> None:
    """Somebody called wang with a role, who may be held to desks and teams."""
    with ledger.transaction() as session:
        seeding.add_user(session, "wang", role)
        session.flush()
        row = users._by_name(session, "wang")
        assert row
        row.desks, row.teams = held.get("desks", []), held.get("teams", [])
