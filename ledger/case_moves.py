"""Moving a case: the row locked, its version compared, the step, its row and the audit in one transaction.

Rows are locked before the audit log's turn is taken, and many of them in the order of their ids, so that
nobody waits for somebody who waits for them.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from ledger.audit import Act, write
from ledger.audit_actions import AuditAction
from ledger.case_guards import Asked, Guard
from ledger.case_records import Case, StepTaken, to_case
from ledger.case_states import CaseState, CaseStep
from ledger.case_table import TABLE, way_of
from ledger.clock import now
from ledger.errors import Conflict, HotlineError, NotFound
from ledger.records import User
from ledger.review_rules import ReviewRules
from ledger.tables import CallRow, CaseRow, CaseStepRow, UserRow
from ledger.webhooks import Event, announce

TOLD = {  # to webhooks
    CaseStep.PUBLISHED: Event.PUBLISHED,
    CaseStep.APPEALED: Event.APPEALED,
    CaseStep.UPHELD: Event.DECIDED,
    CaseStep.DISMISSED: Event.DECIDED,
}
CLOCK = "hotline"  # who the audit log says it was where time or the plan did it


def get_case(session: Session, call_id: str) -> Case:
    """How far people are with a call. Raises NotFound where there is no such call."""
    row = session.get(CaseRow, call_id, populate_existing=True)
    if row is None and session.get(CallRow, call_id) is None:
        raise NotFound(f"there is no call {call_id!r}; /calls lists them")
    return to_case(row) if row else Case(call_id=call_id)


def steps_of(session: Session, call_id: str) -> list[StepTaken]:
    """Every step of a case, the oldest first."""
    found = session.execute(_steps_of_call(), {"of": call_id})
    return [
        StepTaken(
            at=row.at,
            user_id=row.user_id,
            user=name,
            step=CaseStep(row.step),
            state=CaseState(row.state),
            note=row.note,
        )
        for row, name in found
    ]


@cache
def _steps_of_call() -> Select[CaseStepRow, str]:
    return (
        select(CaseStepRow, UserRow.display_name)
        .outerjoin(UserRow, UserRow.id == CaseStepRow.user_id)
        .where(CaseStepRow.call_id == bindparam("of"))
        .order_by(CaseStepRow.id)
    )


def lock_case(session: Session, call_id: str, version: int | None = None) -> Case:
    """A case that nobody else moves until this transaction ends.

    Raises NotFound, Conflict where it has another version than the one that somebody saw (None: whichever).
    """
    _lock_calls(session, [call_id])
    case = get_case(session, call_id)
    if version is not None and version != case.version:
        raise Conflict(f"somebody else has moved call {call_id} on; load it again")
    return case


def lock_cases(session: Session, call_ids: Iterable[str]) -> None:
    """The same of many calls; ids that there are not are passed over."""
    _lock_calls(session, sorted(set(call_ids)))


def move(
    session: Session,
    call_id: str,
    step: CaseStep,
    who: User | None,
    *,
    rules: ReviewRules | None = None,
    to: User | None = None,
    version: int | None = None,
    note: str = "",
    at: datetime | None = None,
    **changes: Any,
) -> Case:
    """Take one step; `changes` are further columns of the case.

    Raises NotFound, Conflict where the case is not where it was or not so far, NotAllowed where it is for
    somebody else.
    """
    moment = at or now()
    case = lock_case(session, call_id, version)
    way = way_of(call_id, case.state, step)
    asked = Asked(session=session, case=case, who=who, to=to, rules=rules or ReviewRules(), at=moment)
    for guard in way.guards:
        guard(asked)
    if way.lets_go:
        changes = {"holder_id": None, "held_since": None, "handed_by_id": None, **changes}
    if way.to is not case.state or case.since is None:
        changes["since"] = moment
    _change(session, call_id, state=way.to, version=case.version + 1, **changes)
    _note(session, call_id, step, who, state=way.to, at=moment, note=note)
    return get_case(session, call_id)


def is_possible(
    session: Session,
    case: Case,
    step: CaseStep,
    who: User,
    rules: ReviewRules,
    *,
    but: Container[Guard] = (),
) -> bool:
    """Whether somebody could take a step now, as far as the case goes; `but` are guards left for later."""
    way = TABLE.get((case.state, step))
    if way is None:
        return False
    asked = Asked(session=session, case=case, who=who, to=None, rules=rules, at=now())
    try:
        for guard in way.guards:
            if guard not in but:
                guard(asked)
    except HotlineError:
        return False
    return True


def _change(session: Session, call_id: str, **changes: Any) -> None:
    row = session.get(CaseRow, call_id)
    if row is None:
        row = CaseRow(call_id=call_id)
        session.add(row)
    for name, value in changes.items():
        setattr(row, name, value)
    if "state" in changes:  # the list of calls finds what is to be reviewed by it
        session.get_one(CallRow, call_id).case_state = changes["state"]
    session.flush()


def _note(
    session: Session,
    call_id: str,
    step: CaseStep,
    who: User | None,
    *,
    state: CaseState,
    at: datetime,
    note: str,
) -> None:
    session.add(
        CaseStepRow(
            call_id=call_id, at=at, user_id=who.id if who else None, step=step, state=state, note=note
        )
    )
    details = {"step": str(step), "state": str(state)}
    act = Act(user=who or CLOCK, action=AuditAction.CASE_MOVED, call_id=call_id, details=details)
    write(session, act)
    if step in TOLD:
        announce(session, TOLD[step], call_id)


def _lock_calls(session: Session, call_ids: list[str]) -> None:
    """The calls' rows are there before a case has one. Their keys stay free for what refers to them."""
    query = select(CallRow.id).where(CallRow.id.in_(call_ids)).order_by(CallRow.id)
    session.execute(query.with_for_update(key_share=True))
