"""Puts the audit page together, verifies the log, and writes it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo

import structlog
from sqlalchemy.orm import Session

from console.auditlog import repository
from console.auditlog.schemas import AuditView, AuditWish
from console.spreadsheets import BOM, csv_line, harmless
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.audit_reading import AuditEntry
from ledger.database import Ledger
from ledger.records import User

PAGE_LENGTH = 50  # rows
ROWS_AT_ONCE = 1000  # of an export
COLUMNS = ("number", "at", "user", "action", "call_id", "details", "changed")

log = structlog.get_logger(__name__)


def open_log(session: Session, wish: AuditWish, zone: tzinfo, problems: tuple[str, ...] = ()) -> AuditView:
    """One page, newest first."""
    found = repository.page(session, wish.filters(zone), before=wish.before, limit=PAGE_LENGTH + 1)
    entries = found[:PAGE_LENGTH]
    return AuditView(
        entries=entries,
        before=entries[-1].number if len(found) > PAGE_LENGTH else None,
        head=repository.head(session),
        check=repository.last_check(session),
        problems=problems,
    )


def verify(ledger: Ledger, user: User) -> tuple[str, ...]:
    """Read the whole log anew; what is wrong with it. That it was verified is written into it."""
    with ledger.reading() as session:
        told = repository.head(session)  # first: rows that come meanwhile are not vouched for
        problems = repository.problems(session)
    with ledger.transaction() as session:
        repository.note_check(session, user, found=len(problems), told=told)
    log.info("audit_log_verified", problems=len(problems), by=user.name)
    return tuple(problems)


def note_export(session: Session, user: User, wish: AuditWish) -> None:
    """Whoever takes the log away stands in it."""
    write(session, Act(user=user, action=AuditAction.LOG_EXPORTED, details=wish.given))


def export(ledger: Ledger, wish: AuditWish, zone: tzinfo) -> Iterator[str]:
    """The rows as CSV (RFC 4180), oldest first; what a spreadsheet would calculate gets an apostrophe."""
    yield BOM + csv_line(COLUMNS)
    after = 0
    while True:
        with ledger.reading() as session:
            entries = repository.page_after(session, wish.filters(zone), after=after, limit=ROWS_AT_ONCE)
        if not entries:
            return
        yield "".join(csv_line(_cells(entry)) for entry in entries)
        after = entries[-1].number


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    details = "; ".join(f"{name}={value}" for name, value in entry.details.items())
    return (
        str(entry.number),
        entry.at.astimezone(UTC).isoformat(timespec="seconds"),
        harmless(entry.user),
        entry.action,
        harmless(entry.call_id or ""),
        harmless(details),
        "yes" if entry.is_changed else "",
    )
