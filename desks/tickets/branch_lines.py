"""Lines in service of a branch by month: what the fault rate per thousand lines is counted over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desks.tickets import lists
from desks.tickets.errors import BadTicket
from desks.tickets.records import By
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.clock import now
from ledger.tables import BranchLinesRow

_MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")


@dataclass(frozen=True, kw_only=True, slots=True)
class BranchLines:
    """Of a branch in a month."""

    branch_id: int
    month: str  # 2026-11
    service: str  # empty: of all services
    lines: int
    changed_by: str
    changed_at: datetime


def lines_of(session: Session, month: str) -> list[BranchLines]:
    """Of all branches."""
    query = select(BranchLinesRow).where(BranchLinesRow.month == month).order_by(BranchLinesRow.branch_id)
    return [
        BranchLines(
            branch_id=row.branch_id,
            month=row.month,
            service=row.service,
            lines=row.lines,
            changed_by=row.changed_by,
            changed_at=row.changed_at,
        )
        for row in session.scalars(query)
    ]


def set_lines(session: Session, branch_id: int, month: str, lines: int, by: By, *, service: str = "") -> None:
    """Say how many lines a branch has in a month. Raises BadTicket."""
    lists.branch_of(session, branch_id, is_locked=True)
    if not _MONTH.fullmatch(month):
        raise BadTicket(f"month: {month!r} is no month; write it like 2026-11")
    if not 0 <= lines <= 100_000_000:
        raise BadTicket("lines: give the number of lines in service")
    key = (branch_id, month, service)
    row = session.get(BranchLinesRow, key) or BranchLinesRow(
        branch_id=branch_id, month=month, service=service
    )
    row.lines, row.changed_at, row.changed_by = lines, now(), by.name
    session.add(row)
    details = {"branch": str(branch_id), "month": month, "service": service, "lines": str(lines)}
    write(session, Act(user=by.user or by.name, action=AuditAction.TICKET_LISTS_CHANGED, details=details))
