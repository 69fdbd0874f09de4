"""What was written both ways about a ticket, in order of time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from desks.intake import messages, outbox
from desks.intake.outbox import Outgoing
from desks.intake.records import Received


def letters_of(session: Session, ticket: str) -> list[Received | Outgoing]:
    """What came in and what we wrote; what came in first where both are of one moment."""
    both: list[Received | Outgoing] = [
        *messages.of_ticket(session, ticket),
        *outbox.of_ticket(session, ticket),
    ]
    return sorted(both, key=_moment)


def _moment(one: Received | Outgoing) -> datetime:
    return one.written_at if isinstance(one, Outgoing) else one.received_at
