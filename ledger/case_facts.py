"""What the guards of cases ask of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from ledger import added_findings, judgements, review_marks, second_tasks
from ledger.audit import ONE_VISIT
from ledger.audit_actions import AuditAction
from ledger.blind_reviews import Sheet
from ledger.case_records import Case
from ledger.case_states import CaseState, CaseStep
from ledger.decisions import newest_reviews
from ledger.records import Finding, Review, User
from ledger.sample_verdicts import verdict_of_call
from ledger.scopes import visible_calls
from ledger.states import Decision, UserRole, Verdict
from ledger.tables import (
    AddedFindingRow,
    AuditRow,
    CallRow,
    CaseStepRow,
    CorrectionRow,
    FindingRow,
    PublicationRow,
    RecordingRow,
    ReviewMarksRow,
    ReviewRow,
    ScorecardRow,
)

Requirement = Callable[[Session, Case], str | None]  # what a review still needs, as the end of a sentence

# What shows somebody the decisions of others, or is a part of the review itself.
_SEEING = (
    *(AuditAction.LOOKED, AuditAction.SAW_SECRETS, AuditAction.REVIEWED, AuditAction.UNDONE),
    *(AuditAction.MARKED, AuditAction.ADDED_FINDING, AuditAction.WITHDREW_FINDING, AuditAction.CORRECTED),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A finding on which two people differ."""

    number: int  # of the machine's finding; of one that a person added its id with a minus
    rule: str
    verdict: Verdict  # the machine's; of an added one FAIL
    first: bool  # whether the rule is broken, says the first reviewer
    second: Verdict  # what the second says of the rule


def all_decided(session: Session, case: Case) -> str | None:
    """Every failed finding is confirmed or rejected."""
    verdict = verdict_of_call(session, case.call_id)
    if verdict is None:
        return "it has no scorecard; wait until it is scored"
    if verdict.undecided:
        return f"{verdict.undecided} findings wait for a decision; confirm or reject each"
    return None


def marks_given(session: Session, case: Case) -> str | None:
    """Each of the four standards has the reviewer's mark."""
    reviewer_id = case.reviewer_id if case.holder_id is None else case.holder_id
    if reviewer_id is None or review_marks.has_marked(session, case.call_id, reviewer_id):
        return None
    return f"the marks for {' '.join(review_marks.STANDARDS)} are not all given; give them"


# All that a review needs. Whoever adds a part to reviews adds its function here.
REQUIREMENTS: tuple[Requirement, ...] = (all_decided, marks_given)


def missing_of(session: Session, case: Case) -> tuple[str, ...]:
    """What the call's review still needs."""
    told = (requirement(session, case) for requirement in REQUIREMENTS)
    return tuple(missing for missing in told if missing)


def is_judged(session: Session, call_id: str) -> bool:
    """Whether the machine has found something, be it nothing wrong."""
    return session.scalar(_cards(call_id).limit(1)) is not None


def is_recorded(session: Session, call_id: str) -> bool:
    """Whether there is a recording."""
    return session.get(RecordingRow, call_id) is not None


def is_gone(session: Session, call_id: str) -> bool:
    """Whether its time to be kept is over: whatever had a case was judged once."""
    return not is_judged(session, call_id)


def has_seen(session: Session, case: Case, person: User) -> bool:
    """Whether somebody has looked at the call since its review began, and was not blind then.

    The log has one row for all looks of a visit: the visit may have gone on after the review began.
    """
    began_at = _review_began(session, case)
    if began_at is None:
        return False
    looks = select(AuditRow.number).where(
        AuditRow.call_id == case.call_id,
        AuditRow.user_id == person.id,
        AuditRow.action.in_(_SEEING),
        AuditRow.at > began_at - ONE_VISIT,
    )
    if person.role is UserRole.MONITOR and case.state is CaseState.SECOND and case.since is not None:
        looks = looks.where(AuditRow.at < case.since)
    return session.scalar(looks.limit(1)) is not None


def second_sheet(session: Session, call_id: str) -> Sheet | None:
    """What the second reviewer submitted."""
    return second_tasks.sheet_of(session, call_id)


def open_differences(session: Session, case: Case) -> tuple[Difference, ...]:
    """What the second reviewer saw otherwise, until somebody has settled it."""
    if case.second_at is None or _is_settled(session, case.call_id):
        return ()
    return differences(session, case)


