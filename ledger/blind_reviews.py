"""Repository of blind reviews: submitting one, and who may see what of them.

Whoever judges a call in a round is blind for it: sees neither what others nor what the machine says of it,
until everybody who judges it has submitted, or the round is closed. While a reviewed call waits for its
second review, every monitor but the first is blind for it, since any of them may be the second; so is
whoever has it. `blind_calls` is the one place that knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, not_, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from ledger import judgements
from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.blind_conditions import is_not_closed, is_open, waits_for_somebody
from ledger.blind_rounds import (
    Round,
    Task,
    due_first,
    get_round,
    is_final,
    open_tasks,
    own_task,
)
from ledger.case_states import CaseState
from ledger.clock import now
from ledger.conflicts import Incomplete, OutOfTurn, ReviewFinal, RoundNotOpen
from ledger.records import User
from ledger.scopes import visible_calls
from ledger.states import UserRole, Verdict
from ledger.tables import BlindReviewRow, BlindRoundRow, BlindTaskRow, CallRow, CaseRow, UserRow

PEOPLE = 256  # whose statements are kept, which takes longer to make than to run


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """What somebody says of a call."""

    verdicts: Mapping[str, Verdict]  # by rule; all that are asked
    marks: Mapping[str, int]  # by standard
    score: float  # out of 100
    comment: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What the machine had found of the call when the review was submitted."""

    pack: str
    pack_version: str
    score: float
    verdicts: Mapping[str, Verdict]


@dataclass(frozen=True, kw_only=True, slots=True)
class BlindReview:
    """A review that may be shown."""

    round_id: int
    call_id: str
    user_id: int
    name: str  # that the person signs in with
    user: str  # the name that others see
    occasion: int
    is_reference: bool  # the expert's
    sheet: Sheet
    machine: Machine | None  # None: it had found nothing yet
    submitted_at: datetime


@lru_cache(maxsize=PEOPLE)
def blind_calls(user_id: int) -> Select[Any]:
    """Ids of the calls that somebody is blind for now: a query that stands by itself in any other."""
    both = union_all(_blind_by_rounds(user_id), _blind_by_cases(user_id)).subquery()
    return select(both.c.call_id).correlate(None)


def is_blind(session: Session, user_id: int, call_id: str) -> bool:
    """Whether somebody is blind for a call now."""
    return bool(session.scalar(_is_among(user_id), {"asked": call_id}))


def open_calls(session: Session, user_id: int) -> list[str]:
    """The calls of `open_tasks`, without what is asked of them."""
    rows = session.execute(_open_calls(), {"judge": user_id}).all()
    return [row.call_id for row in due_first(rows)]


def count_blind(session: Session, user: User) -> int:
    """How many of the calls that somebody may see the user is blind for now."""
    conditions = (CallRow.id.in_(blind_calls(user.id)), visible_calls(user))
    return session.scalar(select(func.count()).select_from(CallRow).where(*conditions)) or 0


def submit(session: Session, user: User, task_id: int, sheet: Sheet) -> None:
    """Add a review; an earlier one of the same task stays.

    Raises NotFound where it is not one's own, Conflict where it is not the time (the round is not open, all
    reviews of the call are in, a second version of a final one) or the sheet is of other rules.
    """
    task = own_task(session, user.id, task_id)
    _check_time(session, task, get_round(session, task.round_id))
    if set(sheet.verdicts) != set(task.rules):
        raise Incomplete(f"review {task_id} needs one verdict for each of its rules; load it again")
    row = BlindReviewRow(
        task_id=task.id,
        verdicts={rule: str(verdict) for rule, verdict in sheet.verdicts.items()},
        marks=dict(sheet.marks),
        score=sheet.score,
        comment=sheet.comment,
        submitted_at=now(),
        machine=_machine_now(session, task.call_id),
    )
    session.add(row)
    session.flush()
    details = {"round": str(task.round_id), "blind_review": str(row.id)}
    write(session, Act(user=user, action=AuditAction.REVIEWED, call_id=task.call_id, details=details))


def own_sheet(session: Session, task: Task) -> Sheet | None:
    """What the task's own rater submitted last; None where nothing is, or it cannot be changed."""
    if is_final(session, task):
        return None
    row = session.scalars(
        select(BlindReviewRow).where(BlindReviewRow.task_id == task.id).order_by(BlindReviewRow.id.desc())
    ).first()
    return _sheet(row) if row else None


