"""Repository of the audit log's readers: pages of it by filters, and when it was verified last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from ledger import audit, holds
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.records import User
from ledger.tables import AuditRow

MOST_PROBLEMS = 20  # that are told; one is enough to call for help
LONGEST_FIGURE = 18  # digits


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditFilters:
    """Which rows; None filters nothing."""

    user: str | None = None
    action: AuditAction | None = None
    call_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One row as readers see it."""

    number: int
    at: datetime
    user: str
    is_known: bool  # a user of the console; else a command's, or a name as it was typed
    action: str
    call_id: str | None
    details: Mapping[str, str]
    is_changed: bool  # its fields do not give its link any more


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """A verification of the whole log."""

    at: datetime
    user: str
    rows: int
    head: str  # NUMBER:LINK, to be kept elsewhere
    problems: int


def page(
    session: Session, filters: AuditFilters, *, before: int | None = None, limit: int
) -> list[AuditEntry]:
    """The newest rows, those before a number, newest first."""
    query = select(AuditRow).where(*_conditions(filters)).order_by(AuditRow.number.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditRow.number < before)
    return [_entry(row) for row in session.scalars(query)]


def page_after(session: Session, filters: AuditFilters, *, after: int, limit: int) -> list[AuditEntry]:
    """The oldest rows after a number, oldest first: for exports, a page at a time."""
    query = select(AuditRow).where(*_conditions(filters), AuditRow.number > after)
    return [_entry(row) for row in session.scalars(query.order_by(AuditRow.number).limit(limit))]


def head(session: Session) -> str:
    """NUMBER:LINK of the newest row."""
    number, link = audit.head(session)
    return f"{number}:{link}"


def problems(session: Session) -> list[str]:
    """The first sentences of what is wrong with the log or with legal holds."""
    return list(islice(_all_problems(session), MOST_PROBLEMS))


def note_check(session: Session, user: User, *, found: int, told: str) -> None:
    """Write into the log itself that it was verified: nobody takes that back unseen."""
    rows = told.partition(":")[0]
    details = {"rows": rows, "head": told, "problems": str(found)}
    write(session, Act(user=user, action=AuditAction.LOG_VERIFIED, details=details))


def last_check(session: Session) -> Check | None:
    """The newest verification on a page; a row of it that was changed is a problem itself."""
    query = select(AuditRow).where(AuditRow.action == AuditAction.LOG_VERIFIED)
    row = session.scalars(query.order_by(AuditRow.number.desc()).limit(1)).first()
    if row is None:
        return None
    details = _details(row)
    return Check(
        at=row.at,
        user=row.user,
        rows=_figure(details, "rows", 0),
        head=details.get("head", ""),
        problems=max(_figure(details, "problems", 1), 1 if _is_changed(row) else 0),
    )


def _all_problems(session: Session) -> Iterator[str]:
    yield from audit.problems(session)
    yield from holds.problems(session)


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    equal = (
        (AuditRow.user, filters.user),
        (AuditRow.action, filters.action),
        (AuditRow.call_id, filters.call_id),
    )
    conditions: list[ColumnElement[bool]] = [column == value for column, value in equal if value is not None]
    if filters.since is not None:
        conditions.append(AuditRow.at >= filters.since)
    if filters.until is not None:
        conditions.append(AuditRow.at < filters.until)
    return conditions


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=row.at,
        user=row.user,
        is_known=row.user_id is not None,
        action=row.action,
        call_id=row.call_id,
        details=_details(row),
        is_changed=_is_changed(row),
    )


def _is_changed(row: AuditRow) -> bool:
    return audit.link_of(row) != row.link_sha256


def _figure(details: Mapping[str, str], name: str, unknown: int) -> int:
    told = details.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < LONGEST_FIGURE else unknown


def _details(row: AuditRow) -> dict[str, str]:
    """What somebody put in by hand may be anything."""
    try:
        told = json.loads(row.details)
    except ValueError:
        return {"?": row.details}
    if not isinstance(told, dict):
        return {"?": row.details}
    return {str(key): str(value) for key, value in told.items()}
