"""Who has a case: taking it, giving it back, handing it to somebody, and who may change a review."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from ledger import second_tasks
from ledger.case_errors import Elsewhere, HeldByAnother, NotReady
from ledger.case_moves import CLOCK, get_case, lock_case, lock_cases, move
from ledger.case_records import Case, HandedOut
from ledger.case_states import CaseState, CaseStep
from ledger.clock import now
from ledger.errors import Conflict, HotlineError
from ledger.records import User
from ledger.review_rules import ReviewRules

_CLOSED_TO_CHANGES = {
    CaseState.REVIEWED: "its review is finished; reopen it first",
    CaseState.SECOND: "it is being reviewed a second time",
    CaseState.PUBLISHED: "its review is published; only an appeal can change it",
    CaseState.FINAL: "its review is final and nothing changes any more",
}


def take(
    session: Session,
    call_id: str,
    by: User,
    *,
    rules: ReviewRules | None = None,
    version: int | None = None,
    note: str = "",
) -> Case:
    """Work on a call: review it, review it blind, or decide on its appeal.

    Raises NotFound, Conflict, NotAllowed.
    """
    case = move(
        session, call_id, CaseStep.TAKEN, by,
        rules=rules, version=version, note=note,
        holder_id=by.id, held_since=now(), handed_by_id=None,
    )  # fmt: skip
    return _with_task(session, case, by, by)


def give_back(session: Session, call_id: str, by: User | None, *, version: int | None = None) -> Case:
    """Let go of a call, which waits for anybody again; None: time does it.

    Raises NotFound, Conflict, NotAllowed.
    """
    case = move(session, call_id, CaseStep.RETURNED, by, version=version)
    second_tasks.close_task(session, call_id, by=by.name if by else CLOCK)
    return case


def hand(
    session: Session,
    call_id: str,
    to: User,
    by: User,
    *,
    rules: ReviewRules | None = None,
    version: int | None = None,
) -> Case:
    """Give a call to somebody, whoever has it now. Raises NotFound, Conflict, NotAllowed."""
    case = move(
        session, call_id, CaseStep.HANDED, by,
        rules=rules, to=to, version=version, note=to.display_name,
        holder_id=to.id, held_since=now(), handed_by_id=by.id,
    )  # fmt: skip
    return _with_task(session, case, to, by)


def hand_many(
    session: Session, call_ids: Iterable[str], to: User, by: User, *, rules: ReviewRules | None = None
) -> HandedOut:
    """Give many calls to somebody in one transaction; what cannot be handed is told and stays as it is."""
    wanted = list(dict.fromkeys(call_ids))
    lock_cases(session, wanted)
    handed: list[str] = []
    refused: dict[str, HotlineError] = {}
    for call_id in wanted:
        try:
            with session.begin_nested():
                hand(session, call_id, to, by, rules=rules)
        except HotlineError as error:
            refused[call_id] = error
        else:
            handed.append(call_id)
    return HandedOut(handed=tuple(handed), refused=refused)


def require_open_for_change(session: Session, call_id: str, by: User, *, of_marks: bool = False) -> Case:
    """Whoever changes a review (a decision, a mark, a correction) has the call, in a state that allows it.

    A call that is open and nobody's is taken by that. Raises NotFound, Conflict.
    """
    case = lock_case(session, call_id)
    why = why_closed(case, by.id, of_marks=of_marks)
    if why is not None:
        raise why
    return case if case.holder_id == by.id else take(session, call_id, by)


def why_closed(case: Case, user_id: int, *, of_marks: bool = False) -> Conflict | None:
    """Why somebody may not change a review now; None: one may, and takes what nobody has by that.

    While it is appealed against its findings are those that the appeal is about, and marks alone change.
    """
    is_appealed = case.state is CaseState.APPEALED
    if case.state in _CLOSED_TO_CHANGES:
        return Elsewhere(f"call {case.call_id} cannot be changed: {_CLOSED_TO_CHANGES[case.state]}")
    if case.holder_id not in {None, user_id}:
        return HeldByAnother(f"somebody else has call {case.call_id}; ask for it, or take another one")
    if is_appealed and case.holder_id is None:
        return NotReady(f"call {case.call_id} is appealed against: take it first, then decide")
    if is_appealed and not of_marks:
        return Elsewhere(f"call {case.call_id} is appealed against: only that decision changes its findings")
    return None


def _with_task(session: Session, case: Case, holder: User, by: User) -> Case:
    """Who has a call for its second review has a blind task for it, and nobody else has one."""
    if case.state is CaseState.SECOND:
        second_tasks.close_task(session, case.call_id, by=by.name)
        second_tasks.open_task(session, case.call_id, holder, by=by.name)
    return get_case(session, case.call_id)
