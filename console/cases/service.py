"""Puts together what somebody may see of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import structlog
from sqlalchemy.orm import Session

from console.cases import repository
from console.cases.schemas import CaseView, PageStep, Second, Wish
from console.cases.steps import pressable, take_step
from console.rendering import Visitor
from console.signin.visitors import user_of
from ledger import case_facts, case_guards, cases
from ledger.case_states import CaseState, CaseStep
from ledger.cases import Appeal, Case, Published, ReviewRules, StepTaken
from ledger.errors import NotAllowed, NotFound
from ledger.records import Call, User
from ledger.redaction.hiding import Veil
from ledger.scopes import BY_DESK_AND_TEAM
from ledger.states import UserRole

# What an operator learns of the own call's way, without names.
_OPERATORS_STEPS = frozenset(
    {CaseStep.PUBLISHED, CaseStep.APPEALED, CaseStep.UPHELD, CaseStep.DISMISSED, CaseStep.CLOSED}
)

log = structlog.get_logger(__name__)


def require_access(session: Session, user: User, call_id: str) -> None:
    """Staff see their desks' and teams' cases, operators what was published of their own calls.

    Raises NotFound where the call is none of the user's, NotAllowed where no case ever is.
    """
    if user.role in BY_DESK_AND_TEAM:
        repository.require_visible(session, user, call_id)
    elif user.role is UserRole.OPERATOR:
        is_own = case_facts.is_operator_of(session, call_id, user)
        if not is_own or cases.newest_publication(session, call_id) is None:
            raise NotFound(f"nothing is published of a call {call_id!r} of yours; /published lists what is")
    else:
        raise NotAllowed("reviews are for the quality staff and for the operators of the calls")


def step(session: Session, visitor: Visitor, call_id: str, wish: Wish, rules: ReviewRules) -> Case:
    """Take one step. Raises NotFound, NotAllowed, StillBlind, Conflict, BadInput."""
    require_access(session, user_of(visitor), call_id)
    case = take_step(session, visitor, call_id, wish, rules)
    log.info("case_step", call_id=call_id, step=wish.step, state=case.state, by=user_of(visitor).name)
    return case


def view_of(session: Session, visitor: Visitor, call_id: str, rules: ReviewRules) -> CaseView:
    """A case as somebody may see it. Raises NotFound, NotAllowed."""
    user = user_of(visitor)
    require_access(session, user, call_id)
    case = cases.get_case(session, call_id)
    is_blind = repository.is_blind(session, user.id, call_id)
    may = pressable(session, visitor, case, rules, is_blind=is_blind)
    if is_blind:
        return _blind_view(session, user, case, may)
    veil = repository.veil_of(session, call_id, None)
    if user.role is UserRole.OPERATOR:
        return _operators_view(session, user, case, may, veil)
    published = cases.newest_publication(session, call_id)
    appeal = cases.newest_appeal(session, call_id)
    steps = tuple(_veiled_step(each, veil) for each in cases.steps_of(session, call_id))
    is_open = case.state is CaseState.REVIEWED
    return CaseView(
        case=case,
        viewer_id=user.id,
        may=may,
        is_blind=False,
        names=_names(session, case),
        steps=steps,
        receivers=_receivers(session, case, may),
        differences=cases.open_differences(session, case) if is_open else (),
        second=_second(session, case, veil),
        published=published,
        appeal=_veiled_appeal(appeal, veil) if appeal else None,
        rules=rules_by_finding(session, published, appeal),
        task_id=None,
    )


def note_seen(session: Session, visitor: Visitor, view: CaseView) -> None:
    """What its operator is shown is not taken back any more. Raises Conflict where it just was."""
    if visitor.is_operator and view.published:
        cases.note_seen(session, view.published.id)


def rules_by_finding(
    session: Session, published: Published | None, appeal: Appeal | None
) -> Mapping[int, str]:
    """The rule of each finding that was published or appealed against, by its number."""
    first = repository.get_publication(session, appeal.publication_id) if appeal else None
    found = (each.findings for each in (first, published) if each)
    return {finding.number: finding.rule for findings in found for finding in findings}


def own_task(session: Session, user: User, call_id: str) -> int | None:
    """Somebody's blind task for the second review of a call, or None."""
    task = repository.second_tasks.newest_task(session, call_id)
    return task.id if task and task.user_id == user.id and task.submitted_at is None else None