def differences(session: Session, case: Case) -> tuple[Difference, ...]:
    """Findings of the rules on which both reviewers differ, as the reviews stand now."""
    sheet = second_sheet(session, case.call_id)
    card = judgements.newest_scorecard(session, case.call_id)
    if case.second_at is None or sheet is None or card is None:
        return ()
    reviews = newest_reviews(session, case.call_id)
    added = added_findings.standing_of(session, [case.call_id]).get(case.call_id, ())
    found: list[Difference] = []
    for rule, second in sheet.verdicts.items():
        of_rule = [finding for finding in card.findings if finding.rule == rule]
        heard = [one for one in added if one.missed.rule == rule]
        broken = [each for each in of_rule if _is_breach(each, reviews.get(each.id or 0))]
        first = bool(broken or heard)
        if first == (second is Verdict.FAIL):
            continue
        failed = [each for each in of_rule if each.verdict is Verdict.FAIL]
        disputed = broken or ([] if heard else failed or of_rule)
        pairs = [(each.id or 0, each.verdict) for each in disputed] + [
            (-one.id, Verdict.FAIL) for one in heard
        ]
        found += [
            Difference(number=number, rule=rule, verdict=verdict, first=first, second=second)
            for number, verdict in pairs
        ]
    return tuple(found)


def settlers(session: Session, call_id: str) -> frozenset[int]:
    """Who settled what two reviewers saw otherwise."""
    query = select(CaseStepRow.user_id).where(
        CaseStepRow.call_id == call_id, CaseStepRow.step == CaseStep.SETTLED, CaseStepRow.user_id.is_not(None)
    )
    return frozenset(session.scalars(query))


def is_publication_seen(session: Session, call_id: str) -> bool:
    """Whether the operator has looked at the newest publication."""
    query = select(PublicationRow.seen_at).where(PublicationRow.call_id == call_id)
    return session.scalar(query.order_by(PublicationRow.id.desc()).limit(1)) is not None


def is_operator_of(session: Session, call_id: str, user: User) -> bool:
    """Whether somebody is the operator of the call: operators sign in with their numbers."""
    query = select(CallRow.id).where(CallRow.id == call_id, CallRow.operator == user.name)
    return user.role is UserRole.OPERATOR and session.scalar(query) is not None


def is_party(session: Session, call_id: str, user: User) -> bool:
    """Whether the call is the operator's own, or of a team lead's desks and teams."""
    if user.role is not UserRole.TEAM_LEAD:
        return is_operator_of(session, call_id, user)
    query = select(CallRow.id).where(CallRow.id == call_id, visible_calls(user))
    return session.scalar(query) is not None


def _is_breach(finding: Finding, review: Review | None) -> bool:
    """A fail that nobody rejected, or a pass that somebody did."""
    is_rejected = review is not None and review.decision is Decision.REJECTED
    return finding.verdict is (Verdict.PASS if is_rejected else Verdict.FAIL)


def _is_settled(session: Session, call_id: str) -> bool:
    query = (
        select(CaseStepRow.step)
        .where(
            CaseStepRow.call_id == call_id,
            or_(CaseStepRow.step == CaseStep.SETTLED, CaseStepRow.step == CaseStep.SECONDED),
        )
        .order_by(CaseStepRow.id.desc())
    )
    return session.scalar(query.limit(1)) == CaseStep.SETTLED


def _review_began(session: Session, case: Case) -> datetime | None:
    """When anybody first said anything of the call: the next reviewer goes on from that."""
    decided = (
        select(func.min(ReviewRow.at))
        .join(FindingRow, FindingRow.id == ReviewRow.finding_id)
        .join(ScorecardRow, ScorecardRow.id == FindingRow.scorecard_id)
        .where(ScorecardRow.call_id == case.call_id)
    )
    said = [
        select(func.min(table.at)).where(table.call_id == case.call_id)
        for table in (ReviewMarksRow, AddedFindingRow, CorrectionRow)
    ]
    moments = [case.reviewed_at, *(session.scalar(query) for query in (decided, *said))]
    return min((moment for moment in moments if moment is not None), default=None)


def _cards(call_id: str) -> Select[Any]:
    return select(ScorecardRow.id).where(ScorecardRow.call_id == call_id)
