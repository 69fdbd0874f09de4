"""Who may press what: the right that each step needs, and the ledger's step behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from console.cases import repository
from console.cases.schemas import PageStep, Wish, require_text
from console.errors import BadInput, StillBlind
from console.rendering import Visitor
from console.rights import Right, has
from console.signin.visitors import user_of
from console.texts import check_signs
from ledger import case_guards, cases
from ledger.case_states import CaseState, CaseStep
from ledger.cases import Case, ReviewRules
from ledger.errors import NotAllowed
from ledger.records import User

CASE_STEPS = {
    PageStep.TAKE: CaseStep.TAKEN,
    PageStep.GIVE_BACK: CaseStep.RETURNED,
    PageStep.HAND: CaseStep.HANDED,
    PageStep.FINISH: CaseStep.REVIEWED,
    PageStep.REOPEN: CaseStep.REOPENED,
    PageStep.ASK_SECOND: CaseStep.ASKED_SECOND,
    PageStep.SETTLE: CaseStep.SETTLED,
    PageStep.PUBLISH: CaseStep.PUBLISHED,
    PageStep.WITHDRAW: CaseStep.WITHDRAWN,
    PageStep.APPEAL: CaseStep.APPEALED,
    PageStep.DECIDE: CaseStep.UPHELD,  # or dismissed: the same guards
    PageStep.WAIVE: CaseStep.CLOSED,
}
_RIGHTS = {
    PageStep.GIVE_BACK: Right.REVIEW,
    PageStep.HAND: Right.HAND_OUT,
    PageStep.FINISH: Right.REVIEW,
    PageStep.ASK_SECOND: Right.HAND_OUT,
    PageStep.SETTLE: Right.HAND_OUT,
    PageStep.PUBLISH: Right.PUBLISH,
    PageStep.WITHDRAW: Right.PUBLISH,
    PageStep.APPEAL: Right.APPEAL,
    PageStep.DECIDE: Right.DECIDE,
    PageStep.WAIVE: Right.APPEAL,
}
# What a button does not wait for: it is told when the button is pressed.
_LATER = (case_guards.is_complete, case_guards.fits_person)
# Of handing out it is the receiver who is asked, and of that only once somebody is named.
_OF_RECEIVER = (
    *_LATER,
    case_guards.is_another_person,
    case_guards.has_not_seen,
    case_guards.may_decide,
    case_guards.is_decider,
)
_WHILE_BLIND = frozenset({PageStep.TAKE, PageStep.GIVE_BACK, PageStep.HAND})


@dataclass(frozen=True, kw_only=True, slots=True)
class Doing:
    """A step that is being taken."""

    session: Session
    user: User
    call_id: str
    wish: Wish
    rules: ReviewRules


def right_for(step: PageStep, case: Case, user: User) -> Right:
    """What a step needs. A reviewer reopens the own review; of others' it is handing out."""
    if step is PageStep.TAKE:
        return Right.DECIDE if case.state is CaseState.APPEALED else Right.REVIEW
    if step is PageStep.REOPEN:
        return Right.REVIEW if case.reviewer_id == user.id else Right.HAND_OUT
    return _RIGHTS[step]


def pressable(
    session: Session, visitor: Visitor, case: Case, rules: ReviewRules, *, is_blind: bool
) -> frozenset[PageStep]:
    """What somebody may press now."""
    user = user_of(visitor)
    found = {
        step
        for step in PageStep
        if has(visitor, right_for(step, case, user))
        and (not is_blind or step in _WHILE_BLIND)
        and cases.is_possible(
            session,
            case,
            CASE_STEPS[step],
            user,
            rules,
            but=_OF_RECEIVER if step is PageStep.HAND else _LATER,
        )
    }
    if PageStep.TAKE in found and case.state is CaseState.OPEN and not is_blind:
        found.add(PageStep.FINISH)  # what nobody has is taken by that
    return frozenset(found)


