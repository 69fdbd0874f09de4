"""Taking turns: what only one transaction at a time may do, on any number of machines."""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import text
from sqlalchemy.orm import Session


class Turn(IntEnum):
    """What is done one after the other; the numbers are PostgreSQL's advisory locks."""

    QUEUES = 0x686F746C  # who waits, and who is reserved
    CHAIN = 0x63686169  # adding to the recordings' chain
    AUDIT = 0x61756474  # adding to the audit log
    DIRECTORY = 0x64697265  # numbering the changes of directory entries
    CALL_BACKS = 0x6F757462  # who is called next


def take_turns(session: Session, turn: Turn) -> None:
    """Wait until nobody else has this turn; it ends with the transaction. SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": int(turn)})