def appeals_for(session: Session, user: User, *, is_decided: bool) -> list[tuple[Appeal, Call]]:
    """Appeals with their calls, as somebody may see them, the newest first."""
    found = repository.appeals_of(session, user, is_decided=is_decided)
    ids = [each.call_id for each in found]
    calls, veils = repository.calls_of(session, ids), repository.veils_of(session, ids)
    return [
        (_veiled_appeal(each, veils[each.call_id]) if each.call_id in veils else each, calls[each.call_id])
        for each in found
    ]


def _blind_view(session: Session, user: User, case: Case, may: frozenset[PageStep]) -> CaseView:
    """That it is in a second review, and nothing of the first."""
    is_own = case.holder_id == user.id
    return CaseView(
        case=case,
        viewer_id=user.id,
        may=may,
        is_blind=True,
        names={user.id: user.display_name},
        steps=(),
        receivers=_receivers(session, case, may),
        differences=(),
        second=None,
        published=None,
        appeal=None,
        rules={},
        task_id=own_task(session, user, case.call_id) if is_own else None,
    )


def _operators_view(
    session: Session, user: User, case: Case, may: frozenset[PageStep], veil: Veil
) -> CaseView:
    """What was published, without anybody's name."""
    published = cases.newest_publication(session, case.call_id)
    appeal = cases.newest_appeal(session, case.call_id)
    return CaseView(
        case=case,
        viewer_id=user.id,
        may=may,
        is_blind=False,
        names={},
        steps=tuple(
            replace(each, user=None, user_id=None, note="")
            for each in cases.steps_of(session, case.call_id)
            if each.step in _OPERATORS_STEPS
        ),
        receivers=(),
        differences=(),
        second=None,
        published=published,
        appeal=_nameless(_veiled_appeal(appeal, veil), user) if appeal else None,
        rules=rules_by_finding(session, published, appeal),
        task_id=None,
    )


def _names(session: Session, case: Case) -> dict[int, str]:
    return repository.names_of(session, [*case.people, case.holder_id, case.handed_by_id, case.decided_by_id])


def _receivers(session: Session, case: Case, may: frozenset[PageStep]) -> tuple[User, ...]:
    if PageStep.HAND not in may:
        return ()
    left_out = {case.holder_id} | ({case.reviewer_id} if case.state is CaseState.SECOND else set())
    found = repository.receivers(session, repository.get_call(session, case.call_id))
    roles = case_guards.DECIDERS if case.state is CaseState.APPEALED else BY_DESK_AND_TEAM
    return tuple(user for user in found if user.id not in left_out and user.role in roles)


def _second(session: Session, case: Case, veil: Veil) -> Second | None:
    sheet = case_facts.second_sheet(session, case.call_id) if case.second_at else None
    if sheet is None:
        return None
    names = repository.names_of(session, [case.second_id])
    return Second(
        user=names.get(case.second_id or 0, ""),
        sheet=replace(sheet, comment=veil.over_text(sheet.comment)),
    )


def _veiled_step(step_taken: StepTaken, veil: Veil) -> StepTaken:
    return replace(step_taken, note=veil.over_text(step_taken.note))


def _veiled_appeal(appeal: Appeal, veil: Veil) -> Appeal:
    return replace(
        appeal,
        text=veil.over_text(appeal.text),
        note=veil.over_text(appeal.note),
        rulings=tuple(replace(each, reason=veil.over_text(each.reason)) for each in appeal.rulings),
    )


def _nameless(appeal: Appeal, user: User) -> Appeal:
    return replace(appeal, user=user.display_name if appeal.user_id == user.id else "", decided_by=None)
