"""What the way of a review asks of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from ledger import case_facts, cases, second_tasks
from ledger.added_findings import all_of
from ledger.blind_reviews import blind_calls, is_blind
from ledger.calls import get_call, to_call
from ledger.canaries import not_canary
from ledger.case_records import to_case
from ledger.case_states import CaseState
from ledger.cases import Appeal, Case, Published, find_appeals
from ledger.judgements import to_finding
from ledger.publications import get_publication, published_calls
from ledger.records import Call, Finding, User
from ledger.scopes import BY_DESK_AND_TEAM, require_visible, visible_calls
from ledger.secrets_told import veil_of, veils_of
from ledger.tables import AppealRow, CallRow, CaseRow, FindingRow, ReviewMarksRow, ReviewRow, UserRow
from ledger.users import find_user, to_user

__all__ = [
    "case_facts",
    "cases",
    "find_user",
    "get_call",
    "get_publication",
    "is_blind",
    "require_visible",
    "second_tasks",
    "veil_of",
    "veils_of",
]

MOST_PRAISE = 20
MOST_LISTED = 200  # appeals or calls on one page


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A call and its case, in a list."""

    call: Call
    case: Case


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """What is told of a published finding."""

    finding: Finding
    comment: str  # of the decision on it


def praise_for(session: Session, operator: User) -> list[tuple[str, str]]:
    """Calls of an operator whose published review commends something, and the words, the newest first."""
    newest = select(func.max(ReviewMarksRow.id)).group_by(ReviewMarksRow.call_id, ReviewMarksRow.user_id)
    query = (
        select(ReviewMarksRow.call_id, ReviewMarksRow.praise)
        .join(CaseRow, CaseRow.call_id == ReviewMarksRow.call_id)
        .join(CallRow, CallRow.id == ReviewMarksRow.call_id)
        .where(
            CallRow.operator == operator.name,
            CaseRow.published_at.is_not(None),
            ReviewMarksRow.praise != "",
            ReviewMarksRow.user_id.in_((CaseRow.reviewer_id, CaseRow.second_id)),
            ReviewMarksRow.id.in_(newest),
        )
        .order_by(CaseRow.published_at.desc())
        .limit(MOST_PRAISE)
    )
    return [(call_id, praise) for call_id, praise in session.execute(query)]


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """What others call these people."""
    wanted = {each for each in ids if each is not None}
    query = select(UserRow.id, UserRow.display_name).where(UserRow.id.in_(wanted))
    return dict(iter(session.execute(query)))


def receivers(session: Session, call: Call) -> list[User]:
    """To whom the call could be handed: of the staff, of its desk and team, who can sign in; by name."""
    query = select(UserRow).where(UserRow.disabled.is_(False), UserRow.role.in_(BY_DESK_AND_TEAM))
    people = [to_user(row) for row in session.scalars(query.order_by(UserRow.name))]
    return [one for one in people if _is_among(call.desk, one.desks) and _is_among(call.team, one.teams)]


def appeals_of(session: Session, viewer: User, *, is_decided: bool) -> list[Appeal]:
    """Appeals against calls that somebody may see and is not blind for, the newest first."""
    decided = AppealRow.decided_at.is_not(None) if is_decided else AppealRow.decided_at.is_(None)
    return find_appeals(session, [decided, *_shown(viewer)], limit=MOST_LISTED)


def calls_of(session: Session, call_ids: Sequence[str]) -> dict[str, Call]:
    """Calls by id."""
    rows = session.scalars(select(CallRow).where(CallRow.id.in_(call_ids)))
    return {row.id: to_call(row) for row in rows}


def waiting_for_second(session: Session, viewer: User) -> list[Waiting]:
    """Calls whose second review nobody has yet and that somebody else than the viewer reviewed first.

    They are named only: the viewer is blind for them.
    """
    query = (
        select(CallRow, CaseRow)
        .join(CaseRow, CaseRow.call_id == CallRow.id)
        .where(
            CaseRow.state == CaseState.SECOND,
            CaseRow.holder_id.is_(None),
            CaseRow.reviewer_id != viewer.id,
            not_canary(),
            visible_calls(viewer),
        )
        .order_by(CaseRow.since)
    )
    return [_waiting(*found) for found in session.execute(query.limit(MOST_LISTED))]


def published_to(session: Session, operator: User) -> list[Waiting]:
    """An operator's own calls of which something is published, those first that it was done to last."""
    query = (
        select(CallRow, CaseRow)
        .join(CaseRow, CaseRow.call_id == CallRow.id)
        .where(CallRow.operator == operator.name, CallRow.id.in_(published_calls()), not_canary())
        .order_by(CaseRow.since.desc())
    )
    return [_waiting(*found) for found in session.execute(query.limit(MOST_LISTED))]


def words_of(session: Session, published: Published) -> dict[int, Words]:
    """What findings and people say of what was published, by number; what is forgotten is missing."""
    comments = select(ReviewRow.finding_id, ReviewRow.comment).where(
        ReviewRow.id.in_([each.review_id for each in published.findings if each.review_id])
    )
    commented = dict(iter(session.execute(comments)))
    numbers = {each.number for each in published.findings}
    rows = session.scalars(select(FindingRow).where(FindingRow.id.in_(numbers)))
    told = {row.id: Words(finding=to_finding(row), comment=commented.get(row.id, "")) for row in rows}
    heard = all_of(session, published.call_id)
    return told | {-one.id: Words(finding=one.finding, comment="") for one in heard if -one.id in numbers}


def said_of(session: Session, published: Published) -> tuple[str, str]:
    """The reviewer's comment and praise, as far as they are kept."""
    row = session.get(ReviewMarksRow, published.marks_id) if published.marks_id else None
    return (row.comment, row.praise) if row else ("", "")


def _shown(viewer: User) -> Sequence[ColumnElement[bool]]:
    return visible_calls(viewer), CallRow.id.not_in(blind_calls(viewer.id)), not_canary()


def _waiting(call: CallRow, case: CaseRow) -> Waiting:
    return Waiting(call=to_call(call), case=to_case(case))


def _is_among(value: str | None, allowed: frozenset[str]) -> bool:
    return not allowed or value in allowed
