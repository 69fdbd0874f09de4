"""What health asks of the ledger."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.lines import list_lines
from ledger.tables import CallRow
from ledger.wallboard import backlogs

__all__ = ["backlogs", "list_lines", "touch"]


def touch(session: Session) -> None:
    """Read one call: the cheapest question that needs the tables to be there."""
    session.execute(select(CallRow.id).limit(1))
