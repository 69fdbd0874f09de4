"""Repository of publications: what an operator is shown of a review, frozen at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ledger import added_findings, review_marks
from ledger.added_findings import AddedFinding
from ledger.case_moves import lock_case, move
from ledger.case_records import Case
from ledger.case_states import CaseStep
from ledger.clock import now
from ledger.conflicts import AlreadySo
from ledger.decisions import newest_reviews
from ledger.errors import NotFound
from ledger.judgements import to_finding
from ledger.records import Finding, Review, User
from ledger.review_rules import ReviewRules
from ledger.scores import counted, score_after_review
from ledger.states import Decision, Verdict
from ledger.tables import FindingRow, PublicationRow, ScorecardRow


@dataclass(frozen=True, kw_only=True, slots=True)
class PublishedFinding:
    """A failed finding, or one that a person added, and what was decided on it when it was published."""

    number: int  # `ledger.case_rulings`
    rule: str
    points: float
    decision: Decision
    review_id: int | None  # whose comment belongs to it; None: a person added it

    @property
    def stands(self) -> bool:
        """Whether it counts against the call."""
        return self.decision is not Decision.REJECTED


@dataclass(frozen=True, kw_only=True, slots=True)
class Published:
    """A publication."""

    id: int
    call_id: str
    at: datetime
    user_id: int | None  # None: the plan's `at_once`
    scorecard_id: int
    pack: str
    pack_version: str
    machine_score: float
    score: float  # once people have had their say
    findings: tuple[PublishedFinding, ...]
    marks: Mapping[str, int]  # of the reviewer, by standard
    marks_id: int | None  # whose comment and praise belong to them
    seen_at: datetime | None

    @property
    def standing(self) -> tuple[PublishedFinding, ...]:
        """What one may appeal against."""
        return tuple(finding for finding in self.findings if finding.stands)


def publish(
    session: Session,
    call_id: str,
    by: User | None,
    rules: ReviewRules,
    *,
    version: int | None = None,
    note: str = "",
) -> Case:
    """Show a finished review to the operator, who may appeal from now on.

    Raises NotFound, Conflict, NotAllowed.
    """
    at = now()
    case = move(
        session, call_id, CaseStep.PUBLISHED, by,
        rules=rules, version=version, note=note, at=at,
        published_by_id=by.id if by else None, published_at=at, appeal_until=rules.appeal_until(at),
    )  # fmt: skip
    newest = session.scalar(select(func.max(ScorecardRow.id)).where(ScorecardRow.call_id == call_id))
    assert newest  # a review of nothing is not complete
    _keep(session, case, newest, by, at)
    return case


def withdraw(session: Session, call_id: str, by: User, *, version: int | None = None) -> Case:
    """Take back what was published a moment ago and nobody has looked at.

    Raises NotFound, Conflict, NotAllowed.
    """
    case = move(
        session, call_id, CaseStep.WITHDRAWN, by,
        version=version, published_by_id=None, published_at=None, appeal_until=None,
    )  # fmt: skip
    newest = _newest(session, call_id)
    if newest is not None:
        newest.withdrawn_at = now()
    return case


def publish_decided(session: Session, case: Case, by: User, at: datetime) -> None:
    """What an appeal has changed is what the operator sees: of the same scorecard, whatever came since."""
    published = _newest(session, case.call_id)
    assert published  # an appeal is against one
    _keep(session, case, published.scorecard_id, by, at)


def newest_publication(session: Session, call_id: str) -> Published | None:
    """What the operator sees of a call now, or None."""
    row = _newest(session, call_id)
    return _published(row) if row else None


def get_publication(session: Session, publication_id: int) -> Published:
    """One publication. Raises NotFound."""
    row = session.get(PublicationRow, publication_id)
    if row is None:
        raise NotFound(f"there is no publication {publication_id}; load the call again")
    return _published(row)


def published_calls() -> Select[Any]:
    """Ids of the calls of which something is published: a query that stands by itself in any other."""
    return select(PublicationRow.call_id).where(PublicationRow.withdrawn_at.is_(None)).correlate(None)


def note_seen(session: Session, publication_id: int) -> None:
    """The operator has looked at it: it cannot be taken back any more. Raises Conflict where it was."""
    row = session.get(PublicationRow, publication_id)
    if row is None:
        return
    lock_case(session, row.call_id)  # as who takes it back does
    session.refresh(row)
    if row.withdrawn_at is not None:
        raise AlreadySo(f"what was published of call {row.call_id} was taken back; load the list again")
    if row.seen_at is None:
        row.seen_at = now()


def _keep(session: Session, case: Case, scorecard_id: int, by: User | None, at: datetime) -> None:
    card = session.get_one(ScorecardRow, scorecard_id)
    rows = session.scalars(
        select(FindingRow)
        .where(FindingRow.scorecard_id == scorecard_id, FindingRow.verdict == Verdict.FAIL)
        .order_by(FindingRow.id)
    )
    failed = [to_finding(row) for row in rows]
    reviews = newest_reviews(session, case.call_id)
    standing = [each for each in failed if not _is_rejected(reviews.get(each.id or 0))]
    added = added_findings.standing_of(session, [case.call_id]).get(case.call_id, ())
    marks = review_marks.own_marks(session, case.call_id, case.reviewer_id or 0)
    document = {
        "pack": card.pack,
        "pack_version": card.pack_version,
        "machine_score": card.score,
        "score": score_after_review(card.score, failed, standing, added, card.limits),
        "findings": [
            *(_of_machine(each, reviews[each.id]) for each in failed if each.id in reviews),
            *(_of_person(one, each) for one, each in zip(added, counted(standing, added), strict=True)),
        ],
        "marks": dict(marks.marks) if marks else {},
        "marks_id": marks.id if marks else None,
    }
    session.add(
        PublicationRow(
            call_id=case.call_id,
            at=at,
            user_id=by.id if by else None,
            scorecard_id=scorecard_id,
            document=document,
        )
    )
    session.flush()


def _newest(session: Session, call_id: str) -> PublicationRow | None:
    query = select(PublicationRow).where(
        PublicationRow.call_id == call_id, PublicationRow.withdrawn_at.is_(None)
    )
    return session.scalars(query.order_by(PublicationRow.id.desc()).limit(1)).first()


def _is_rejected(review: Review | None) -> bool:
    return review is not None and review.decision is Decision.REJECTED


def _of_machine(finding: Finding, review: Review) -> dict[str, Any]:
    return {
        "number": finding.id,
        "rule": finding.rule,
        "points": finding.points,
        "decision": str(review.decision),
        "review_id": review.id,
    }


def _of_person(added: AddedFinding, finding: Finding) -> dict[str, Any]:
    return {
        "number": -added.id,
        "rule": finding.rule,
        "points": finding.points,
        "decision": str(Decision.CONFIRMED),
        "review_id": None,
    }


def _published(row: PublicationRow) -> Published:
    document = row.document
    told = {
        name: document[name]
        for name in ("pack", "pack_version", "machine_score", "score", "marks", "marks_id")
    }
    findings = tuple(
        PublishedFinding(**{**each, "decision": Decision(each["decision"])}) for each in document["findings"]
    )
    return Published(
        id=row.id,
        call_id=row.call_id,
        at=row.at,
        user_id=row.user_id,
        scorecard_id=row.scorecard_id,
        findings=findings,
        seen_at=row.seen_at,
        **told,
    )
