"""Counts the queues of all desks for everybody who watches."""

from __future__ import annotations

from collections.abc import Mapping

from desks.tickets import Queue
from desks.tickets.finding import count_desks
from ledger.clock import now
from ledger.database import Ledger

EVERY_S = 5.0
Counts = Mapping[str, Mapping[Queue, int]]  # by desk


def look(ledger: Ledger) -> Counts:
    """The queues of all desks now."""
    with ledger.reading() as session:
        return count_desks(session, now())