def shown_reviews(
    session: Session,
    *,
    viewer_id: int | None,
    round_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[BlindReview]:
    """The newest review of each task of which all reviews are in or whose round is closed, the oldest first.

    Without the calls that the viewer is blind for, be it in another round; None is nobody: a command.
    """
    newest = select(func.max(BlindReviewRow.id)).group_by(BlindReviewRow.task_id)
    conditions: list[ColumnElement[bool]] = [
        BlindReviewRow.id.in_(newest),
        or_(not_(is_not_closed()), not_(waits_for_somebody(BlindTaskRow))),
    ]
    if viewer_id is not None:
        conditions.append(BlindTaskRow.call_id.not_in(blind_calls(viewer_id)))
    if round_id is not None:
        conditions.append(BlindTaskRow.round_id == round_id)
    if since is not None:
        conditions.append(BlindReviewRow.submitted_at >= since)
    if until is not None:
        conditions.append(BlindReviewRow.submitted_at < until)
    return _reviews(session, conditions)


def comments_of(session: Session, call_id: str) -> Sequence[BlindReviewRow]:
    """All reviews of a call, for masking and forgetting what their comments quote."""
    query = select(BlindReviewRow).join(BlindTaskRow, BlindTaskRow.id == BlindReviewRow.task_id)
    return session.scalars(query.where(BlindTaskRow.call_id == call_id)).all()


@lru_cache(maxsize=PEOPLE)
def _is_among(user_id: int) -> Select[Any]:
    return select(bindparam("asked", type_=CallRow.id.type).in_(blind_calls(user_id)))


@cache
def _open_calls() -> Select[str, int, int]:
    is_in = select(BlindReviewRow.id).where(BlindReviewRow.task_id == BlindTaskRow.id).exists()
    return (
        select(BlindTaskRow.call_id, BlindTaskRow.round_id, BlindTaskRow.occasion)
        .join(BlindRoundRow, BlindRoundRow.id == BlindTaskRow.round_id)
        .where(BlindTaskRow.user_id == bindparam("judge"), is_open(), ~is_in)
    )


def _blind_by_rounds(user_id: int) -> Select[Any]:
    task = aliased(BlindTaskRow)
    return (
        select(task.call_id)
        .join(BlindRoundRow, BlindRoundRow.id == task.round_id)
        .where(task.user_id == user_id, is_not_closed(), waits_for_somebody(task))
    )


def _blind_by_cases(user_id: int) -> Select[Any]:
    monitor = select(UserRow.id).where(UserRow.id == user_id, UserRow.role == UserRole.MONITOR)
    may_be_second = and_(CaseRow.reviewer_id != user_id, monitor.exists())
    return select(CaseRow.call_id).where(
        CaseRow.state == CaseState.SECOND, or_(CaseRow.holder_id == user_id, may_be_second)
    )


def _reviews(session: Session, conditions: Sequence[ColumnElement[bool]]) -> list[BlindReview]:
    query = (
        select(BlindReviewRow, BlindTaskRow, BlindRoundRow.expert_id, UserRow)
        .join(BlindTaskRow, BlindTaskRow.id == BlindReviewRow.task_id)
        .join(BlindRoundRow, BlindRoundRow.id == BlindTaskRow.round_id)
        .join(UserRow, UserRow.id == BlindTaskRow.user_id)
        .where(*conditions)
        .order_by(BlindReviewRow.id)
    )
    return [
        BlindReview(
            round_id=task.round_id,
            call_id=task.call_id,
            user_id=task.user_id,
            name=user.name,
            user=user.display_name,
            occasion=task.occasion,
            is_reference=task.user_id == expert_id,
            sheet=_sheet(row),
            machine=_machine(row.machine),
            submitted_at=row.submitted_at,
        )
        for row, task, expert_id, user in session.execute(query)
    ]


def _check_time(session: Session, task: Task, found: Round) -> None:
    if not found.is_open(now()):
        when = "closed" if found.is_closed(now()) else f"not open before {found.opens_at:%Y-%m-%d %H:%M} UTC"
        raise RoundNotOpen(f"round {found.id} is {when}; its reviews cannot be submitted now")
    if task.submitted_at is None:
        if task.id not in {one.id for one in open_tasks(session, task.user_id)}:
            raise OutOfTurn(f"review {task.id} comes later; take those first that /rounds lists")
        return
    if not is_blind(session, task.user_id, task.call_id):
        raise ReviewFinal(f"all reviews of call {task.call_id} are in; none of them can be changed any more")
    if is_final(session, task):
        raise ReviewFinal(f"review {task.id} is in, and in a round with repeats each review is final")


def _machine_now(session: Session, call_id: str) -> dict[str, Any] | None:
    card = judgements.newest_scorecard(session, call_id)
    if card is None:
        return None
    return asdict(
        Machine(
            pack=card.pack,
            pack_version=card.pack_version,
            score=card.score,
            verdicts={finding.rule: finding.verdict for finding in card.findings},
        )
    )


def _machine(kept: dict[str, Any] | None) -> Machine | None:
    return Machine(**{**kept, "verdicts": _verdicts(kept["verdicts"])}) if kept else None


def _sheet(row: BlindReviewRow) -> Sheet:
    return Sheet(verdicts=_verdicts(row.verdicts), marks=row.marks, score=row.score, comment=row.comment)


def _verdicts(kept: Mapping[str, str]) -> dict[str, Verdict]:
    return {rule: Verdict(verdict) for rule, verdict in kept.items()}
