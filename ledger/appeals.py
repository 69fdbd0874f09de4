"""Repository of appeals against what was published, and of the decisions, with a reason for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session, aliased

from ledger.case_moves import lock_case, move
from ledger.case_records import Case
from ledger.case_rulings import reject
from ledger.case_states import CaseStep
from ledger.clock import now
from ledger.conflicts import Incomplete
from ledger.publications import newest_publication, publish_decided
from ledger.records import User
from ledger.review_rules import ReviewRules
from ledger.tables import AppealRow, CallRow, UserRow


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What is decided on one finding of an appeal."""

    finding_id: int  # its number, see `ledger.case_rulings`
    is_upheld: bool  # the appeal is right: the finding counts no more
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Appeal:
    """An appeal and what was decided."""

    id: int
    call_id: str
    publication_id: int
    at: datetime
    user_id: int
    user: str  # the name that others see
    text: str
    findings: tuple[int, ...]  # numbers, see `ledger.case_rulings`
    decided_at: datetime | None
    decided_by: str | None
    outcome: CaseStep | None  # UPHELD where any finding falls, else DISMISSED
    note: str
    rulings: tuple[Ruling, ...]


def appeal(
    session: Session,
    call_id: str,
    by: User,
    text: str,
    findings: Sequence[int],
    *,
    version: int | None = None,
) -> Case:
    """Appeal against published findings.

    Raises NotFound, Conflict where it is too late, was done before or names what was not published,
    NotAllowed where the call is none of one's own.
    """
    lock_case(session, call_id, version)
    published = newest_publication(session, call_id)
    case = move(session, call_id, CaseStep.APPEALED, by, appealed_by_id=by.id, appealed_at=now())
    standing = {finding.number for finding in published.standing} if published else set()
    if published is None or not findings or not set(findings) <= standing:
        raise Incomplete(f"an appeal against call {call_id} names published findings; load it again")
    session.add(
        AppealRow(
            call_id=call_id,
            publication_id=published.id,
            at=now(),
            user_id=by.id,
            text=text,
            findings=sorted(set(findings)),
        )
    )
    session.flush()
    return case


def decide(
    session: Session,
    call_id: str,
    by: User,
    rulings: Sequence[Ruling],
    *,
    note: str,
    rules: ReviewRules,
    version: int | None = None,
) -> Case:
    """Decide on an appeal: what is upheld is rejected as a finding and published so; then all is final.

    Raises NotFound, Conflict where not each finding of the appeal is decided once, NotAllowed where one had a
    part in it.
    """
    at = now()
    lock_case(session, call_id, version)
    row = _undecided(session, call_id)
    if row and sorted(ruling.finding_id for ruling in rulings) != row.findings:
        raise Incomplete(f"decide once on each finding of the appeal against call {call_id}; load it again")
    is_upheld = any(ruling.is_upheld for ruling in rulings)
    outcome = CaseStep.UPHELD if is_upheld else CaseStep.DISMISSED
    case = move(session, call_id, outcome, by, rules=rules, at=at, decided_by_id=by.id, decided_at=at)
    assert row  # whatever is appealed against has one
    row.decided_at, row.decided_by_id, row.outcome, row.note = at, by.id, outcome, note
    row.rulings = [asdict(ruling) for ruling in rulings]
    for ruling in rulings:
        if ruling.is_upheld:
            reject(session, call_id, ruling.finding_id, by, ruling.reason)
    if is_upheld:
        publish_decided(session, case, by, at)
    return case


def waive(session: Session, call_id: str, by: User, *, version: int | None = None) -> Case:
    """The operator does without an appeal: all is final. Raises NotFound, Conflict, NotAllowed."""
    return move(session, call_id, CaseStep.CLOSED, by, version=version)


def newest_appeal(session: Session, call_id: str) -> Appeal | None:
    """The newest appeal against a call, or None."""
    found = session.execute(_newest_of_call(), {"of": call_id}).first()
    return _appeal(*found) if found else None


def find_appeals(session: Session, which: Sequence[ColumnElement[bool]], *, limit: int) -> list[Appeal]:
    """Appeals with conditions on appeals and their calls, the newest first."""
    return [_appeal(*found) for found in session.execute(_appeals().where(*which).limit(limit))]


@cache
def _appeals() -> Select[AppealRow, str, str]:
    decider = aliased(UserRow)
    return (
        select(AppealRow, UserRow.display_name, decider.display_name)
        .join(CallRow, CallRow.id == AppealRow.call_id)
        .join(UserRow, UserRow.id == AppealRow.user_id)
        .outerjoin(decider, decider.id == AppealRow.decided_by_id)
        .order_by(AppealRow.id.desc())
    )


@cache
def _newest_of_call() -> Select[AppealRow, str, str]:
    return _appeals().where(AppealRow.call_id == bindparam("of")).limit(1)


def _undecided(session: Session, call_id: str) -> AppealRow | None:
    query = select(AppealRow).where(AppealRow.call_id == call_id, AppealRow.decided_at.is_(None))
    return session.scalars(query.order_by(AppealRow.id.desc()).limit(1)).first()


def _appeal(row: AppealRow, user: str, decided_by: str | None) -> Appeal:
    return Appeal(
        id=row.id,
        call_id=row.call_id,
        publication_id=row.publication_id,
        at=row.at,
        user_id=row.user_id,
        user=user,
        text=row.text,
        findings=tuple(row.findings),
        decided_at=row.decided_at,
        decided_by=decided_by,
        outcome=CaseStep(row.outcome) if row.outcome else None,
        note=row.note,
        rulings=tuple(Ruling(**ruling) for ruling in row.rulings),
    )
