"""Repository of reviews as steps of a case: finishing one, a second one, settling what differs, reopening."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from ledger import case_facts, case_rulings, second_tasks
from ledger.blind_rounds import Task, get_round
from ledger.case_facts import Difference
from ledger.case_moves import lock_case, move
from ledger.case_records import Case
from ledger.case_states import CaseStep
from ledger.clock import now
from ledger.conflicts import Incomplete
from ledger.publications import publish
from ledger.records import User
from ledger.review_rules import ReviewRules, WhySecond
from ledger.sample_verdicts import verdict_of_call
from ledger.states import Decision, RoundKind


def finish_review(
    session: Session,
    call_id: str,
    by: User,
    rules: ReviewRules,
    *,
    version: int | None = None,
    note: str = "",
) -> Case:
    """The holder is done. What the plan wants follows at once: a second review, or the publication.

    Raises NotFound, Conflict where anything is missing, NotAllowed where somebody else has the call.
    """
    at = now()
    case = move(
        session, call_id, CaseStep.REVIEWED, by,
        rules=rules, version=version, note=note, at=at,
        reviewer_id=by.id, reviewed_at=at, second_id=None, second_at=None,
    )  # fmt: skip
    why = _why_second(session, call_id, rules)
    if why is not None:
        return ask_second(session, call_id, None, note=str(why))
    if rules.publishes_at_once and not rules.publisher_differs:
        return publish(session, call_id, None, rules)
    return case


def ask_second(
    session: Session, call_id: str, by: User | None, *, version: int | None = None, note: str = ""
) -> Case:
    """A finished review is to be done once more, blind. Raises NotFound, Conflict."""
    return move(session, call_id, CaseStep.ASKED_SECOND, by, version=version, note=note)


def finish_second(session: Session, call_id: str, by: User) -> Case:
    """The blind review is in. Raises NotFound, Conflict where it is not, NotAllowed."""
    case = move(session, call_id, CaseStep.SECONDED, by, second_id=by.id, second_at=now())
    second_tasks.close_task(session, call_id, by=by.name)
    return case


def finish_if_second(session: Session, task: Task, by: User) -> None:
    """A blind review that was just submitted is a case's second one: then the case goes on with it."""
    if get_round(session, task.round_id).kind is RoundKind.SECOND:
        finish_second(session, task.call_id, by)


def settle(
    session: Session,
    call_id: str,
    by: User,
    decisions: Mapping[int, Decision],
    note: str,
    *,
    version: int | None = None,
) -> Case:
    """Decide on each finding on which both reviewers differ, by number, with one reason for all.

    Raises NotFound, Conflict where it is not exactly those, NotAllowed where one reviewed the call oneself.
    """
    case = lock_case(session, call_id, version)
    asked = {difference.number for difference in case_facts.open_differences(session, case)}
    moved = move(session, call_id, CaseStep.SETTLED, by, note=note)
    if asked != set(decisions):
        raise Incomplete(
            f"call {call_id}: decide on each finding on which both reviews differ; load it again"
        )
    for number, decision in decisions.items():
        if decision is Decision.REJECTED:
            case_rulings.reject(session, call_id, number, by, note)
        else:
            case_rulings.confirm(session, number, by, note)
    return moved


def reopen(session: Session, call_id: str, by: User, note: str, *, version: int | None = None) -> Case:
    """Give a finished review back to its reviewer; a second one is void then.

    Raises NotFound, Conflict, NotAllowed.
    """
    reviewer_id = lock_case(session, call_id, version).reviewer_id
    return move(
        session, call_id, CaseStep.REOPENED, by,
        note=note,
        holder_id=reviewer_id, held_since=now(), handed_by_id=None if reviewer_id == by.id else by.id,
        reviewer_id=None, reviewed_at=None, second_id=None, second_at=None,
    )  # fmt: skip


def open_differences(session: Session, case: Case) -> tuple[Difference, ...]:
    """What is to be settled before the publication."""
    return case_facts.open_differences(session, case)


def _why_second(session: Session, call_id: str, rules: ReviewRules) -> WhySecond | None:
    verdict = verdict_of_call(session, call_id)
    if verdict is None or not case_facts.is_recorded(session, call_id):
        return None
    is_fatal = any(each.finding.is_fatal and not each.finding.held for each in verdict.standing)
    return rules.why_second(call_id, score=verdict.reviewed_score, is_fatal=is_fatal)
