"""Deletes files that came in once their ticket was closed long enough; words and names stay.

A ticket that is held, or has a call that is (`ledger.holds`), keeps its files. Rows are marked first, with
the audit, and contents go afterwards: what a crash leaves between the two is found by the next run.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desks.intake.folders import pages_of
from desks.intake.holding import standing
from desks.tickets import Ticket, get_ticket
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.database import Ledger
from ledger.tables import HoldRow, IntakeFileRow, IntakeRow, TicketCallRow, TicketRow

WHO: Final = "hotline"
YOUNGEST: Final = timedelta(days=1)  # a content that was written lately may wait for its row


def expire(ledger: Ledger, folder: Path, days: int) -> int:
    """Delete the files of tickets that were closed so many days ago; how many."""
    before = now() - timedelta(days=days)
    with ledger.reading() as session:
        numbers = _due(session, before)
    deleted = 0
    for number in numbers:
        with ledger.transaction() as session:
            deleted += _expire_ticket(session, number, before, days)
    for path in _unnamed(ledger, folder):
        path.unlink(missing_ok=True)
        for page in pages_of(folder, path.name):
            page.unlink(missing_ok=True)
    return deleted


def _due(session: Session, before: datetime) -> list[str]:
    query = (
        select(TicketRow.number)
        .join(IntakeRow, IntakeRow.ticket == TicketRow.number)
        .join(IntakeFileRow, IntakeFileRow.message_id == IntakeRow.id)
        .where(TicketRow.closed_at < before, IntakeFileRow.kind != "", IntakeFileRow.deleted_at.is_(None))
        .distinct()
    )
    return list(session.scalars(query))


def _expire_ticket(session: Session, number: str, before: datetime, days: int) -> int:
    """Nobody reopens it until the transaction ends; how many files were marked."""
    ticket = get_ticket(session, number, is_locked=True)
    if ticket.closed_at is None or ticket.closed_at >= before or _is_held(session, ticket):
        return 0
    messages = select(IntakeRow.id).where(IntakeRow.ticket == number)
    marked = session.scalars(
        update(IntakeFileRow)
        .where(
            IntakeFileRow.message_id.in_(messages),
            IntakeFileRow.kind != "",
            IntakeFileRow.deleted_at.is_(None),
        )
        .values(deleted_at=now())
        .returning(IntakeFileRow.id)
        .execution_options(synchronize_session=False)
    ).all()
    if marked:
        details = {"ticket": number, "files": ",".join(map(str, sorted(marked))), "after_days": str(days)}
        write(session, Act(user=WHO, action=AuditAction.FILES_DELETED, details=details))
    return len(marked)


def _is_held(session: Session, ticket: Ticket) -> bool:
    """By a hold of its own, or on one of its calls."""
    if standing(session, ticket.number) is not None:
        return True
    query = (
        select(HoldRow.id)
        .join(TicketCallRow, TicketCallRow.call_id == HoldRow.call_id)
        .where(TicketCallRow.ticket_id == ticket.id, HoldRow.released_at.is_(None))
    )
    return session.scalar(query.limit(1)) is not None


def _unnamed(ledger: Ledger, folder: Path) -> Iterator[Path]:
    """Contents that no row names any more, and that nobody is just taking in, each looked at anew."""
    latest_s = (now() - YOUNGEST).timestamp()
    with ledger.reading() as session:
        query = select(IntakeFileRow.sha256).where(
            IntakeFileRow.kind != "", IntakeFileRow.deleted_at.is_(None)
        )
        named = set(session.scalars(query))
    for path in list(folder.glob("??/*")):
        if path.name not in named and path.is_file() and path.stat().st_mtime < latest_s:
            yield path
