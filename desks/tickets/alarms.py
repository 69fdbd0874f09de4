"""Who is told by mail when a ticket's limit passes: a notice for each alarm and person."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desks.tickets.records import Ticket
from desks.tickets.states import ALARMS, Move
from ledger.clock import now
from ledger.tables import AlarmNoticeRow, AlarmPersonRow


def note_alarm(session: Session, ticket: Ticket, what: Move) -> None:
    """Owe everybody who is named for it a word, in the transaction that raises the alarm."""
    for address in addresses_for(session, ticket, ALARMS[what]):
        session.add(
            AlarmNoticeRow(
                ticket=ticket.number, version=ticket.version, alarm=ALARMS[what], address=address, at=now()
            )
        )
    session.flush()


def addresses_for(session: Session, ticket: Ticket, alarm: int) -> list[str]:
    """The addresses of the list that an alarm of a ticket is for, each once."""
    query = (
        select(AlarmPersonRow.address)
        .where(
            AlarmPersonRow.retired_at.is_(None),
            AlarmPersonRow.least_alarm <= alarm,
            AlarmPersonRow.desk.in_(["", ticket.desk]),
            or_(AlarmPersonRow.branch_id.is_(None), AlarmPersonRow.branch_id == ticket.branch_id),
        )
        .order_by(AlarmPersonRow.place, AlarmPersonRow.id)
    )
    return list(dict.fromkeys(session.scalars(query)))
