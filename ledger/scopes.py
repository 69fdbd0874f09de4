"""Which calls somebody may see: the one place that knows, for lists, counts, searches and single calls."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from ledger.errors import NotFound
from ledger.records import User
from ledger.states import UserRole
from ledger.tables import CallRow, CaseRow, ConversationRow, OperatorRow, SampledRow

BY_DESK_AND_TEAM = frozenset(
    {UserRole.ADMINISTRATOR, UserRole.QUALITY_LEAD, UserRole.MONITOR, UserRole.TEAM_LEAD}
)
IDS_AT_ONCE = 5000  # in one query; SQLite takes 32,766 parameters


def visible_calls(user: User) -> ColumnElement[bool]:
    """A condition on `CallRow`: staff see their desks' and teams' calls, outsiders what they were handed.

    A call without an operator belongs to no team: somebody who is held to teams does not see it.
    """
    if user.role in BY_DESK_AND_TEAM:
        return _of_desks_and_teams(user)
    if user.role is UserRole.SUPERVISOR:
        drawn = select(SampledRow.call_id).where(SampledRow.assigned_to == user.id)
        handed = select(CaseRow.call_id).where(CaseRow.holder_id == user.id)
        return or_(CallRow.id.in_(drawn), CallRow.id.in_(handed))
    return false()


def is_unbounded(user: User) -> bool:
    """Whether somebody sees the calls of all desks and teams, and so whatever is counted over them."""
    return user.role in BY_DESK_AND_TEAM and not user.desks and not user.teams


def require_visible(session: Session, user: User, call_id: str) -> None:
    """Raises NotFound where the call is none of the user's, as if it were not there."""
    query = select(CallRow.id).where(CallRow.id == call_id, visible_calls(user))
    if "\0" in call_id or session.scalar(query) is None:  # a server refuses to look for NUL
        raise NotFound(f"there is no call {call_id!r} among yours; /calls lists them")


def is_operators_own(session: Session, operator: str, call_id: str) -> bool:
    """Whether a call is the one that an operator is on (the phone may still ring), or had."""
    if "\0" in call_id:  # a server refuses to look for it
        return False
    is_on = exists().where(OperatorRow.number == operator, OperatorRow.call_id == call_id)
    talked = exists().where(ConversationRow.call_id == call_id, ConversationRow.operator == operator)
    had = exists().where(CallRow.id == call_id, CallRow.operator == operator)
    return bool(session.scalar(select(or_(is_on, talked, had))))


def visible_among(session: Session, user: User, call_ids: Collection[str]) -> frozenset[str]:
    """Those of these calls that somebody may see."""
    if is_unbounded(user):
        return frozenset(call_ids)
    ids, found = list(call_ids), set[str]()
    for first in range(0, len(ids), IDS_AT_ONCE):
        some = ids[first : first + IDS_AT_ONCE]
        found.update(session.scalars(select(CallRow.id).where(CallRow.id.in_(some), visible_calls(user))))
    return frozenset(found)


def _of_desks_and_teams(user: User) -> ColumnElement[bool]:
    conditions: list[ColumnElement[bool]] = [CallRow.id.is_not(None)]
    if user.desks:
        conditions.append(CallRow.desk.in_(sorted(user.desks)))
    if user.teams:
        conditions.append(CallRow.team.in_(sorted(user.teams)))
    return and_(*conditions)
