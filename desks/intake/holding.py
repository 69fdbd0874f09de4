"""Legal holds (保全) on what came in for a ticket: while one stands, its files are not deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.tickets import BadTicket, By, get_ticket
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.tables import TicketHoldRow

LONGEST_WHY: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketHold:
    """A hold that stands."""

    why: str
    set_by: str
    set_at: datetime


def standing(session: Session, ticket: str) -> TicketHold | None:
    """The hold on a ticket's files, if there is one."""
    row = _current(session, ticket)
    return TicketHold(why=row.why, set_by=row.set_by, set_at=row.set_at) if row else None


def set_hold(session: Session, ticket: str, why: str, by: By) -> None:
    """Hold a ticket's files. Raises BadTicket without a reason, AlreadySo, NotFound."""
    _check(why)
    get_ticket(session, ticket, is_locked=True)  # no nightly run deletes them meanwhile
    if _current(session, ticket) is not None:
        raise AlreadySo(f"the files of ticket {ticket} are held already")
    session.add(TicketHoldRow(ticket=ticket, why=why.strip(), set_by=by.name, set_at=now()))
    session.flush()
    _audit(session, AuditAction.HELD, ticket, why, by)


def release(session: Session, ticket: str, why: str, by: By) -> None:
    """Let them go again. Raises BadTicket without a reason, AlreadySo where they are not held, NotFound."""
    _check(why)
    get_ticket(session, ticket, is_locked=True)  # nobody else releases them meanwhile
    row = _current(session, ticket)
    if row is None:
        raise AlreadySo(f"the files of ticket {ticket} are not held")
    row.released_by, row.released_at = by.name, now()
    _audit(session, AuditAction.RELEASED, ticket, why, by)


def _current(session: Session, ticket: str) -> TicketHoldRow | None:
    query = select(TicketHoldRow).where(TicketHoldRow.ticket == ticket, TicketHoldRow.released_at.is_(None))
    return session.scalars(query).first()


def _check(why: str) -> None:
    if not 0 < len(why.strip()) <= LONGEST_WHY:
        raise BadTicket(f"why: say in one to {LONGEST_WHY} characters why")


def _audit(session: Session, action: AuditAction, ticket: str, why: str, by: By) -> None:
    details = {"ticket": ticket, "why": why.strip()}
    write(session, Act(user=by.user or by.name, action=action, details=details))
