"""What health and metrics ask of the ledger."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.calls import count_by_state
from ledger.tables import CallRow

__all__ = ["count_by_state", "touch"]


def touch(session: Session) -> None:
    """Read one call: the cheapest question that needs the tables to be there."""
    session.execute(select(CallRow.id).limit(1))
