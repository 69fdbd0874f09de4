"""The questions to the ledger of the rows of one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from console.listing.schemas import Marked, Progress
from ledger.case_states import CaseState
from ledger.decisions import stands
from ledger.judgements import to_finding
from ledger.later_parts import flagged_parts
from ledger.records import Finding, User
from ledger.review_marks import STANDARDS
from ledger.search import first_turns_saying
from ledger.secrets_told import veils_of
from ledger.states import Decision, Verdict
from ledger.tables import (
    CallRow,
    CaseRow,
    FindingRow,
    HoldRow,
    LaterScorecardRow,
    ReviewMarksRow,
    ReviewRow,
    ScorecardRow,
    UndoneRow,
    UserRow,
)

__all__ = ["first_turns_saying", "flagged_parts", "veils_of"]

# The statements are kept: to make one takes longer than to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_KEPT = select(HoldRow.call_id).where(HoldRow.call_id.in_(_IDS), HoldRow.released_at.is_(None))
_OWN_MARKS = (
    select(ReviewMarksRow.call_id, ReviewMarksRow.id, ReviewMarksRow.marks)
    .where(ReviewMarksRow.call_id.in_(_IDS), ReviewMarksRow.user_id == bindparam("viewer"))
    .order_by(ReviewMarksRow.id)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """A failed finding as its row, and what was decided on it."""

    row: Row[Any]
    decision: Decision | None

    @property
    def finding(self) -> Finding:
        """The record: a page shows one or two of a call's."""
        return to_finding(self.row)

    @property
    def has_words(self) -> bool:
        """Whether its evidence has any."""
        return None not in (self.row.start_s, self.row.end_s) and bool(self.row.text)


def failed_findings(session: Session, call_ids: Sequence[str]) -> dict[str, list[Failed]]:
    """Failed findings of the newest scorecards by call, worst first, with the newest decision on each."""
    found: dict[str, list[Failed]] = {}
    for row in session.execute(_failed(), {"ids": call_ids}):
        decision = Decision(row.decision) if row.decision else None
        found.setdefault(row.call_id, []).append(Failed(row=row, decision=decision))
    return found


def progress_of(session: Session, call_ids: Sequence[str]) -> dict[str, Progress]:
    """How far people are with these calls; those of which nothing waits are left out."""
    return {
        row.call_id: Progress(
            state=CaseState(row.state),
            version=row.version,
            holder=row.holder or "",
            holder_id=row.holder_id,
            reviewer=row.reviewer or "",
        )
        for row in session.execute(_progress(), {"ids": call_ids})
    }


def kept_calls(session: Session, call_ids: Sequence[str]) -> set[str]:
    """Those of these calls under a legal hold."""
    return set(session.scalars(_KEPT, {"ids": call_ids}))


def own_marks(session: Session, call_ids: Sequence[str], viewer: User) -> dict[str, Marked]:
    """The newest marks that somebody has given to each of these calls, where any were."""
    return {
        row.call_id: Marked(id=row.id, is_complete=set(row.marks) >= set(STANDARDS))
        for row in session.execute(_OWN_MARKS, {"ids": call_ids, "viewer": viewer.id})
    }


@cache
def _failed() -> Select[Any]:
    newest = (
        select(func.max(ScorecardRow.id)).where(ScorecardRow.call_id.in_(_IDS)).group_by(ScorecardRow.call_id)
    )
    decision = (
        select(ReviewRow.decision)
        .where(ReviewRow.finding_id == FindingRow.id, stands())
        .order_by(ReviewRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(ScorecardRow.call_id, FindingRow.__table__, decision.label("decision"))
        .join(FindingRow, FindingRow.scorecard_id == ScorecardRow.id)
        .where(ScorecardRow.id.in_(newest), FindingRow.verdict == Verdict.FAIL)
        .order_by(FindingRow.points.desc(), FindingRow.id)
    )


@cache
def _progress() -> Select[str, str, int, int | None, str, str]:
    holder, reviewer = aliased(UserRow), aliased(UserRow)
    return (
        select(
            *(CaseRow.call_id, CaseRow.state, CaseRow.version, CaseRow.holder_id),
            holder.display_name.label("holder"),
            reviewer.display_name.label("reviewer"),
        )
        .outerjoin(holder, holder.id == CaseRow.holder_id)
        .outerjoin(reviewer, reviewer.id == CaseRow.reviewer_id)
        .where(CaseRow.call_id.in_(_IDS))
    )


def row_marks(session: Session, call_ids: Sequence[str], viewer: User) -> dict[str, str]:
    """A mark of each row by call: where it differs from the one before, the row shows something else."""
    of_call = (FindingRow.scorecard_id == ScorecardRow.id, ScorecardRow.call_id == CallRow.id)
    decided = select(func.max(ReviewRow.id)).where(ReviewRow.finding_id == FindingRow.id, *of_call)
    undone = select(func.count(UndoneRow.review_id)).where(
        UndoneRow.review_id == ReviewRow.id, ReviewRow.finding_id == FindingRow.id, *of_call
    )
    marked = select(func.max(ReviewMarksRow.id)).where(
        ReviewMarksRow.call_id == CallRow.id, ReviewMarksRow.user_id == viewer.id
    )
    kept = select(func.max(HoldRow.id)).where(HoldRow.call_id == CallRow.id, HoldRow.released_at.is_(None))
    later = select(func.max(LaterScorecardRow.id)).where(LaterScorecardRow.call_id == CallRow.id)
    beside = [part.correlate(CallRow).scalar_subquery() for part in (decided, undone, marked, kept, later)]
    query = (
        select(CallRow.id, CallRow.state, CallRow.score, CallRow.flag_count, CaseRow.version, *beside)
        .outerjoin(CaseRow, CaseRow.call_id == CallRow.id)
        .where(CallRow.id.in_(call_ids))
    )
    return {row[0]: "-".join(str(value) for value in row[1:]) for row in session.execute(query)}
