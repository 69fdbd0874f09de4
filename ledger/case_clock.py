"""What time does to cases: limits that have passed, claims that nobody uses, calls that are gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from ledger import case_holding, second_tasks
from ledger.case_moves import CLOCK, lock_cases, move
from ledger.case_states import CaseState, CaseStep
from ledger.errors import Conflict
from ledger.review_rules import ReviewRules
from ledger.tables import AuditRow, CaseRow, ScorecardRow

AT_ONCE = 200  # cases in one transaction; the rest is done the next time


def close_overdue(session: Session, at: datetime) -> list[str]:
    """Close what nobody appealed against in time and what is not kept any more; the calls' ids."""
    is_overdue = and_(CaseRow.state == CaseState.PUBLISHED, CaseRow.appeal_until <= at)
    is_gone = and_(CaseRow.state != CaseState.FINAL, ~exists().where(ScorecardRow.call_id == CaseRow.call_id))
    query = select(CaseRow.call_id).where(or_(is_overdue, is_gone)).order_by(CaseRow.call_id)
    found = list(session.scalars(query.limit(AT_ONCE)))
    lock_cases(session, found)
    return [call_id for call_id in found if _is_closed(session, call_id, at)]


def return_stale(session: Session, at: datetime, rules: ReviewRules) -> list[str]:
    """Give back what was taken (not handed out) and is not touched for so long; the calls' ids.

    Touched is what the holder has looked at, listened to or decided on, as the audit log knows.
    """
    if rules.claim_minutes is None:
        return []
    since = at - timedelta(minutes=rules.claim_minutes)
    is_touched = exists().where(
        AuditRow.call_id == CaseRow.call_id, AuditRow.user_id == CaseRow.holder_id, AuditRow.at > since
    )
    query = select(CaseRow.call_id).where(
        CaseRow.holder_id.is_not(None),
        CaseRow.handed_by_id.is_(None),
        CaseRow.held_since <= since,
        ~is_touched,
    )
    found = list(session.scalars(query.order_by(CaseRow.call_id).limit(AT_ONCE)))
    lock_cases(session, found)
    still = set(session.scalars(query.where(CaseRow.call_id.in_(found))))
    returned = [call_id for call_id in found if call_id in still]
    for call_id in returned:
        case_holding.give_back(session, call_id, None)
    return returned


def _is_closed(session: Session, call_id: str, at: datetime) -> bool:
    """False where somebody was quicker: an appeal that came in the meantime stands."""
    try:
        move(session, call_id, CaseStep.CLOSED, None, at=at)
    except Conflict:
        return False
    second_tasks.close_task(session, call_id, by=CLOCK)
    return True