def take_step(session: Session, visitor: Visitor, call_id: str, wish: Wish, rules: ReviewRules) -> Case:
    """Take one step. Raises NotFound, NotAllowed, StillBlind, Conflict, BadInput."""
    user = user_of(visitor)
    check_signs("the step", "".join((wish.note, wish.to, *(ruling.reason for ruling in wish.rulings))))
    case = cases.get_case(session, call_id)
    right = right_for(wish.step, case, user)
    if not has(visitor, right):
        raise NotAllowed(f"to {wish.step} call {call_id} needs the right to {right}; ask a lead")
    if wish.step not in _WHILE_BLIND and repository.is_blind(session, user.id, call_id):
        raise StillBlind(f"you judge call {call_id} blind; /rounds lists your open reviews")
    return _HANDLERS[wish.step](Doing(session=session, user=user, call_id=call_id, wish=wish, rules=rules))


def _take(do: Doing) -> Case:
    if _is_own(do):
        return cases.get_case(do.session, do.call_id)  # the button was pressed twice, or a decision took it
    return cases.take(do.session, do.call_id, do.user, rules=do.rules, version=do.wish.version)


def _give_back(do: Doing) -> Case:
    version = None if _is_own(do) else do.wish.version
    return cases.give_back(do.session, do.call_id, do.user, version=version)


def _is_own(do: Doing) -> bool:
    """Whether the user has the call: then nobody else has moved it on since, whatever the page knew."""
    return cases.lock_case(do.session, do.call_id).holder_id == do.user.id


def _hand(do: Doing) -> Case:
    found = repository.find_user(do.session, do.wish.to)
    if found is None:
        raise BadInput(f"to: nobody called {do.wish.to!r} can sign in; choose somebody of the list")
    return cases.hand(do.session, do.call_id, found[0], do.user, rules=do.rules, version=do.wish.version)


def _finish(do: Doing) -> Case:
    """A call that nobody has is taken by that."""
    case = cases.lock_case(do.session, do.call_id)
    if case.state is CaseState.OPEN and case.holder_id is None:
        cases.take(do.session, do.call_id, do.user, version=do.wish.version)
    version = None if _is_own(do) else do.wish.version
    return cases.finish_review(do.session, do.call_id, do.user, do.rules, version=version, note=do.wish.note)


def _reopen(do: Doing) -> Case:
    note = require_text(do.wish.note, "reopening a review")
    return cases.reopen(do.session, do.call_id, do.user, note, version=do.wish.version)


def _ask_second(do: Doing) -> Case:
    return cases.ask_second(do.session, do.call_id, do.user, version=do.wish.version, note=do.wish.note)


def _settle(do: Doing) -> Case:
    note = require_text(do.wish.note, "settling what differs")
    return cases.settle(do.session, do.call_id, do.user, do.wish.decisions, note, version=do.wish.version)


def _publish(do: Doing) -> Case:
    return cases.publish(
        do.session, do.call_id, do.user, do.rules, version=do.wish.version, note=do.wish.note
    )


def _withdraw(do: Doing) -> Case:
    return cases.withdraw(do.session, do.call_id, do.user, version=do.wish.version)


def _appeal(do: Doing) -> Case:
    text = require_text(do.wish.note, "an appeal")
    if not do.wish.findings:
        raise BadInput("findings: name at least one finding that the appeal is against")
    return cases.appeal(do.session, do.call_id, do.user, text, do.wish.findings, version=do.wish.version)


def _decide(do: Doing) -> Case:
    note = require_text(do.wish.note, "a decision")
    for ruling in do.wish.rulings:
        require_text(ruling.reason, f"the decision on finding {ruling.finding_id}")
    return cases.decide(
        do.session, do.call_id, do.user, do.wish.rulings, note=note, rules=do.rules, version=do.wish.version
    )


def _waive(do: Doing) -> Case:
    return cases.waive(do.session, do.call_id, do.user, version=do.wish.version)


_HANDLERS: dict[PageStep, Callable[[Doing], Case]] = {
    PageStep.TAKE: _take,
    PageStep.GIVE_BACK: _give_back,
    PageStep.HAND: _hand,
    PageStep.FINISH: _finish,
    PageStep.REOPEN: _reopen,
    PageStep.ASK_SECOND: _ask_second,
    PageStep.SETTLE: _settle,
    PageStep.PUBLISH: _publish,
    PageStep.WITHDRAW: _withdraw,
    PageStep.APPEAL: _appeal,
    PageStep.DECIDE: _decide,
    PageStep.WAIVE: _waive,
}
